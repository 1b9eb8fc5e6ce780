import { isWorkerError } from '../../core/errors.ts';
import { redactErrors } from '../../core/secrets/redact-error.ts';
import { loadConfig } from '../../flows/poll/poll.ts';
import type { Reconciled } from '../../flows/poll/poll-types.ts';
import { reconcile } from '../../flows/poll/reconcile.ts';
import { lockKeyOf } from '../build-event.ts';
import { createPollPorts } from '../poll-ports.ts';

let made: ReturnType<typeof createPollPorts> | undefined;

/** Lambda entry point of CodeBuild's state-change event: closes the lock of the build that has ended, if it is still held. */
export async function handler(event: unknown): Promise<Reconciled[]> {
  made ??= createPollPorts('finalizer', process.env);
  const parts = made;
  return redactErrors(parts.redact, () => finalize(parts, event));
}

async function finalize(
  { ports, settings }: ReturnType<typeof createPollPorts>,
  event: unknown,
): Promise<Reconciled[]> {
  const lockKey = lockKeyOf(event);
  if (lockKey === null) {
    ports.telemetry.info('the build of this event holds no lock', {});
    return [];
  }
  try {
    const config = await loadConfig(ports.readConfig);
    const github = ports.connectGitHub(config);
    return await reconcile({ ...ports, config, github }, { environment: settings.environment, lockKeys: [lockKey] });
  } catch (error) {
    if (!isWorkerError(error, 'SETUP_INCOMPLETE')) throw error;
    ports.telemetry.warn('setup incomplete', { detail: error.message });
    return [];
  } finally {
    ports.telemetry.flush();
  }
}
