import { sub } from './cfn/intrinsics.ts';
import type { Grant } from './cfn/policy.ts';
import type { OutputValues, Scope } from './cfn/scope.ts';
import type { CoreOutputs } from './core.ts';
import { addDeadLetterQueue } from './resources/dead-letter-queue.ts';
import { addFunction, functionVariables } from './resources/function.ts';
import {
  arnOf,
  changeLocks,
  listHeldLocks,
  projectArn,
  readLocks,
  readParameters,
  readSecrets,
  sendToQueue,
  useKey,
  writeLogs,
  writeTraces,
} from './resources/grants.ts';
import { addRole } from './resources/role.ts';
import type { FunctionWithQueue } from './resources/rules.ts';
import { addBuildEndRule, addSchedule } from './resources/rules.ts';
import type { SecretsOutputs } from './secrets.ts';
import { nameOf } from './stack-names.ts';

export type PollerOutputs = OutputValues<
  | 'PollerFunctionName'
  | 'FinalizerFunctionName'
  | 'PollerDeadLettersName'
  | 'FinalizerDeadLettersName'
  | 'PollerRuleName'
>;

interface Inputs {
  readonly core: CoreOutputs;
  readonly secrets: SecretsOutputs;
}

/** Adds the poller, run on a schedule, and the finalizer, run when a build ends. */
export function addPoller(scope: Scope, inputs: Inputs): PollerOutputs {
  const poller = addPollerFunction(scope, inputs);
  const rule = addSchedule(scope, poller);
  const finalizer = addFinalizerFunction(scope, inputs);
  addBuildEndRule(scope, finalizer);
  return scope.outputs({
    PollerFunctionName: { value: poller.fn.ref, description: 'Function that polls the board' },
    FinalizerFunctionName: {
      value: finalizer.fn.ref,
      description: 'Function that closes lock, card and pull request of a build that has ended',
    },
    PollerDeadLettersName: {
      value: poller.queue.att('QueueName'),
      description: 'Queue of scheduled polls that could not be invoked',
    },
    FinalizerDeadLettersName: {
      value: finalizer.queue.att('QueueName'),
      description: 'Queue of build events that could not be handled',
    },
    PollerRuleName: { value: rule.ref, description: 'Schedule of the poller' },
  });
}

function addPollerFunction(scope: Scope, { core, secrets }: Inputs): FunctionWithQueue {
  const queue = addDeadLetterQueue(scope, {
    logicalId: 'PollerDeadLetters',
    name: nameOf('pollerDeadLetters'),
    keyArn: core.KmsKeyArn,
    ruleArn: arnOf('events', sub`rule/${nameOf('pollerRule')}`),
  });
  const role = addRole(scope, {
    logicalId: 'PollerRole',
    service: 'lambda.amazonaws.com',
    description: 'What the poller of the Kiro worker may do',
    grants: [
      ...sharedGrants({ core, secrets, logGroupName: core.PollerLogGroupName }),
      ...useKey(core.KmsKeyArn, ['dynamodb', 'secretsmanager']),
      listHeldLocks(core.LocksTableName),
      readParameters(
        [secrets.GitHubProjectConfigParameterName, nameOf('releaseParameter'), nameOf('pausedParameter')],
        'reads which board to poll, which release of the worker to run, and whether polls are paused',
      ),
      {
        sid: 'RunBuilds',
        actions: ['codebuild:StartBuild', 'codebuild:BatchGetBuilds', 'codebuild:ListBuildsForProject'],
        resources: [projectArn()],
        why: 'starts builds, asks how they ended, and finds one whose start was answered too late',
      },
    ],
  });
  const fn = addFunction(scope, {
    logicalId: 'PollerFunction',
    name: nameOf('pollerFunction'),
    description: 'Starts a build for each eligible card',
    folder: 'src/functions/poller',
    role,
    logGroupName: core.PollerLogGroupName,
    // The next scheduled poll is the retry; the queue takes what the schedule could not deliver.
    failedEvents: null,
    retries: 0,
    maxEventAgeSeconds: 60,
    variables: functionVariables(scope, { core, secrets }),
  });
  return { fn, queue };
}

function addFinalizerFunction(scope: Scope, { core, secrets }: Inputs): FunctionWithQueue {
  const queue = addDeadLetterQueue(scope, {
    logicalId: 'FinalizerDeadLetters',
    name: nameOf('finalizerDeadLetters'),
    keyArn: core.KmsKeyArn,
    ruleArn: arnOf('events', sub`rule/${nameOf('finalizerRule')}`),
  });
  const role = addRole(scope, {
    logicalId: 'FinalizerRole',
    service: 'lambda.amazonaws.com',
    description: 'What the finalizer of the Kiro worker may do',
    grants: [
      ...sharedGrants({ core, secrets, logGroupName: core.FinalizerLogGroupName }),
      sendToQueue(queue.att('Arn')),
      ...useKey(core.KmsKeyArn, ['dynamodb', 'secretsmanager', 'sqs']),
      readParameters([secrets.GitHubProjectConfigParameterName], 'reads which board the card is on'),
      {
        sid: 'ReadBuilds',
        actions: ['codebuild:BatchGetBuilds', 'codebuild:ListBuildsForProject'],
        resources: [projectArn()],
        why: 'asks how a build ended',
      },
    ],
  });
  const fn = addFunction(scope, {
    logicalId: 'FinalizerFunction',
    name: nameOf('finalizerFunction'),
    description: 'Closes lock, card and pull request of a build that has ended',
    folder: 'src/functions/finalizer',
    role,
    logGroupName: core.FinalizerLogGroupName,
    failedEvents: queue,
    // The event comes only once; without it the next poll closes the build, later.
    retries: 2,
    maxEventAgeSeconds: 3600,
    variables: functionVariables(scope, { core, secrets }),
  });
  return { fn, queue };
}

function sharedGrants({
  core,
  secrets,
  logGroupName,
}: Inputs & { logGroupName: CoreOutputs['PollerLogGroupName'] }): Grant[] {
  return [
    writeLogs(logGroupName),
    writeTraces(),
    changeLocks(core.LocksTableName),
    readLocks(core.LocksTableName),
    readSecrets([secrets.GitHubTokenSecretArn], 'reads and writes cards, branches and comments on GitHub'),
  ];
}
