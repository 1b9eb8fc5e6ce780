import type { SkippedCard, SkipReason } from '../../core/cards/skip-reason.ts';
import type { ProjectConfig } from '../../core/config.ts';
import { parseProjectConfig } from '../../core/config.ts';
import { isWorkerError, throwFailures, WorkerError } from '../../core/errors.ts';
import { METRICS } from '../../core/names.ts';
import { describePause } from '../../core/pause.ts';
import type { ReadProjectConfig, ReadRelease } from '../../core/ports/settings.ts';
import type { Telemetry } from '../../core/ports/telemetry.ts';
import { countMetrics } from './count-metrics.ts';
import { dispatch } from './dispatch.ts';
import type { BoardEvaluation } from './evaluate.ts';
import { evaluateBoard } from './evaluate.ts';
import type { PollPorts, PollResult, PollSettings, StartedBuild } from './poll-types.ts';
import { publishPending } from './publish-pending.ts';
import { reconcileRows } from './reconcile.ts';

/** What a poll has done while nothing is done yet. */
const NOTHING = { started: [], ready: [], leftOut: [], reconciled: [], requests: 0 } as const;

const AMPLE_BUDGET_PCT = 50;
const SEVERAL_OPEN = 'Several locks could not be closed.';

/** One poll: reconcile, read, validate, select, lock, start, report. Returns an outcome also while the set-up is
 *  incomplete; throws every other failure. */
export async function poll(ports: PollPorts, settings: PollSettings): Promise<PollResult> {
  const { telemetry } = ports;
  try {
    const result = await pollOnce(ports, settings);
    const { leftOut } = result;
    telemetry.info('poll finished', {
      ...result,
      leftOut: leftOut.slice(0, 100),
      counts: countReasons(leftOut),
    });
    return result;
  } catch (error) {
    if (!isWorkerError(error, 'SETUP_INCOMPLETE')) throw error;
    telemetry.count(METRICS.pollSetupIncomplete, 1);
    telemetry.warn('setup incomplete', { detail: error.message });
    return { ...NOTHING, outcome: 'setup-incomplete', detail: error.message };
  } finally {
    telemetry.flush();
  }
}

async function pollOnce(ports: PollPorts, settings: PollSettings): Promise<PollResult> {
  const config = await loadConfig(ports.readConfig);
  const connected = { ...ports, config, github: ports.connectGitHub(config) };
  // One lock that cannot be closed must not block other cards: its failure is thrown at the end.
  const { done: reconciled, failures } = settings.dryRun
    ? { done: [], failures: [] }
    : await reconcileRows(connected, { environment: settings.environment });
  if (!settings.dryRun) await publishPending(connected);
  const pause = settings.dryRun ? null : await ports.readPause();
  if (pause !== null) {
    throwFailures(failures, SEVERAL_OPEN);
    return { ...NOTHING, reconciled, outcome: 'paused', detail: describePause(pause) };
  }
  // One that cannot be read keeps back its own card alone; reconcile has said so.
  const held = (await ports.locks.listHeld(() => undefined)).length;
  const capacity = Math.max(0, settings.maxConcurrentBuilds - held + failures.length);
  const wanted = settings.dryRun ? Number.POSITIVE_INFINITY : capacity;
  const evaluation = await evaluateBoard({ ...connected, column: config.targetStatusColumn, wanted });
  warnOfProblems(ports.telemetry, evaluation);
  countFound(ports.telemetry, { evaluation, held });
  const found = { ...NOTHING, reconciled, requests: evaluation.requests };
  if (settings.dryRun) return { ...found, ...describeDryRun(evaluation) };
  const release =
    evaluation.eligible.length > 0 && capacity > 0
      ? await requireRelease(ports.readRelease, settings.environment)
      : null;
  const { started, skipped } = await dispatch(connected, { ...settings, evaluation, capacity, release });
  const leftOut = [...evaluation.skipped, ...skipped];
  countMetrics(ports.telemetry, {
    [METRICS.buildsStarted]: started.length,
    [METRICS.buildsAtCapacity]: leftOut.filter(({ reason }) => reason === 'at-capacity').length,
    [METRICS.cardsLeftOut]: leftOut.length,
  });
  throwFailures(failures, SEVERAL_OPEN);
  return { ...found, ...summarise(started, skipped), started, leftOut };
}

function countFound(
  telemetry: Telemetry,
  { evaluation: { eligible, board }, held }: { evaluation: BoardEvaluation; held: number },
): void {
  countMetrics(telemetry, { [METRICS.cardsReady]: eligible.length, [METRICS.locksHeld]: held });
  const { budgetRemainingPct } = board;
  // 0 is a figure like any other here; a rate limit of which most is left is not worth a metric.
  if (budgetRemainingPct !== null && budgetRemainingPct < AMPLE_BUDGET_PCT) {
    telemetry.count(METRICS.githubBudgetRemainingPct, budgetRemainingPct);
  }
}

function describeDryRun({ eligible, skipped }: BoardEvaluation) {
  const ready = eligible.map(({ workItem: { itemId, title, branch } }) => ({ itemId, title, branch }));
  return {
    outcome: 'dry-run',
    detail: `${ready.length} eligible; nothing was started.`,
    ready,
    leftOut: skipped,
  } as const;
}

/** Without this warning nobody would know why a card stays where it is, or why its field does not count. */
function warnOfProblems(telemetry: Telemetry, { problems, board }: BoardEvaluation): void {
  if (problems.length === 0) return;
  telemetry.warn('the board is not as the project configuration needs it', { problems, columns: board.columns });
}

/** Returns the validated project configuration. Throws SETUP_INCOMPLETE when nothing is there, CONFIG_INVALID otherwise. */
export async function loadConfig(read: ReadProjectConfig): Promise<ProjectConfig> {
  const found = await read();
  if (found !== null) return parseProjectConfig(found.text, found.source);
  throw new WorkerError({
    code: 'SETUP_INCOMPLETE',
    what: 'There is no project configuration.',
    remedy: 'Create it with {"organization","repository","projectNumber","targetStatusColumn"} of your board.',
  });
}

async function requireRelease(read: ReadRelease, environment: string): Promise<string> {
  const release = await read();
  if (release !== null) return release;
  throw new WorkerError({
    code: 'SETUP_INCOMPLETE',
    what: 'No worker release has been published to this environment yet.',
    remedy: `Publish one in the checkout of the worker: npx kiro-worker release --env ${environment}`,
  });
}

function summarise(
  started: readonly StartedBuild[],
  skipped: readonly SkippedCard[],
): Pick<PollResult, 'outcome' | 'detail'> {
  if (started.length > 0) return { outcome: 'started', detail: `${started.length} started.` };
  const paused = skipped.find(({ reason }) => reason === 'service-paused');
  if (paused !== undefined) return { outcome: 'paused-by-breaker', detail: paused.detail };
  if (skipped.some(({ reason }) => reason === 'at-capacity')) {
    return { outcome: 'at-capacity', detail: 'As many builds as may run at the same time are running.' };
  }
  return { outcome: 'nothing-ready', detail: 'No card is eligible.' };
}

function countReasons(skipped: readonly SkippedCard[]): Partial<Record<SkipReason, number>> {
  const counts: Partial<Record<SkipReason, number>> = {};
  for (const { reason } of skipped) counts[reason] = (counts[reason] ?? 0) + 1;
  return counts;
}
