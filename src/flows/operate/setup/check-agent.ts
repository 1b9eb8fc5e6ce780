import { type AgentConfig, keySettingOf } from '../../../core/agent/settings.ts';
import { isWorkerError, WorkerError } from '../../../core/errors.ts';
import { AGENT_SERVICE } from '../../../core/lifecycle/breaker.ts';
import type { LockStore } from '../../../core/ports/lock-store.ts';
import { type Check, failed, passed, unknown, warning } from '../../../core/setup/check.ts';

const NAME = 'agent key and quota';

type Configured = Pick<AgentConfig, 'kind' | 'keyVariable'>;
const KIRO: Configured = { kind: 'kiro' };

/** Nothing but a run tells whether an agent's service takes a key, and what is left of its quota. */
export function untriedKey(service = 'Kiro'): Check {
  const quota = service === 'Kiro' ? 'its credits' : 'the quota';
  return warning(NAME, {
    detail: `${service} says only to a run whether it takes the key, and what is left of ${quota}`,
    remedy: `Nothing now: a run that ${service} refuses says so at its card, and no other build starts until ${service} takes the key.`,
  });
}

/** What runs have met with the key that is set, as the breaker of the agent's service keeps it. */
export async function checkAgent(
  { locks }: { readonly locks: Pick<LockStore, 'getBreaker'> },
  { environment, agent = KIRO }: { readonly environment: string; readonly agent?: Configured },
): Promise<Check> {
  const setting = keySettingOf(agent);
  const service = setting === 'kiro-api-key' ? 'Kiro' : "the agent's service";
  const breaker = await locks.getBreaker(AGENT_SERVICE).catch((error: unknown) => {
    if (isWorkerError(error, 'LOCK_STORE_FAILED')) return error;
    throw error;
  });
  if (breaker instanceof WorkerError)
    return unknown(NAME, { detail: [breaker.what, breaker.why].filter(Boolean).join(' '), remedy: breaker.remedy });
  if (breaker === null) return untriedKey(service);
  if (!breaker.isOpen) return passed(NAME, `the last run that asked ${service} was served`);
  const detail = `the last run was refused: ${breaker.said}`;
  if (breaker.cause === 'key')
    return failed(NAME, { detail, remedy: `npx kiro-worker configure ${setting ?? 'agent-key'} --env ${environment}` });
  return warning(NAME, {
    detail,
    remedy: `Wait: one build tries it again by itself; npx kiro-worker status --env ${environment} shows when.`,
  });
}
