import type { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { BatchGetProjectsCommand, type CodeBuildClient, ListBuildsForProjectCommand } from '@aws-sdk/client-codebuild';
import {
  DescribeTableCommand,
  type DynamoDBClient,
  ResourceNotFoundException as NoSuchTable,
} from '@aws-sdk/client-dynamodb';
import {
  DescribeRuleCommand,
  type EventBridgeClient,
  ResourceNotFoundException as NoSuchRule,
} from '@aws-sdk/client-eventbridge';
import {
  GetFunctionConfigurationCommand,
  InvokeCommand,
  type LambdaClient,
  ResourceNotFoundException as NoSuchFunction,
} from '@aws-sdk/client-lambda';
import { HeadBucketCommand, type S3Client } from '@aws-sdk/client-s3';
import type { DeployedParts } from '../../../core/ports/setup/deployed-parts.ts';
import { attempt, nullWhere } from '../aws-failure.ts';
import { describeStack } from '../cloudformation/stack-reader.ts';
import { httpStatusOf } from '../release-failure.ts';

interface Clients {
  readonly cloudFormation: CloudFormationClient;
  readonly s3: S3Client;
  readonly dynamo: DynamoDBClient;
  readonly lambda: LambdaClient;
  /** Waits as long as a function may run. */
  readonly invokingLambda: LambdaClient;
  readonly codeBuild: CodeBuildClient;
  readonly events: EventBridgeClient;
}

/** Looks at the parts of an environment one by one. */
export function createDeployedParts(clients: Clients): DeployedParts {
  const { cloudFormation, s3, dynamo, codeBuild, events } = clients;
  return {
    async stack(name) {
      const found = await describeStack(cloudFormation, name);
      if (found === null) return null;
      return { status: found.status, outputs: new Map(found.outputs.map(({ key, value }) => [key, value])) };
    },
    bucketExists: (name) =>
      attempt(`The bucket ${name} could not be looked at.`, async () => {
        const isMissing = (error: unknown) => httpStatusOf(error) === 404;
        return (await nullWhere(isMissing, () => s3.send(new HeadBucketCommand({ Bucket: name })))) !== null;
      }),
    tableStatus: (name) =>
      attempt(`The table ${name} could not be looked at.`, async () => {
        const isMissing = (error: unknown) => error instanceof NoSuchTable;
        const found = await nullWhere(isMissing, () => dynamo.send(new DescribeTableCommand({ TableName: name })));
        return found && (found.Table?.TableStatus ?? 'unknown');
      }),
    functionState: (name) => functionState(clients, name),
    invoke: (name, event) => invoke(clients, { name, event }),
    projectExists: (name) =>
      attempt(`The build project ${name} could not be looked at.`, async () => {
        const { projects = [] } = await codeBuild.send(new BatchGetProjectsCommand({ names: [name] }));
        return projects.length > 0;
      }),
    wasEverBuilt: (project) =>
      attempt(`The builds of ${project} could not be listed.`, async () => {
        const { ids = [] } = await codeBuild.send(new ListBuildsForProjectCommand({ projectName: project }));
        return ids.length > 0;
      }),
    ruleState: (name) =>
      attempt(`The rule ${name} could not be looked at.`, async () => {
        const isMissing = (error: unknown) => error instanceof NoSuchRule;
        const found = await nullWhere(isMissing, () => events.send(new DescribeRuleCommand({ Name: name })));
        return found && (found.State ?? 'unknown');
      }),
  };
}

async function functionState({ lambda }: Clients, name: string): Promise<string | null> {
  return attempt(`The function ${name} could not be looked at.`, async () => {
    const isMissing = (error: unknown) => error instanceof NoSuchFunction;
    const found = await nullWhere(isMissing, () =>
      lambda.send(new GetFunctionConfigurationCommand({ FunctionName: name })),
    );
    if (found === null) return null;
    await lambda.send(new InvokeCommand({ FunctionName: name, InvocationType: 'DryRun' }));
    return found.State ?? 'unknown';
  });
}

async function invoke({ invokingLambda }: Clients, { name, event }: { name: string; event: object }) {
  return attempt(`The function ${name} could not be invoked.`, async () => {
    const command = new InvokeCommand({ FunctionName: name, Payload: Buffer.from(JSON.stringify(event)) });
    const { Payload, FunctionError } = await invokingLambda.send(command);
    return { text: Payload?.transformToString() ?? '', isFailure: FunctionError !== undefined };
  });
}
