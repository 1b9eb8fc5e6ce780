import { createHash, randomUUID } from 'node:crypto';
import { resourceNames } from '../../../src/core/names.ts';
import { ALARMS } from '../../../src/stacks/monitoring.ts';
import { STACK_IDS, stackName } from '../../../src/stacks/stack-names.ts';
import { AwsRefusal, type AwsServer, type Input, startAwsServer } from './aws-protocols.ts';

const ACCOUNT = '123456789012';
const REGION = 'us-east-1';

/** A value of a secret, with the labels that Secrets Manager gives versions. */
interface Version {
  readonly value: string;
  readonly stages: Set<string>;
}

/** What there is of a deployed environment; a test changes it as it likes. */
export interface EnvironmentFacts {
  readonly parameters: Map<string, string>;
  /** Versions by id, by the name of the secret. */
  readonly secrets: Map<string, Map<string, Version>>;
  /** E-mail addresses => confirmed; null: there is no topic. */
  subscriptions: Map<string, boolean> | null;
  /** Status by name. */
  readonly stacks: Map<string, string>;
  /** Null: there is no such thing. */
  bucket: string | null;
  tableStatus: string | null;
  functionState: string | null;
  project: string | null;
  ruleState: string | null;
  /** Ids of builds. */
  builds: readonly string[];
  /** Messages by queue. */
  readonly queues: Map<string, number>;
  /** State by name. */
  readonly alarms: Map<string, string>;
  /** The breaker of the agent's service, as the locks table keeps it. */
  agentBreaker: object | null;
  /** What an invocation of the poller returns. */
  poll: unknown;
  readonly log: string[];
  /** Operations that AWS refuses, such as `secretsmanager:GetSecretValue`. */
  readonly forbidden: Set<string>;
  callerArn: string;
  /** What a self-test build stores. */
  selfTest: unknown;
  /** Status that a build ends in. */
  buildStatus: string;
  /** Environment variables of each build that was started. */
  readonly started: unknown[];
  /** Actions that the caller's policies lack. */
  readonly lacking: Set<string>;
}

export interface DeployedEnvironment extends AwsServer, EnvironmentFacts {
  /** The value in use, null without one. */
  valueOf(secret: string): string | null;
}

/** Starts a stand-in for the account of one deployed environment, all well, with empty secrets, on 127.0.0.1. */
export async function startEnvironment(environment: string, stackPrefix: string): Promise<DeployedEnvironment> {
  const names = resourceNames(environment);
  const facts: EnvironmentFacts = {
    parameters: new Map([
      [names.projectConfigParameter, '{"organization":"REPLACE_ME","repository":"REPLACE_ME","projectNumber":0}'],
    ]),
    secrets: new Map(
      [names.githubTokenSecret, names.gitCredentialsSecret, names.kiroApiKeySecret].map((name) => [name, new Map()]),
    ),
    subscriptions: new Map(),
    stacks: new Map(STACK_IDS.map((id) => [stackName(stackPrefix, id), 'UPDATE_COMPLETE'])),
    bucket: `kiro-worker-${environment}-artifacts-0a1b`,
    tableStatus: 'ACTIVE',
    functionState: 'Active',
    project: names.buildProject,
    ruleState: 'ENABLED',
    builds: [],
    queues: new Map([
      [`kiro-worker-${environment}-poller-dlq`, 0],
      [`kiro-worker-${environment}-finalizer-dlq`, 0],
    ]),
    alarms: new Map(ALARMS.map(({ name }) => [`kiro-worker-${environment}-${name}`, 'OK'])),
    agentBreaker: null,
    poll: { outcome: 'dry-run', detail: '0 eligible; nothing was started.' },
    log: ['{"level":"INFO","message":"poll finished","outcome":"dry-run"}'],
    forbidden: new Set(),
    selfTest: { checks: [{ name: 'bundle', state: 'passed', detail: 'it runs', remedy: null }] },
    buildStatus: 'SUCCEEDED',
    started: [],
    lacking: new Set(),
    callerArn: `arn:aws:sts::${ACCOUNT}:assumed-role/Deployer/ana`,
  };
  const operations = {
    ...secretOperations(facts),
    ...stateOperations(facts, () => server.url),
    ...callOperations(facts),
  };
  const server: AwsServer = await startAwsServer(({ service, operation, input }) => {
    if (facts.forbidden.has(`${service}:${operation}`))
      throw new AwsRefusal('AccessDenied', {
        message: `not authorized to perform: ${service}:${operation}`,
        status: 403,
      });
    const answer = operations[`${service}:${operation}`];
    if (answer === undefined) throw new AwsRefusal('UnknownOperationException', { message: `${service}:${operation}` });
    return answer(input);
  });
  return Object.assign(facts, server, {
    valueOf: (secret: string) => versionWith(facts.secrets.get(secret), 'AWSCURRENT')?.value ?? null,
  });
}

