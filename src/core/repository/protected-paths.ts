import picomatch from 'picomatch';

/** Files that make tools run programs: put back from the place of the rules before the agent starts, never
 *  committed. */
export const EXECUTABLE_CONFIGURATION: readonly string[] = [
  '.kiro/hooks',
  '.kiro/settings',
  '.kiro/agents',
  '.mcp.json',
  '.gitmodules',
  '.husky',
  // Settings by which other agents run hooks and servers, or allow themselves more.
  '.claude/settings.json',
  '.claude/settings.local.json',
  '.claude/hooks',
  '.codex',
  '.gemini/settings.json',
  '.gemini/extensions',
  '.qwen/settings.json',
  '.qwen/extensions',
  '.opencode',
  'opencode.json',
  'opencode.jsonc',
];

/** Paths that the agent may not change, as globs from the repository's root. */
export const PROTECTED_PATHS: readonly string[] = [
  '.github/workflows/**',
  '.github/actions/**',
  '.gitlab-ci.yml',
  '.circleci/**',
  'azure-pipelines.{yml,yaml}',
  'Jenkinsfile',
  'buildspec*.{yml,yaml}',
  ...EXECUTABLE_CONFIGURATION,
  '.kiro-worker.{yml,yaml}',
  '**/.git/**',
];

/** Returns those of the changed paths that a protected pattern covers, in any spelling that some file system treats as
 *  the same; also a path that takes the place of a folder above a protected one (a link or file instead of `.github`), and
 *  those below a pattern without wildcards (a folder instead of `Jenkinsfile`). */
export function findProtectedChanges(paths: readonly string[], patterns: readonly string[]): string[] {
  const globs = patterns.map((pattern) => foldCharacters(pattern).replace(/^(?:\.\/)+/, ''));
  const below = globs.filter((glob) => !picomatch.scan(glob).isGlob).map((glob) => `${glob}/**`);
  const covers = picomatch([...globs, ...below], { dot: true, nonegate: true });
  const folders = new Set(globs.flatMap((glob) => foldersAbove(picomatch.scan(glob).base)));
  return paths.filter((path) => {
    const folded = foldPath(path);
    return covers(folded) || folders.has(folded);
  });
}

/** Returns whether a path is the spec's folder, is in it, or takes the place of a folder above it. */
export function isSpecPath(path: string, folder: string): boolean {
  const folded = foldPath(path);
  const spec = foldPath(folder);
  return folded === spec || folded.startsWith(`${spec}/`) || foldersAbove(spec).includes(folded);
}

/** Plain characters are spelled in no other way than letter case; anything else is looked at. */
const MAY_BE_GIT = /git|[^\x20-\x7e]/i;

/** Returns whether some file system treats a name as `.git`. */
export function isGitFolderName(name: string): boolean {
  return MAY_BE_GIT.test(name) && foldPath(name) === '.git';
}

/** `a/b/c` => `a`, `a/b`. */
function foldersAbove(path: string): string[] {
  const parts = path.split('/');
  return parts.slice(1).map((_, index) => parts.slice(0, index + 1).join('/'));
}

/** One spelling for all that macOS and Windows treat as the same name: letter case, composed characters, characters that
 *  HFS+ ignores, trailing dots and spaces, streams (`.git::$INDEX_ALLOCATION`), short names (`GIT~1`), backslashes. */
function foldPath(path: string): string {
  return foldCharacters(path)
    .split(/[/\\]/)
    .map((part) => part.replace(/:.*$/, '').replace(/(?<=[^. ])[. ]+$/, ''))
    .filter((part) => part !== '' && part !== '.')
    .map((part) => (part === 'git~1' ? '.git' : part))
    .join('/');
}

function foldCharacters(path: string): string {
  return (
    path
      .normalize('NFKC')
      .replace(/\p{Default_Ignorable_Code_Point}/gu, '')
      // A glob's wildcards match no line break, so that a name with one would be covered by no pattern.
      .replace(/[\p{Cc}\u2028\u2029]/gu, '_')
      .toLowerCase()
  );
}
