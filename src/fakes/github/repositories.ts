import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runGit } from './git/command.ts';
import { type FileChange, type NewCommit, type NewRef, readFolder, writeCommits } from './git/commits.ts';
import type { Repository } from './model.ts';
import type { GitHubState } from './state.ts';
import type { NewRepository } from './threads.ts';

const HUMAN = { name: 'Robin Example', email: 'robin@example.com' };

interface NewBranch {
  readonly name: string;
  /** Branch that it starts from; the default branch by default. */
  readonly from?: string;
  /** Files of one commit on top; without files the branch points at the commit it starts from. */
  readonly files?: Readonly<Record<string, FileChange>>;
  readonly message?: string;
  readonly author?: { readonly name: string; readonly email: string };
}

export interface RepositorySource extends Omit<NewRepository, 'directory' | 'defaultBranch'> {
  readonly defaultBranch?: string;
  /** Folder whose files make the first commit. */
  readonly source?: string;
  /** Files of the first commit, over those of `source`. */
  readonly files?: Readonly<Record<string, FileChange>>;
  readonly branches?: readonly NewBranch[];
}

/** Creates a bare repository under `root` with its branches, and adds it to the state. */
export async function createRepository(
  { state, root }: { state: GitHubState; root: string },
  { defaultBranch = 'main', source, files, branches = [], ...input }: RepositorySource,
): Promise<Repository> {
  const directory = join(root, input.owner, `${input.name}.git`);
  await createBareRepository(directory, defaultBranch);
  const first: NewCommit = {
    branch: defaultBranch,
    from: null,
    files: { ...(source === undefined ? {} : await readFolder(source)), ...files },
    message: 'First commit\n',
    author: HUMAN,
    atMs: state.now(),
  };
  const more = branches.map((branch) => branchChange(branch, { defaultBranch, atMs: state.now() }));
  await writeCommits(directory, [first, ...more]);
  return state.addRepository({ ...input, directory, defaultBranch });
}

export interface HumanCommit {
  readonly branch: string;
  readonly files: Readonly<Record<string, FileChange>>;
  readonly message?: string;
  readonly author?: { readonly name: string; readonly email: string };
}

/** Commits to a branch as a person who pushes does, and returns the new head; makes the branch when it is new. */
export async function commitToBranch(
  repository: Repository,
  { branch, files, message, author = HUMAN, atMs }: HumanCommit & { readonly atMs: number },
): Promise<string> {
  const { directory, defaultBranch } = repository;
  const from = (await headOf(directory, branch)) ?? `refs/heads/${defaultBranch}`;
  const text = message ?? `Change ${Object.keys(files).join(', ')}\n`;
  await writeCommits(directory, [{ branch, from, files, message: text, author, atMs }]);
  return (await headOf(directory, branch)) ?? '';
}

/** Deletes a branch, as a person does after a merge. */
export async function deleteBranch(repository: Repository, branch: string): Promise<void> {
  await runGit(repository.directory, ['update-ref', '-d', `refs/heads/${branch}`]);
}

/** Branch names with their heads, sorted by name. */
export async function listBranches(directory: string): Promise<{ name: string; head: string }[]> {
  const text = await runGit(directory, ['for-each-ref', '--format=%(objectname) %(refname:lstrip=2)', 'refs/heads']);
  const lines = text.split('\n').filter((line) => line !== '');
  return lines.map((line) => ({ head: line.slice(0, line.indexOf(' ')), name: line.slice(line.indexOf(' ') + 1) }));
}

async function headOf(directory: string, branch: string): Promise<string | null> {
  return (await listBranches(directory)).find(({ name }) => name === branch)?.head ?? null;
}

function branchChange(
  branch: NewBranch,
  { defaultBranch, atMs }: { defaultBranch: string; atMs: number },
): NewCommit | NewRef {
  const { name, files, message = `Start ${name}\n`, author = HUMAN } = branch;
  const from = `refs/heads/${branch.from ?? defaultBranch}`;
  return files === undefined ? { branch: name, from } : { branch: name, from, files, message, author, atMs };
}

const CONFIG = {
  'http.receivepack': 'true',
  'uploadpack.allowFilter': 'true',
  'uploadpack.allowAnySHA1InWant': 'true',
  'gc.auto': '0',
  'receive.autogc': 'false',
  'maintenance.auto': 'false',
  'core.logAllRefUpdates': 'false',
} as const;

/** A token without the right to workflows pushes none (gh-aw#37901). GH006 is what GitHub answers when a branch is protected; the HTTP backend passes which ones are, and what else to refuse. */
const UPDATE_HOOK = `#!/bin/sh
case "$1" in refs/heads/*) branch="\${1#refs/heads/}" ;; *) exit 0 ;; esac
if [ -n "$LOCAL_GITHUB_REFUSAL" ]; then
  printf 'error: %s\\n' "$LOCAL_GITHUB_REFUSAL" >&2
  exit 1
fi
if [ -z "$LOCAL_GITHUB_WORKFLOWS" ]; then
  workflow=$(git diff --name-only "$2" "$3" -- .github/workflows | head -n 1)
  if [ -n "$workflow" ]; then
    printf 'error: refusing to allow a Personal Access Token to create or update workflow \`%s\` without \`workflow\` scope\\n' "$workflow" >&2
    exit 1
  fi
fi
if printf '%s\\n' "$LOCAL_GITHUB_PROTECTED" | grep -Fqx -e "$branch"; then
  printf 'error: GH006: Protected branch update failed for %s.\\nerror: Changes must be made through a pull request.\\n' "$1" >&2
  exit 1
fi
`;

async function createBareRepository(directory: string, defaultBranch: string): Promise<void> {
  await mkdir(join(directory, 'hooks'), { recursive: true });
  await runGit(directory, ['init', '--quiet', '--bare', '--template=', `--initial-branch=${defaultBranch}`, directory]);
  const sections = Object.entries(CONFIG).map(([key, value]) => {
    const [section, name] = key.split('.');
    return `[${section}]\n\t${name} = ${value}\n`;
  });
  await writeFile(join(directory, 'config'), sections.join(''), { flag: 'a' });
  await writeFile(join(directory, 'hooks', 'update'), UPDATE_HOOK, { mode: 0o755 });
}
