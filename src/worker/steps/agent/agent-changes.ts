import { createFinding, type Finding } from '../../../core/gates/finding.ts';
import type { RuleId } from '../../../core/gates/rules.ts';
import { oneLine } from '../../../core/json-lines.ts';
import type { Repository, StagedWork } from '../../../core/ports/repository.ts';
import { type FileChange, isRefused, problemOf } from '../../../core/repository/file-change.ts';
import {
  EXECUTABLE_CONFIGURATION,
  findProtectedChanges,
  isSpecPath,
  PROTECTED_PATHS,
} from '../../../core/repository/protected-paths.ts';
import { readTasksFile, SPECS_FOLDER } from '../../../core/spec/spec.ts';
import { onlyTicksChanged } from '../../../core/spec/tasks.ts';
import type { Prepared } from '../../run-states.ts';
import type { RunSettings } from '../../settings.ts';

const MOST_NAMES = 5;

export interface ChangesContext {
  readonly settings: Pick<RunSettings, 'specPath'>;
  readonly repository: Pick<Repository, 'stage' | 'differences'>;
}

/** What changes are judged by. */
type Judging = Pick<Prepared, 'rules' | 'tasks' | 'repositoryFile'>;

/** Returns what the agent changed, without its own ticks in tasks.md: those are the worker's, and are made anew. */
export async function changesOfAgent(
  context: ChangesContext,
  { work, state }: { work: StagedWork; state: Judging },
): Promise<FileChange[]> {
  const tracked = work.changes.filter(
    ({ path }) => !EXECUTABLE_CONFIGURATION.some((own) => path === own || path.startsWith(`${own}/`)),
  );
  const configuration = await context.repository.differences(state.rules.commit, EXECUTABLE_CONFIGURATION);
  const all = [...tracked, ...configuration];
  const tasksFile = `${context.settings.specPath}/tasks.md`;
  const ticked = all.find(({ path, kind }) => path === tasksFile && kind === 'modified');
  if (!ticked || !(await onlyTicked(work, { tasksFile, state }))) return all;
  return all.filter((change) => change !== ticked);
}

/** Returns whether a change can become part of a commit. */
export function isWork(change: FileChange): boolean {
  return problemOf(change) === null;
}

/** A change that the agent may not make; `what` follows the path. */
export interface ForbiddenChange {
  readonly rule: RuleId;
  readonly path: string;
  readonly what: string;
}

/** Returns the changes that the agent may not make. */
export function forbiddenChanges({
  changes,
  state,
}: {
  changes: readonly FileChange[];
  state: Judging;
}): ForbiddenChange[] {
  const forbid = (rule: RuleId, what: string) => (path: string) => ({ rule, path, what });
  const paths = changes.filter((change) => isWork(change) || isRefused(change)).map(({ path }) => path);
  return [
    ...problemsOf(changes.filter(isRefused)),
    ...findProtectedChanges(paths, protectedPatterns(state)).map(forbid('agent/protected-path', 'is protected')),
    ...paths.filter((path) => isSpecPath(path, SPECS_FOLDER)).map(forbid('agent/spec-path', 'belongs to the specs')),
  ];
}

/** Returns findings about changes that cannot be committed; one for all that tools have made. */
export function findingsOfProblems(changes: readonly FileChange[]): Finding[] {
  const isGenerated = ({ kind }: FileChange) => kind === 'generated';
  const generated = changes.filter(isGenerated).map(({ path }) => oneLine(path, 200));
  const others = problemsOf(changes.filter((change) => !isGenerated(change))).map(findingOf);
  if (generated.length === 0) return others;
  const more = generated.length > MOST_NAMES ? ` and ${generated.length - MOST_NAMES} more` : '';
  const message = `Left out of the commit: ${generated.slice(0, MOST_NAMES).join(', ')}${more}.`;
  return [...others, createFinding('agent/generated-left-out', { message })];
}

/** Returns the finding about one change that the agent may not make. */
export function findingOf({ rule, path, what }: ForbiddenChange): Finding {
  return createFinding(rule, { path, message: `The agent changed this path, but it ${what}.` });
}

/** Returns what keeps changes out of a commit, including those that are only reported. */
function problemsOf(changes: readonly FileChange[]): ForbiddenChange[] {
  return changes.flatMap((change) => {
    const what = problemOf(change);
    return what === null ? [] : [{ rule: ruleOf(change), path: change.path, what }];
  });
}

function ruleOf({ kind }: FileChange): RuleId {
  if (kind === 'nested-repository') return 'agent/nested-repository';
  return kind === 'submodule-kept' ? 'agent/submodule-kept' : 'agent/uncommittable-file';
}

/** Globs of paths that the agent may not change: the product's own, and those of the repository file. */
export function protectedPatterns({ repositoryFile }: Pick<Prepared, 'repositoryFile'>): string[] {
  return [...PROTECTED_PATHS, ...(repositoryFile?.protectedPaths ?? [])];
}

async function onlyTicked(
  work: StagedWork,
  { tasksFile, state }: { tasksFile: string; state: Judging },
): Promise<boolean> {
  const bytes = await work.read(tasksFile);
  const after = bytes === null ? null : readTasksFile(bytes);
  return after !== null && 'text' in after && onlyTicksChanged(state.tasks.text, after.text);
}
