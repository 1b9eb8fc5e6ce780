import { createFinding } from '../../../core/gates/finding.ts';
import { WORKER_RULES } from '../../../core/gates/notable-changes.ts';
import { createSecretJudge } from '../../../core/gates/secrets/secret-policy.ts';
import { cleanText } from '../../../core/markdown.ts';
import { TRAILERS } from '../../../core/names.ts';
import type { CheckoutResult, CommitText, Repository } from '../../../core/ports/repository.ts';
import { findProtectedChanges, isSpecPath } from '../../../core/repository/protected-paths.ts';
import { readTasksFile } from '../../../core/spec/spec.ts';
import {
  isCheckpoint,
  onlyTicksChanged,
  openRequiredUnits,
  parseTasks,
  type SpecTask,
  type TaskDocument,
  tickTask,
} from '../../../core/spec/tasks.ts';
import type { RunContext } from '../../run-context.ts';
import type { RunRecorder } from '../../run-record.ts';
import type { RunResult } from '../../run-result.ts';
import type { Prepared } from '../../run-states.ts';
import type { RunSettings } from '../../settings.ts';
import { type PushContext, pushOwnCommit } from '../push.ts';
import { forbiddenChanges } from './agent-changes.ts';
import { labelOf } from './run-agent.ts';
import { whyNoWork } from './substance.ts';

/** How often one unit is put onto a head that somebody else pushed. */
const MOST_MOVES = 2;

export interface PushUnitContext extends PushContext {
  readonly settings: Pick<RunSettings, 'branch' | 'specPath' | 'buildId'>;
  readonly repository: PushContext['repository'] &
    Pick<Repository, 'fetchMoved' | 'recommit' | 'changedFiles' | 'read'>;
  readonly record: PushContext['record'] & Pick<RunRecorder, 'addFindings'>;
  readonly ownCommits: RunContext['ownCommits'];
}

interface FinishedUnit {
  readonly unit: SpecTask;
  /** In which the agent began. */
  readonly from: Prepared;
  /** With the unit ticked, at its commit. */
  readonly to: Prepared;
}

/** Pushes the commit of a finished unit. Where somebody pushed meanwhile, the unit is put onto their head, if that changes nothing
 *  that it was made and judged by. Returns the state that is pushed, or the result that ends the run. */
export async function pushUnit(context: PushUnitContext, finished: FinishedUnit): Promise<Prepared | RunResult> {
  const { unit, from } = finished;
  const label = labelOf(unit);
  let state = finished.to;
  let onto: string | null = null;
  for (let moves = 0; ; moves += 1) {
    const notPushed = await pushOwnCommit(context, { commit: state.head, parent: onto ?? from.head });
    if (notPushed === null) {
      const message = `${label} was begun at ${from.head.slice(0, 12)} and put onto ${onto?.slice(0, 12)}.`;
      if (onto !== null) context.record.addFindings([createFinding('agent/branch-moved', { message })]);
      return state;
    }
    if (notPushed.kind !== 'branch-moved') return notPushed;
    const ended = (why: string): RunResult => ({ ...notPushed, detail: `${notPushed.detail} ${why}` });
    if (moves === MOST_MOVES) return ended(`The branch moved again each time ${label} was put onto its new head.`);
    const next = await putOntoNewHead(context, finished);
    if (typeof next === 'string') return ended(`${label} was not put onto that head: ${next}.`);
    ({ state, onto } = next);
  }
}