type Operations = Record<string, (input: Input) => unknown>;

function secretOperations({ secrets, parameters }: EnvironmentFacts): Operations {
  const versionsOf = ({ SecretId }: Input) => {
    const found = secrets.get(String(SecretId));
    if (found) return found;
    throw new AwsRefusal('ResourceNotFoundException', { message: "Secrets Manager can't find the specified secret." });
  };
  return {
    'secretsmanager:DescribeSecret': (input) => ({
      Name: input.SecretId,
      LastChangedDate: 1_795_000_000,
      VersionIdsToStages: Object.fromEntries([...versionsOf(input)].map(([id, { stages }]) => [id, [...stages]])),
    }),
    'secretsmanager:GetSecretValue': (input) => {
      const versions = versionsOf(input);
      const version = input.VersionId ? versions.get(String(input.VersionId)) : versionWith(versions, 'AWSCURRENT');
      if (version) return { Name: input.SecretId, SecretString: version.value };
      throw new AwsRefusal('ResourceNotFoundException', { message: "can't find the specified secret value" });
    },
    'secretsmanager:PutSecretValue': (input) => {
      const versions = versionsOf(input);
      const asked = Array.isArray(input.VersionStages) ? input.VersionStages.map(String) : ['AWSCURRENT'];
      // The first version is in use whatever was asked for (API reference of PutSecretValue).
      const stages = new Set(versions.size === 0 ? [...asked, 'AWSCURRENT'] : asked);
      for (const { stages: others } of versions.values()) for (const stage of stages) others.delete(stage);
      const id = String(input.ClientRequestToken ?? randomUUID());
      versions.set(id, { value: String(input.SecretString), stages });
      return { VersionId: id, VersionStages: [...stages] };
    },
    'secretsmanager:UpdateSecretVersionStage': (input) => {
      const versions = versionsOf(input);
      const stage = String(input.VersionStage);
      const from = versions.get(String(input.RemoveFromVersionId));
      const holder = versionWith(versions, stage);
      if (holder !== undefined && holder !== from)
        throw new AwsRefusal('InvalidParameterException', {
          message: 'RemoveFromVersionId must be the version that holds the label',
        });
      from?.stages.delete(stage);
      if (stage === 'AWSCURRENT') {
        for (const { stages } of versions.values()) stages.delete('AWSPREVIOUS');
        from?.stages.add('AWSPREVIOUS');
      }
      versions.get(String(input.MoveToVersionId))?.stages.add(stage);
      return {};
    },
    'ssm:GetParameter': ({ Name }) => {
      const value = parameters.get(String(Name));
      if (value === undefined) throw new AwsRefusal('ParameterNotFound', { message: `Parameter ${Name} not found.` });
      return { Parameter: { Name, Value: value, ARN: `arn:aws:ssm:${REGION}:${ACCOUNT}:parameter${Name}` } };
    },
    'ssm:PutParameter': ({ Name, Value }) => {
      parameters.set(String(Name), String(Value));
      return { Version: 2 };
    },
  };
}

function versionWith(versions: Map<string, Version> | undefined, stage: string): Version | undefined {
  return [...(versions?.values() ?? [])].find(({ stages }) => stages.has(stage));
}

