import { errorMessage } from '../../../core/errors.ts';
import { AGENT_SERVICE, closeBreaker, openBreaker } from '../../../core/lifecycle/breaker.ts';
import type { Agent, AgentProbe } from '../../../core/ports/agent.ts';
import type { Clock } from '../../../core/ports/clock.ts';
import type { Installation } from '../../../core/ports/installation.ts';
import type { LockStore } from '../../../core/ports/lock-store.ts';
import type { Sandbox } from '../../../core/ports/process.ts';
import type { Logger } from '../../../core/ports/telemetry.ts';
import type { RunMonitor } from '../../run-monitor.ts';
import { endRun, type RunResult } from '../../run-result.ts';
import type { RunSettings } from '../../settings.ts';

/** The agent waits for no answer to a small call longer than this. */
const LONGEST_SILENCE_MS = 60_000;

export interface ServiceContext {
  readonly settings: Pick<RunSettings, 'agentSilenceMs'>;
  readonly agent: Pick<Agent, 'probe' | 'keyFingerprint' | 'keyRemedy'>;
  readonly locks: Pick<LockStore, 'getBreaker' | 'swapBreaker'>;
  readonly installation: Pick<Installation, 'begin'>;
  readonly sandbox: Pick<Sandbox, 'end'>;
  readonly clock: Pick<Clock, 'now'>;
  /** Ends the call with the run, whose last minutes belong to its report. */
  readonly monitor: Pick<RunMonitor, 'signal' | 'ended'>;
  readonly startedAtMs: number;
  readonly telemetry: Logger;
}

/** Asks the agent's service by a call of the worker's own, with nothing of the branch alive and in an empty home, so that no
 *  branch can answer in its name. Returns how the run ends when the service is at fault, and pauses starts; null when it
 *  answers. `wasSilent`: the agent had no answer, so that a call which ends badly as well says the same of the service. What was
 *  installed is gone afterwards. */
export async function findServiceFault(context: ServiceContext, { wasSilent = false } = {}): Promise<RunResult | null> {
  const { agent, installation, monitor, sandbox, settings, telemetry } = context;
  await sandbox.end();
  await installation.begin();
  const answer = await agent.probe({
    silenceMs: settings.agentSilenceMs ?? LONGEST_SILENCE_MS,
    signal: monitor.signal,
  });
  telemetry.info("the agent's service was asked by a call of the worker's own", { ...answer });
  const ended = monitor.ended();
  if (ended !== null) return ended;
  const probe: AgentProbe = wasSilent && answer.kind === 'failed' ? { ...answer, kind: 'unavailable' } : answer;
  if (probe.kind === 'unknown' || probe.kind === 'failed') return null;
  if (probe.kind === 'answers') {
    // Answered just now, whenever this run began.
    await noteSuccess({ ...context, startedAtMs: context.clock.now() });
    return null;
  }
  await pauseStarts(context, probe);
  if (probe.kind === 'unavailable') return endRun({ kind: 'service-unavailable', detail: probe.detail });
  const remedy = agent.keyRemedy;
  return endRun({ kind: 'setup-incomplete', detail: `The agent could not log in: ${probe.detail}`, remedy });
}

/** When starts are paused: asks the service before anything is spent on a run that could only fail. Throws what the agent's
 *  `prepare` throws. */
export async function findLastingFault(
  context: ServiceContext & { readonly agent: Pick<Agent, 'prepare'> },
): Promise<RunResult | null> {
  const breaker = await context.locks.getBreaker(AGENT_SERVICE);
  if (!breaker?.isOpen) return null;
  await context.agent.prepare();
  return findServiceFault(context);
}

/** One success lets builds start again, unless the run began before they were paused. Where it cannot be noted, the next one is; the work goes on. */
export async function noteSuccess({
  locks,
  telemetry,
  startedAtMs,
}: Pick<ServiceContext, 'locks' | 'telemetry' | 'startedAtMs'>): Promise<void> {
  try {
    const before = await locks.getBreaker(AGENT_SERVICE);
    const after = closeBreaker(before, startedAtMs);
    // Whoever was faster has said something newer.
    if (after !== null) await locks.swapBreaker({ before, after });
  } catch (error) {
    telemetry.warn('the success of the agent could not be noted', { error: errorMessage(error) });
  }
}

async function pauseStarts(context: ServiceContext, { kind, detail }: AgentProbe): Promise<void> {
  const { agent, locks, clock, startedAtMs } = context;
  const cause = kind === 'unavailable' ? 'outage' : 'key';
  const key = cause === 'key' ? await agent.keyFingerprint() : null;
  const before = await locks.getBreaker(AGENT_SERVICE);
  const evidence = { service: AGENT_SERVICE, cause, said: detail, key, startedAtMs, nowMs: clock.now() } as const;
  const after = openBreaker(before, evidence);
  if (after !== before) await locks.swapBreaker({ before, after });
}
