import { isGitFolderName } from './protected-paths.ts';

/** What is wrong with a path of the workspace, so that it cannot become part of a commit. */
export type FileProblem =
  | 'nested-repository'
  | 'special-file'
  | 'hard-link'
  | 'link-outside'
  | 'too-deep'
  | 'too-large'
  | 'too-many'
  | 'refused-name'
  | 'slow-patterns'
  | 'unreadable'
  | 'filtered'
  | 'not-in-encoding'
  | 'submodule'
  | 'submodule-kept'
  | 'generated';

/** One path that differs; `path` is for people and rules: bytes that are not UTF-8 stand there as U+FFFD. */
export interface FileChange {
  readonly path: string;
  readonly kind: 'added' | 'modified' | 'deleted' | FileProblem;
}

const WORDS: Readonly<Record<FileProblem, string>> = {
  'nested-repository': 'is a git repository of its own',
  'special-file': 'is not a regular file, folder or link',
  'hard-link': 'has several names (hard links), one of which may lie elsewhere',
  'link-outside': 'is a link that leads out of the repository',
  'too-deep': 'lies too deep in folders',
  'too-large': 'is larger than the 100 MB that GitHub takes',
  'too-many': 'is one of too many new files',
  'refused-name': 'has a name that git does not take, or not for a link',
  'slow-patterns': 'has patterns that take git too long to match',
  unreadable: 'cannot be read',
  filtered: 'is kept elsewhere by a git filter (such as Git LFS), which the worker does not run',
  'not-in-encoding': 'is not in the encoding that .gitattributes asks for',
  submodule: 'stands in place of a submodule',
  generated: 'is made by an install or a tool, so it was left out',
  'submodule-kept': 'is a submodule, which stays at the commit it was at, whatever was done in its folder',
};

/** Returns why a change cannot be committed, words that follow its path; null for one that can be. */
export function problemOf({ kind }: FileChange): string | null {
  return isProblem(kind) ? WORDS[kind] : null;
}

/** Returns whether the change keeps its task from being committed. What happened in the folder of a submodule or of a tool does
 *  not: nothing of it can get into a commit, and it is reported. */
export function isRefused({ kind }: FileChange): boolean {
  return isProblem(kind) && kind !== 'submodule-kept' && kind !== 'generated';
}

function isProblem(kind: FileChange['kind']): kind is FileProblem {
  return Object.hasOwn(WORDS, kind);
}

/** Returns whether a link's target lies outside of the repository or in its `.git`. `path` is the link's own. What follows a
 *  name may itself be a link, so `..` counts at the start only. */
export function leavesRepository({ path, target }: { path: string; target: string }): boolean {
  if (target.startsWith('/') || target === '' || target.includes('\0')) return true;
  const parts = target.split('/').filter((part) => part !== '' && part !== '.');
  const ups = parts.findIndex((part) => part !== '..');
  const climbed = ups === -1 ? parts.length : ups;
  const depth = path.split('/').length - 1;
  const rest = parts.slice(climbed);
  if (climbed > depth || rest.includes('..')) return true;
  const from = path.split('/').slice(0, depth - climbed);
  return [...from, ...rest].some(isGitFolderName);
}