/** The SDK sends requests for a queue to the queue's own address, `urlOf`. */
function stateOperations(facts: EnvironmentFacts, urlOf: () => string): Operations {
  const { stacks, queues, alarms } = facts;
  const missing = (type: string, message: string, status = 404) => new AwsRefusal(type, { message, status });
  return {
    'cloudformation:DescribeStacks': ({ StackName }) => {
      const status = stacks.get(String(StackName));
      if (status === undefined) throw missing('ValidationError', `Stack with id ${StackName} does not exist`, 400);
      const id = `arn:aws:cloudformation:${REGION}:${ACCOUNT}:stack/${StackName}/1`;
      const outputs = { ArtifactsBucketName: facts.bucket, LocksTableName: 'locks' };
      const Outputs = Object.entries(outputs).map(([OutputKey, OutputValue]) => ({
        OutputKey,
        OutputValue: OutputValue ?? '',
      }));
      return {
        Stacks: [{ StackName, StackId: id, StackStatus: status, CreationTime: '2026-11-01T00:00:00Z', Outputs }],
      };
    },
    's3:HeadBucket': ({ name }) => {
      if (name !== facts.bucket) throw missing('NotFound', 'Not Found');
      return {};
    },
    'dynamodb:DescribeTable': () => {
      if (facts.tableStatus === null) throw missing('ResourceNotFoundException', 'Requested resource not found', 400);
      return { Table: { TableStatus: facts.tableStatus } };
    },
    'dynamodb:GetItem': () =>
      facts.agentBreaker === null
        ? {}
        : { Item: { lockKey: { S: 'breaker#kiro' }, record: { S: JSON.stringify(facts.agentBreaker) } } },
    'lambda:GetFunctionConfiguration': () => {
      if (facts.functionState === null) throw missing('ResourceNotFoundException', 'Function not found');
      return { State: facts.functionState, Runtime: 'nodejs24.x', LastUpdateStatus: 'Successful' };
    },
    'codebuild:BatchGetProjects': () => ({
      projects:
        facts.project === null ? [] : [{ name: facts.project, source: { type: 'S3', location: `${facts.bucket}/x` } }],
    }),
    'codebuild:StartBuild': ({ environmentVariablesOverride, sourceLocationOverride }) => {
      facts.started.push({ environmentVariablesOverride, sourceLocationOverride });
      return { build: { id: `${facts.project}:1`, buildStatus: facts.buildStatus, buildComplete: true } };
    },
    's3:GetObject': () => facts.selfTest,
    'codebuild:ListBuildsForProject': () => ({ ids: facts.builds }),
    'events:DescribeRule': ({ Name }) => {
      if (facts.ruleState === null) throw missing('ResourceNotFoundException', `Rule ${Name} does not exist`, 400);
      return { Name, State: facts.ruleState };
    },
    'sqs:GetQueueUrl': ({ QueueName }) => {
      if (queues.has(String(QueueName))) return { QueueUrl: `${urlOf()}/${QueueName}` };
      throw missing('QueueDoesNotExist', 'The specified queue does not exist.', 400);
    },
    'sqs:GetQueueAttributes': ({ QueueUrl }) => ({
      Attributes: { ApproximateNumberOfMessages: String(queues.get(String(QueueUrl).split('/').at(-1) ?? '') ?? 0) },
    }),
    'monitoring:DescribeAlarms': ({ AlarmNames }) => ({
      MetricAlarms: (Array.isArray(AlarmNames) ? AlarmNames : []).flatMap((name) => {
        const StateValue = alarms.get(String(name));
        return StateValue === undefined ? [] : [{ AlarmName: name, StateValue, StateReason: 'Threshold crossed.' }];
      }),
    }),
  };
}

function callOperations(facts: EnvironmentFacts): Operations {
  return {
    'sts:GetCallerIdentity': () => ({ Account: ACCOUNT, Arn: facts.callerArn, UserId: 'AIDA' }),
    'iam:GetRole': ({ RoleName }) => ({
      Role: { Arn: `arn:aws:iam::${ACCOUNT}:role/people/${RoleName}`, RoleName, RoleId: 'AROA', Path: '/people/' },
    }),
    'iam:SimulatePrincipalPolicy': (input) => ({ EvaluationResults: simulate(input, facts), IsTruncated: false }),
    'sns:ListSubscriptionsByTopic': () => {
      if (facts.subscriptions === null)
        throw new AwsRefusal('NotFound', { message: 'Topic does not exist', status: 404 });
      const Subscriptions = [...facts.subscriptions].map(([Endpoint, isConfirmed]) => ({
        Protocol: 'email',
        Endpoint,
        SubscriptionArn: isConfirmed ? `arn:aws:sns:${REGION}:${ACCOUNT}:topic:1` : 'PendingConfirmation',
      }));
      return { Subscriptions };
    },
    'sns:Subscribe': ({ Endpoint }) => {
      facts.subscriptions?.set(String(Endpoint), false);
      return { SubscriptionArn: 'pending confirmation' };
    },
    'lambda:Invoke': ({ invocation }) => {
      if (facts.functionState === null)
        throw new AwsRefusal('ResourceNotFoundException', { message: 'Function not found', status: 404 });
      return invocation === 'DryRun' ? {} : facts.poll;
    },
    'logs:FilterLogEvents': () => ({
      events: facts.log.map((message, index) => ({
        eventId: createHash('sha256').update(message).digest('hex'),
        timestamp: Date.now() - 1000 + index,
        message,
        logStreamName: 'a',
      })),
    }),
  };
}

/** One result per action and resource; a role that does not exist has none. */
function simulate(input: Input, { lacking }: EnvironmentFacts) {
  if (input.PolicySourceArn !== `arn:aws:iam::${ACCOUNT}:role/people/Deployer`)
    throw new AwsRefusal('NoSuchEntity', { message: `${input.PolicySourceArn} does not exist`, status: 404 });
  const listed = (name: string) =>
    Object.entries(input).flatMap(([key, value]) => (key.startsWith(`${name}.member.`) ? [String(value)] : []));
  return listed('ActionNames').flatMap((EvalActionName) =>
    listed('ResourceArns').map((EvalResourceName) => ({
      EvalActionName,
      EvalResourceName,
      EvalDecision: lacking.has(EvalActionName) ? 'implicitDeny' : 'allowed',
    })),
  );
}