/** Returns the state in which the unit's commit lies on the new head, not pushed yet, or why it does not. */
async function putOntoNewHead(
  context: PushUnitContext,
  { unit, from }: FinishedUnit,
): Promise<{ state: Prepared; onto: string } | string> {
  const { repository, settings } = context;
  const onto = await repository.fetchMoved();
  if (onto === null) return 'it does not descend from the head that the task was begun at';
  if (await haveRulesChanged(repository, { from, onto })) return "the worker's rules have changed";
  const tasks = await sameTasks(context, { from, onto });
  if (tasks === null) return 'the spec has changed';
  if (!isOpen(tasks, unit)) return 'the task is ticked there already';
  const text = commitTextOf(settings, { unit, tasks });
  const judgeSecret = createSecretJudge(from.repositoryFile);
  const made = await repository.recommit({ ...text, judgeSecret, onto });
  if (made.kind === 'conflict') return `both changed ${made.paths.slice(0, 5).join(', ')}`;
  if (made.kind === 'holds-secrets') return `it holds a secret in ${made.places.join(', ')}`;
  if (made.kind === 'adds-secrets') return `it would add a secret in ${made.found.map(({ path }) => path).join(', ')}`;
  const { head } = made;
  const rules = { branch: from.rules.branch, ...onto.rules };
  const tasksThere = parseTasks(text.ticked);
  // What lies below was pushed by others.
  const baseline = { commit: onto.head, verdict: null };
  const state: Prepared = { ...from, head, mergeBase: onto.mergeBase, rules, tasks: tasksThere, baseline };
  const changes = made.changes.filter(({ path }) => path !== `${settings.specPath}/tasks.md`);
  const [forbidden] = forbiddenChanges({ changes, state });
  if (forbidden !== undefined) return `${forbidden.path} ${forbidden.what}`;
  const work = { read: (path: string) => repository.read(head, path) };
  const noWork = await whyNoWork(repository, { work, changes, head: onto.head });
  if (noWork !== null && !isCheckpoint(unit.title)) return 'nothing of the work is left to be done there';
  return { state, onto: onto.head };
}

async function haveRulesChanged(
  repository: Pick<Repository, 'changedFiles'>,
  { from, onto }: { from: Prepared; onto: CheckoutResult },
): Promise<boolean> {
  const paths = await repository.changedFiles({ since: from.rules.commit, until: onto.rules.commit });
  return findProtectedChanges(paths, WORKER_RULES).length > 0;
}

/** Returns the tasks at the new head; null when anything of the spec but ticks has changed. */
async function sameTasks(
  { repository, settings }: PushUnitContext,
  { from, onto }: { from: Prepared; onto: CheckoutResult },
): Promise<TaskDocument | null> {
  const tasksFile = `${settings.specPath}/tasks.md`;
  const paths = await repository.changedFiles({ since: from.head, until: onto.head });
  const ofSpec = paths.filter((path) => isSpecPath(path, settings.specPath));
  if (ofSpec.some((path) => path !== tasksFile)) return null;
  const bytes = await repository.read(onto.head, tasksFile);
  const now = bytes === null ? null : readTasksFile(bytes);
  if (now === null || !('text' in now) || !onlyTicksChanged(from.tasks.text, now.text)) return null;
  return parseTasks(now.text);
}

/** Returns whether a unit is still to be done. */
export function isOpen(tasks: TaskDocument, unit: SpecTask): boolean {
  return openRequiredUnits(tasks).some(({ line, title }) => line === unit.line && title === unit.title);
}

/** Returns what the worker writes into the commit of a unit: its message, and tasks.md with the unit `ticked`. */
export function commitTextOf(
  { specPath, buildId }: Pick<RunSettings, 'specPath' | 'buildId'>,
  { unit, tasks }: { unit: SpecTask; tasks: TaskDocument },
): CommitText & { readonly ticked: string } {
  const file = `${specPath}/tasks.md`;
  const ticked = tickTask(tasks.text, { line: unit.line, title: unit.title });
  return {
    ticked,
    message: `${cleanText(labelOf(unit)).slice(0, 72)}\n\nImplements this task of ${file}.\n`,
    trailers: [
      [TRAILERS.spec, specPath],
      [TRAILERS.task, unit.id ?? `line ${unit.line}`],
      [TRAILERS.build, buildId],
    ],
    contents: new Map([[file, new TextEncoder().encode(ticked)]]),
  };
}
