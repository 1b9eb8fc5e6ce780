/** What holds nothing that is lost when the resource goes. Every type that is not named here counts as stateful. */
const STATELESS: ReadonlySet<string> = new Set([
  'AWS::CloudWatch::Alarm',
  'AWS::CloudWatch::CompositeAlarm',
  'AWS::CloudWatch::Dashboard',
  'AWS::CodeBuild::Project',
  'AWS::Events::Rule',
  'AWS::IAM::ManagedPolicy',
  'AWS::IAM::Policy',
  'AWS::IAM::Role',
  'AWS::KMS::Alias',
  'AWS::Lambda::EventInvokeConfig',
  'AWS::Lambda::Function',
  'AWS::Lambda::Permission',
  'AWS::Logs::MetricFilter',
  'AWS::S3::BucketPolicy',
  'AWS::SNS::TopicPolicy',
  'AWS::SQS::QueuePolicy',
  'AWS::Scheduler::Schedule',
]);

/** Returns whether something is lost with a resource of this type: data, a key, or a value or subscription of a person. */
export function isStateful(type: string): boolean {
  return !STATELESS.has(type);
}

/** Returns whether somebody is told by a resource of this type. */
export function isAlarm(type: string): boolean {
  return [
    'AWS::CloudWatch::Alarm',
    'AWS::CloudWatch::CompositeAlarm',
    'AWS::SNS::Subscription',
    'AWS::SNS::Topic',
    // Without it alarms may not publish to their topic.
    'AWS::SNS::TopicPolicy',
  ].includes(type);
}

/** Returns whether a resource of this type, or the named property of it, says who may do what. */
export function grantsAccess(type: string, property: string): boolean {
  if (/^AWS::(?:IAM|SSO)::|Policy$|Permissions?$|::Grant$|^AWS::Lambda::Url$/.test(type)) return true;
  return /polic(?:y|ies)|permission|principal|grant|acl$|role(?:arn)?s?$|publicaccess|accesscontrol/i.test(property);
}
