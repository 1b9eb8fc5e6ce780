import type { AlarmProperties } from 'cloudform-types/types/cloudWatch/alarm.js';
import type { DashboardProperties } from 'cloudform-types/types/cloudWatch/dashboard.js';
import type { ProjectProperties } from 'cloudform-types/types/codeBuild/project.js';
import type { ReportGroupProperties } from 'cloudform-types/types/codeBuild/reportGroup.js';
import type { TableProperties } from 'cloudform-types/types/dynamoDb/table.js';
import type { RuleProperties } from 'cloudform-types/types/events/rule.js';
import type { RoleProperties } from 'cloudform-types/types/iam/role.js';
import type { AliasProperties } from 'cloudform-types/types/kms/alias.js';
import type { KeyProperties } from 'cloudform-types/types/kms/key.js';
import type { PermissionProperties } from 'cloudform-types/types/lambda/permission.js';
import type { LogGroupProperties } from 'cloudform-types/types/logs/logGroup.js';
import type { ResourceTag } from 'cloudform-types/types/resource.js';
import type { BucketProperties } from 'cloudform-types/types/s3/bucket.js';
import type { BucketPolicyProperties } from 'cloudform-types/types/s3/bucketPolicy.js';
import type { SecretProperties } from 'cloudform-types/types/secretsManager/secret.js';
import type { SubscriptionProperties } from 'cloudform-types/types/sns/subscription.js';
import type { TopicProperties } from 'cloudform-types/types/sns/topic.js';
import type { TopicPolicyProperties } from 'cloudform-types/types/sns/topicPolicy.js';
import type { QueueProperties } from 'cloudform-types/types/sqs/queue.js';
import type { QueuePolicyProperties } from 'cloudform-types/types/sqs/queuePolicy.js';
import type { ParameterProperties } from 'cloudform-types/types/ssm/parameter.js';
import type { Intrinsic, Value } from './intrinsics.ts';
import type { PolicyDocument } from './policy.ts';
import type { ServerlessFunctionProperties } from './serverless-function.ts';

interface Shape<Properties, Attributes extends string> {
  readonly properties: Properties;
  readonly attributes: Attributes;
}

/** Properties that CloudFormation has and cloudform-types (frozen in 2023) lacks. */
interface DeletionProtection {
  DeletionProtectionEnabled?: Value<boolean>;
}
interface Tags {
  Tags?: ResourceTag[];
}

/** Where a whole object may be Fn::If and cloudform-types allows that for its single values only. */
type Optional<T> = T | Intrinsic;
interface BuildProperties extends Omit<ProjectProperties, 'VpcConfig' | 'Environment'> {
  AutoRetryLimit?: Value<number>;
  VpcConfig?: Optional<NonNullable<ProjectProperties['VpcConfig']>>;
  Environment: Omit<ProjectProperties['Environment'], 'EnvironmentVariables'> & {
    EnvironmentVariables: Array<Optional<{ Name: string; Type: 'PLAINTEXT'; Value: Value<string> }>>;
  };
}
interface OwnRoleProperties extends Omit<RoleProperties, 'Policies'> {
  Policies: Array<Optional<{ PolicyName: string; PolicyDocument: PolicyDocument }>>;
}

/** The resource types that the stacks use: properties, and attributes for Fn::GetAtt. */
export interface ResourceTypes {
  'AWS::CloudWatch::Alarm': Shape<AlarmProperties & Tags, 'Arn'>;
  'AWS::CloudWatch::Dashboard': Shape<DashboardProperties, never>;
  'AWS::CodeBuild::Project': Shape<BuildProperties, 'Arn'>;
  'AWS::CodeBuild::ReportGroup': Shape<ReportGroupProperties, 'Arn'>;
  'AWS::DynamoDB::Table': Shape<TableProperties, 'Arn' | 'StreamArn'>;
  'AWS::Events::Rule': Shape<RuleProperties & Tags, 'Arn'>;
  'AWS::IAM::Role': Shape<OwnRoleProperties, 'Arn' | 'RoleId'>;
  'AWS::KMS::Alias': Shape<AliasProperties, never>;
  'AWS::KMS::Key': Shape<KeyProperties, 'Arn' | 'KeyId'>;
  'AWS::Lambda::Permission': Shape<PermissionProperties, never>;
  'AWS::Logs::LogGroup': Shape<LogGroupProperties & DeletionProtection, 'Arn'>;
  'AWS::S3::Bucket': Shape<BucketProperties, 'Arn' | 'DomainName' | 'RegionalDomainName'>;
  'AWS::S3::BucketPolicy': Shape<BucketPolicyProperties, never>;
  'AWS::SNS::Subscription': Shape<SubscriptionProperties, never>;
  'AWS::SNS::Topic': Shape<TopicProperties, 'TopicArn' | 'TopicName'>;
  'AWS::SNS::TopicPolicy': Shape<TopicPolicyProperties, never>;
  'AWS::SQS::Queue': Shape<QueueProperties, 'Arn' | 'QueueName' | 'QueueUrl'>;
  'AWS::SQS::QueuePolicy': Shape<QueuePolicyProperties, never>;
  'AWS::SSM::Parameter': Shape<ParameterProperties, 'Type' | 'Value'>;
  'AWS::SecretsManager::Secret': Shape<SecretProperties, 'Id'>;
  'AWS::Serverless::Function': Shape<ServerlessFunctionProperties, 'Arn'>;
}

export type ResourceType = keyof ResourceTypes;

/** How a type takes tags; types that are not listed take none. */
export const TAG_STYLES: Readonly<Partial<Record<ResourceType, 'list' | 'map'>>> = {
  'AWS::CloudWatch::Alarm': 'list',
  'AWS::CodeBuild::Project': 'list',
  'AWS::CodeBuild::ReportGroup': 'list',
  'AWS::DynamoDB::Table': 'list',
  'AWS::Events::Rule': 'list',
  'AWS::IAM::Role': 'list',
  'AWS::KMS::Key': 'list',
  'AWS::Logs::LogGroup': 'list',
  'AWS::S3::Bucket': 'list',
  'AWS::SNS::Topic': 'list',
  'AWS::SQS::Queue': 'list',
  'AWS::SSM::Parameter': 'map',
  'AWS::SecretsManager::Secret': 'list',
  'AWS::Serverless::Function': 'map',
};
