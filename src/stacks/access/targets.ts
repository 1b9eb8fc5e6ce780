import { STACK_IDS, stackName, stackNames } from '../stack-names.ts';

/** Where a policy applies; a document for people has words in braces instead of values. */
export interface AccessPlace {
  readonly environment: string;
  readonly stackPrefix: string;
  readonly region: string;
  readonly account: string;
  readonly partition: string;
  /** The whole system is one stack. */
  readonly isOneStack: boolean;
}

export type Target = keyof ReturnType<typeof targetsOf>;

/** Returns the ARNs of everything that people's policies speak of. Where AWS makes up the end of a name, a pattern of its length
 *  stands for it (roles, buckets, secrets). */
export function targetsOf(place: AccessPlace) {
  const { environment, stackPrefix, region, account, partition, isOneStack } = place;
  const names = stackNames(environment);
  const at = (service: string, resource: string) => `arn:${partition}:${service}:${region}:${account}:${resource}`;
  const stacks = isOneStack ? [stackPrefix] : STACK_IDS.map((id) => stackName(stackPrefix, id));
  const inStack = (id: 'Poller' | 'CodeBuild') => (isOneStack ? stackPrefix : stackName(stackPrefix, id));
  const role = (stack: string, id: string) => `arn:${partition}:iam::${account}:role/${stack}-${id}-*`;
  const bucket = `arn:${partition}:s3:::${names.artifactsBucket}-????????`;
  const functions = [names.pollerFunction, names.finalizerFunction];
  const logGroups = [names.pollerLogGroup, names.finalizerLogGroup, names.buildLogGroup];
  const alias = at('kms', names.keyAlias);
  return {
    any: ['*'],
    /** Whoever types the command: to look at their own rights. */
    people: [`arn:${partition}:iam::${account}:role/*`, `arn:${partition}:iam::${account}:user/*`],
    stacks: [
      ...stacks.map((name) => at('cloudformation', `stack/${name}/*`)),
      at('cloudformation', 'changeSet/kiro-worker-*'),
    ],
    transform: [`arn:${partition}:cloudformation:${region}:aws:transform/Serverless-2016-10-31`],
    functionRoles: [role(inStack('Poller'), 'PollerRole'), role(inStack('Poller'), 'FinalizerRole')],
    buildRole: [role(inStack('CodeBuild'), 'BuildRole')],
    bucket: [bucket],
    files: [`${bucket}/*`],
    table: [at('dynamodb', `table/${names.locksTable}`)],
    heldLocks: [at('dynamodb', `table/${names.locksTable}/index/*`)],
    keys: [at('kms', 'key/*')],
    alias: [alias],
    logGroups: logGroups.flatMap((name) => [at('logs', `log-group:${name}`), at('logs', `log-group:${name}:*`)]),
    allLogGroups: [at('logs', 'log-group:*')],
    secrets: [names.githubTokenSecret, names.gitCredentialsSecret, names.kiroApiKeySecret, names.agentKeySecret].map(
      (name) => at('secretsmanager', `secret:${name}-??????`),
    ),
    projectConfig: [at('ssm', `parameter${names.projectConfigParameter}`)],
    release: [at('ssm', `parameter${names.releaseParameter}`)],
    paused: [at('ssm', `parameter${names.pausedParameter}`)],
    deployment: [at('ssm', `parameter${names.deploymentParameter}`)],
    queues: [at('sqs', names.pollerDeadLetters), at('sqs', names.finalizerDeadLetters)],
    functions: functions.flatMap((name) => [at('lambda', `function:${name}`), at('lambda', `function:${name}:*`)]),
    rules: [at('events', `rule/${names.pollerRule}`), at('events', `rule/${names.finalizerRule}`)],
    project: [at('codebuild', `project/${names.buildProject}`)],
    reports: [
      at('codebuild', `report-group/${names.testReports}`),
      at('codebuild', `report-group/${names.coverageReports}`),
    ],
    topic: [at('sns', names.alertTopic), at('sns', `${names.alertTopic}:*`)],
    alarms: [at('cloudwatch', `alarm:${names.alarmPrefix}*`)],
    dashboard: [`arn:${partition}:cloudwatch::${account}:dashboard/${names.dashboard}`],
  } satisfies Record<string, readonly string[]>;
}
