import type { RuleId } from '../../core/gates/rules.ts';
import type { FileChange, Repository } from '../../core/ports/repository.ts';
import {
  EXECUTABLE_CONFIGURATION,
  findProtectedChanges,
  isSpecPath,
  PROTECTED_PATHS,
} from '../../core/repository/protected-paths.ts';
import { readTasksFile } from '../../core/spec/spec.ts';
import { onlyTicksChanged } from '../../core/spec/tasks.ts';
import type { RunContext } from '../run-context.ts';
import type { Prepared } from '../run-states.ts';
import type { RunSettings } from '../settings.ts';

export interface ChangesContext {
  readonly settings: Pick<RunSettings, 'specPath'>;
  readonly repository: Pick<Repository, 'changes' | 'readWorkspace'>;
  readonly holdsSecret: RunContext['holdsSecret'];
}

/** Returns what the agent changed, without its own ticks in tasks.md: those are the worker's, and are made anew. */
export async function changesOfAgent(context: ChangesContext, state: Prepared): Promise<FileChange[]> {
  const { repository, settings } = context;
  const tracked = (await repository.changes()).filter(
    ({ path }) => !EXECUTABLE_CONFIGURATION.some((own) => path === own || path.startsWith(`${own}/`)),
  );
  const configuration = await repository.changes({ commit: state.baseHead, paths: EXECUTABLE_CONFIGURATION });
  const all = [...tracked, ...configuration];
  const tasksFile = `${settings.specPath}/tasks.md`;
  const ticked = all.find(({ path, kind }) => path === tasksFile && kind === 'modified');
  if (!ticked || !(await onlyTicked(context, { tasksFile, state }))) return all;
  return all.filter((change) => change !== ticked);
}

/** A change that the agent may not make; `what` goes on after the path. */
export interface ForbiddenChange {
  readonly rule: RuleId;
  readonly path: string;
  readonly what: string;
}

/** Returns the changes that the agent may not make. */
export async function forbiddenChanges(
  context: ChangesContext,
  { changes, state }: { changes: readonly FileChange[]; state: Prepared },
): Promise<ForbiddenChange[]> {
  const forbid = (rule: RuleId, what: string) => (path: string) => ({ rule, path, what });
  const paths = changes.map(({ path }) => path);
  return [
    ...changes
      .filter(({ kind }) => kind === 'nested-repository')
      .map(({ path }) => path)
      .map(forbid('agent/nested-repository', 'is a git repository of its own')),
    ...findProtectedChanges(paths, protectedPatterns(state)).map(forbid('agent/protected-path', 'is protected')),
    ...paths
      .filter((path) => isSpecPath(path, context.settings.specPath))
      .map(forbid('agent/spec-path', 'belongs to the spec')),
    ...(await pathsWithSecrets(context, paths)).map(forbid('agent/secret', 'holds a secret of the worker')),
  ];
}

/** Globs of paths that the agent may not change: the product's own, and those of the base's repository file. */
export function protectedPatterns({ repositoryFile }: Pick<Prepared, 'repositoryFile'>): string[] {
  return [...PROTECTED_PATHS, ...(repositoryFile?.protectedPaths ?? [])];
}

async function onlyTicked(
  { repository }: ChangesContext,
  { tasksFile, state }: { tasksFile: string; state: Prepared },
): Promise<boolean> {
  const bytes = await repository.readWorkspace(tasksFile);
  const after = bytes === null ? null : readTasksFile(bytes);
  return after !== null && 'text' in after && onlyTicksChanged(state.tasks.text, after.text);
}

/** The agent has a key of its own; what it, or a test that it ran, wrote of it must not be pushed. */
async function pathsWithSecrets(
  { repository, holdsSecret }: ChangesContext,
  paths: readonly string[],
): Promise<string[]> {
  const found: string[] = [];
  for (const path of paths) {
    const bytes = await repository.readWorkspace(path);
    if (holdsSecret(`${path}\n${bytes === null ? '' : Buffer.from(bytes).toString('latin1')}`)) found.push(path);
  }
  return found;
}
