import { destinationColumns } from '../../core/board-columns.ts';
import type { SkippedCard } from '../../core/cards/skip-reason.ts';
import type { ProjectConfig } from '../../core/config.ts';
import { parseProjectConfig } from '../../core/config.ts';
import { isWorkerError, throwFailures, WorkerError } from '../../core/errors.ts';
import { METRICS } from '../../core/names.ts';
import type { ReadProjectConfig, ReadRelease } from '../../core/ports/settings.ts';
import type { Telemetry } from '../../core/ports/telemetry.ts';
import { dispatch } from './dispatch.ts';
import { evaluateBoard } from './evaluate.ts';
import type { PollPorts, PollResult, PollSettings, StartedBuild } from './poll-types.ts';
import { reconcileRows } from './reconcile.ts';

/** One poll: reconcile, read, validate, select, lock, start, report. Returns an outcome also while the set-up is
 *  incomplete; throws every other failure. */
export async function poll(ports: PollPorts, settings: PollSettings): Promise<PollResult> {
  const { telemetry } = ports;
  try {
    const result = await pollOnce(ports, settings);
    telemetry.count(METRICS.pollSucceeded, 1);
    telemetry.log('info', 'poll finished', {
      ...result,
      leftOut: result.leftOut.slice(0, 100),
      counts: countReasons(result.leftOut),
    });
    return result;
  } catch (error) {
    if (!isWorkerError(error, 'SETUP_INCOMPLETE')) throw error;
    telemetry.count(METRICS.pollSucceeded, 1);
    telemetry.count(METRICS.pollSetupIncomplete, 1);
    telemetry.log('warn', 'setup incomplete', { detail: error.message });
    return {
      outcome: 'setup-incomplete',
      detail: error.message,
      started: [],
      ready: [],
      leftOut: [],
      reconciled: [],
      requests: 0,
    };
  } finally {
    telemetry.flush();
  }
}

async function pollOnce(ports: PollPorts, settings: PollSettings): Promise<PollResult> {
  const { locks, clock, telemetry } = ports;
  const config = await loadConfig(ports.readConfig);
  const github = ports.connectGitHub(config);
  // One lock that cannot be closed must not keep other cards from their turn: its failure is thrown at the end.
  const { done: reconciled, failures } = settings.dryRun
    ? { done: [], failures: [] }
    : await reconcileRows({ ...ports, config, github }, { environment: settings.environment });
  const evaluation = await evaluateBoard({ config, github, locks, clock, column: config.targetStatusColumn });
  warnOfColumns(telemetry, { columns: evaluation.board.columns, config });
  const held = (await locks.listHeld()).length;
  const capacity = Math.max(0, settings.maxConcurrentBuilds - held + failures.length);
  telemetry.count(METRICS.cardsReady, evaluation.eligible.length);
  telemetry.count(METRICS.locksHeld, held);
  if (evaluation.board.budgetRemainingPct !== null) {
    telemetry.count(METRICS.githubBudgetRemainingPct, evaluation.board.budgetRemainingPct);
  }
  const found = { reconciled, requests: evaluation.requests };
  if (settings.dryRun) {
    const ready = evaluation.eligible.map(({ workItem: { itemId, title, branch } }) => ({ itemId, title, branch }));
    return {
      ...found,
      outcome: 'dry-run',
      detail: `${ready.length} eligible; nothing was started.`,
      started: [],
      ready,
      leftOut: evaluation.skipped,
    };
  }
  const release = evaluation.eligible.length > 0 && capacity > 0 ? await requireRelease(ports.readRelease) : null;
  const dispatched = await dispatch({ ...ports, config, github }, { ...settings, evaluation, capacity, release });
  const leftOut = [...evaluation.skipped, ...dispatched.skipped];
  telemetry.count(METRICS.buildsStarted, dispatched.started.length);
  telemetry.count(METRICS.buildsAtCapacity, dispatched.skipped.filter(({ reason }) => reason === 'at-capacity').length);
  telemetry.count(METRICS.cardsLeftOut, leftOut.length);
  throwFailures(failures, 'Several locks could not be closed.');
  return {
    ...found,
    ...summarise(dispatched.started, dispatched.skipped),
    started: dispatched.started,
    ready: [],
    leftOut,
  };
}

/** A card is not moved to a column that the board does not have; without this warning nobody would know why it stays. */
function warnOfColumns(
  telemetry: Telemetry,
  { columns, config }: { columns: readonly string[]; config: ProjectConfig },
): void {
  const missing = destinationColumns(config)
    .filter(({ column }) => !columns.includes(column))
    .map(({ setting, column }) => `${setting} "${column}"`);
  if (missing.length > 0)
    telemetry.log('warn', 'the board lacks columns of the project configuration; cards are not moved there', {
      missing,
      columns,
    });
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
    remedy: 'Publish one: npx kiro-worker release --env ENVIRONMENT',
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

function countReasons(skipped: readonly SkippedCard[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { reason } of skipped) counts[reason] = (counts[reason] ?? 0) + 1;
  return counts;
}
