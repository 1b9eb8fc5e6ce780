import { destinationColumns } from '../../core/board-columns.ts';
import type { SkippedCard, SkipReason } from '../../core/cards/skip-reason.ts';
import type { ProjectConfig } from '../../core/config.ts';
import { parseProjectConfig } from '../../core/config.ts';
import { isWorkerError, throwFailures, WorkerError } from '../../core/errors.ts';
import { METRICS } from '../../core/names.ts';
import type { ReadProjectConfig, ReadRelease } from '../../core/ports/settings.ts';
import type { Telemetry } from '../../core/ports/telemetry.ts';
import { dispatch } from './dispatch.ts';
import type { BoardEvaluation } from './evaluate.ts';
import { evaluateBoard } from './evaluate.ts';
import type { PollPorts, PollResult, PollSettings, StartedBuild } from './poll-types.ts';
import { publishPending } from './publish-pending.ts';
import { reconcileRows } from './reconcile.ts';

/** What a poll has done while nothing is done yet. */
const NOTHING = { started: [], ready: [], leftOut: [], reconciled: [], requests: 0 } as const;

/** One poll: reconcile, read, validate, select, lock, start, report. Returns an outcome also while the set-up is
 *  incomplete; throws every other failure. */
export async function poll(ports: PollPorts, settings: PollSettings): Promise<PollResult> {
  const { telemetry } = ports;
  try {
    const result = await pollOnce(ports, settings);
    telemetry.count(METRICS.pollSucceeded, 1);
    const { leftOut } = result;
    telemetry.info('poll finished', {
      ...result,
      leftOut: leftOut.slice(0, 100),
      counts: countReasons(leftOut),
    });
    return result;
  } catch (error) {
    if (!isWorkerError(error, 'SETUP_INCOMPLETE')) throw error;
    telemetry.count(METRICS.pollSucceeded, 1);
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
  const evaluation = await evaluateBoard({ ...connected, column: config.targetStatusColumn });
  warnOfColumns(connected, evaluation.board.columns);
  const held = (await ports.locks.listHeld()).length;
  countFound(ports.telemetry, { evaluation, held });
  const found = { ...NOTHING, reconciled, requests: evaluation.requests };
  if (settings.dryRun) return { ...found, ...describeDryRun(evaluation) };
  const capacity = Math.max(0, settings.maxConcurrentBuilds - held + failures.length);
  const release = evaluation.eligible.length > 0 && capacity > 0 ? await requireRelease(ports.readRelease) : null;
  const { started, skipped } = await dispatch(connected, { ...settings, evaluation, capacity, release });
  const leftOut = [...evaluation.skipped, ...skipped];
  ports.telemetry.count(METRICS.buildsStarted, started.length);
  ports.telemetry.count(METRICS.buildsAtCapacity, skipped.filter(({ reason }) => reason === 'at-capacity').length);
  ports.telemetry.count(METRICS.cardsLeftOut, leftOut.length);
  throwFailures(failures, 'Several locks could not be closed.');
  return { ...found, ...summarise(started, skipped), started, leftOut };
}

function countFound(
  telemetry: Telemetry,
  { evaluation: { eligible, board }, held }: { evaluation: BoardEvaluation; held: number },
): void {
  telemetry.count(METRICS.cardsReady, eligible.length);
  telemetry.count(METRICS.locksHeld, held);
  if (board.budgetRemainingPct !== null) {
    telemetry.count(METRICS.githubBudgetRemainingPct, board.budgetRemainingPct);
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

/** A card is not moved to a column that the board does not have; without this warning nobody would know why it stays. */
function warnOfColumns(
  { telemetry, config }: { telemetry: Telemetry; config: ProjectConfig },
  columns: readonly string[],
): void {
  const missing = destinationColumns(config)
    .filter(({ column }) => !columns.includes(column))
    .map(({ setting, column }) => `${setting} "${column}"`);
  if (missing.length === 0) return;
  const message = 'the board lacks columns of the project configuration; cards are not moved there';
  telemetry.warn(message, { missing, columns });
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

async function requireRelease(read: ReadRelease): Promise<string> {
  const release = await read();
  if (release !== null) return release;
  throw new WorkerError({
    code: 'SETUP_INCOMPLETE',
    what: 'No worker release has been published to this environment yet.',
    remedy: 'Publish one in the checkout of the worker: npx kiro-worker release --env ENVIRONMENT',
  });
}

function summarise(
  started: readonly StartedBuild[],
  skipped: readonly SkippedCard[],
): Pick<PollResult, 'outcome' | 'detail'> {
  if (started.length > 0) return { outcome: 'started', detail: `${started.length} started.` };
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
