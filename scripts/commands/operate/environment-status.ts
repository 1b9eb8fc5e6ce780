import { createCodeBuildService } from '../../../src/adapters/aws/codebuild.ts';
import { createDynamoLockStore } from '../../../src/adapters/aws/dynamo-lock-store.ts';
import { createEnvironmentState } from '../../../src/adapters/aws/operate/environment-state.ts';
import { createLogLines } from '../../../src/adapters/aws/operate/log-lines.ts';
import { createPauseParameter } from '../../../src/adapters/aws/operate/pause-parameter.ts';
import { systemClock } from '../../../src/adapters/system-clock.ts';
import { attentionOf } from '../../../src/flows/operate/run/attention.ts';
import { type EnvironmentStatus, environmentStatus } from '../../../src/flows/operate/run/environment-status.ts';
import { ALARMS } from '../../../src/stacks/monitoring.ts';
import { ownStacks } from '../../../src/stacks/own-stacks.ts';
import { stackNames } from '../../../src/stacks/stack-names.ts';
import { EXIT } from '../../terminal/exit-codes.ts';
import { formatJson } from '../../terminal/json.ts';
import { type DeployedPlace, withDeployed } from '../deployed-place.ts';
import { describeStatus } from './status-text.ts';

interface StatusOptions {
  readonly env: string;
  readonly watch?: boolean;
  readonly json?: boolean;
}

/** Often enough to see a build go on, seldom enough for AWS's request limits. */
const WATCH_EVERY_MS = 10_000;

/** `kiro-worker status` of a deployed environment: exit code 0, or 1 when a part could not be read. Goes on until Ctrl-C with
 *  `--watch`. */
export async function showEnvironmentStatus({ env, watch = false, json = false }: StatusOptions): Promise<number> {
  return withDeployed(env, async (place) => {
    const read = await readerOf(place);
    const { environment } = place.settings;
    for (;;) {
      const status = await read();
      const attention = attentionOf(status, environment);
      place.progress.stop();
      const clear = watch && process.stdout.isTTY ? '\u001b[2J\u001b[H' : '';
      const text = describeStatus({ status, attention, environment });
      process.stdout.write(json ? formatJson({ environment, ...status, attention }) : `${clear}${text}`);
      if (!watch) return isComplete(status) ? EXIT.done : EXIT.failed;
      await systemClock.sleep(WATCH_EVERY_MS);
    }
  });
}

async function readerOf({ settings, clients }: DeployedPlace): Promise<() => Promise<EnvironmentStatus>> {
  const { environment } = settings;
  const names = stackNames(environment);
  const [cloudFormation, cloudWatch, sqs, ssm, dynamo, codeBuild, logs] = await Promise.all([
    clients.cloudFormation(),
    clients.cloudWatch(),
    clients.sqs(),
    clients.ssm(),
    clients.dynamo(),
    clients.codeBuild(),
    clients.logs(),
  ]);
  const ports = {
    state: createEnvironmentState({ environment, cloudFormation, cloudWatch, sqs, ssm }),
    logs: createLogLines({ client: logs }),
    locks: createDynamoLockStore({ client: dynamo, tableName: names.locksTable }),
    builds: createCodeBuildService({ client: codeBuild, projectName: names.buildProject, artifactsBucketName: '' }),
    readPause: () => createPauseParameter({ client: ssm, environment }).read(),
    clock: systemClock,
  };
  return () =>
    environmentStatus(ports, {
      environment,
      stacks: ownStacks(settings),
      queues: [names.pollerDeadLetters, names.finalizerDeadLetters],
      alarms: ALARMS.map(({ name }) => `${names.alarmPrefix}${name}`),
    });
}

function isComplete(status: EnvironmentStatus): boolean {
  return Object.values(status).every((part) => typeof part !== 'object' || !('unreadable' in part));
}
