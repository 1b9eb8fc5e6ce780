import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { createGit, type Git } from '../adapters/git/git-process.ts';
import { patienceWith } from '../adapters/git/server/retry.ts';
import { createWorkspace } from '../adapters/git/workspace.ts';
import { listPacks, withWorkspaceGit } from '../adapters/git/workspace-git.ts';
import { WorkerError } from '../core/errors.ts';
import type { Repository } from '../core/ports/repository.ts';

/** What the worker's steps see of a folder of this machine. */
export interface CheckedFolder extends Pick<Repository, 'workspace' | 'resetWorkspaceGit'> {
  readonly head: string;
  /** Puts a fresh check-out into the workspace. */
  renew(): Promise<string>;
  /** Paths of everything but folders. */
  paths(): Promise<string[]>;
}

export interface CheckedFolderOptions {
  readonly folder: string;
  /** A local ref; null: the files as they lie there, without what .gitignore names. */
  readonly branch: string | null;
  /** Empty folder of the caller on the file system of the workspace. */
  readonly privateDirectory: string;
  readonly workspace: string;
}

/** What tools make, also where no .gitignore says so. */
const GENERATED = ['node_modules', '.venv', 'venv', '__pycache__', '.gradle', '.tox', '*.egg-info'].join('\n');
const NOBODY = { name: 'Kiro Worker', email: 'nobody@localhost' };

/** Copies a folder, or a branch of the repository there, into a git folder of its own, as a clone would have it; nothing is written
 *  to the folder, and no server is asked. Throws BRANCH_MISSING and GIT_FAILED. */
export async function createCheckedFolder(request: CheckedFolderOptions): Promise<CheckedFolder> {
  const { folder, branch, privateDirectory, workspace } = request;
  const gitDirectory = path.join(privateDirectory, 'git');
  const credentials = async () => ({ username: '', password: '' });
  const remoteUrl = 'https://localhost/';
  const options = { privateDirectory, credentials, identity: NOBODY, remoteUrl };
  const openGit = (directory: string) => createGit({ ...options, gitDirectory: directory });
  const git = await openGit(gitDirectory);
  await mkdir(gitDirectory, { mode: 0o700 });
  await mkdir(workspace, { recursive: true });
  await git.must(['init', '--quiet', '--bare', '--template=']);
  const head =
    branch === null ? await commitFolder(git, { folder, gitDirectory }) : await fetchBranch(git, { folder, branch });
  await git.must(['update-ref', '--no-deref', 'HEAD', head]);
  const patience = patienceWith(remoteUrl);
  const tree = createWorkspace({
    git,
    openGit,
    root: workspace,
    privateDirectory,
    remoteUrl,
    submodules: false,
    patience,
  });
  const fetched = { branch: 'main', head, packs: await listPacks(gitDirectory) };
  return {
    head,
    workspace,
    async renew() {
      await tree.fill({ commit: head, rules: head });
      return head;
    },
    resetWorkspaceGit: () =>
      withWorkspaceGit({ git, gitDirectory, privateDirectory, head, fetched, replaced: tree.replaced }, (above) =>
        tree.change(async (writer) => writer.place('.git', above)),
      ),
    async paths() {
      const { stdout } = await git.must(['ls-tree', '-r', '-z', '--name-only', head]);
      return stdout.toString().split('\0').filter(Boolean);
    },
  };
}

async function commitFolder(
  git: Git,
  { folder, gitDirectory }: { folder: string; gitDirectory: string },
): Promise<string> {
  await mkdir(path.join(gitDirectory, 'info'), { recursive: true });
  await writeFile(path.join(gitDirectory, 'info/exclude'), `${GENERATED}\n`);
  await git.must(['add', '--all', '--', '.'], { workTree: folder });
  const tree = await textOf(git, ['write-tree']);
  const head = await textOf(git, ['commit-tree', '-m', 'As it lies here', tree]);
  await git.must(['update-ref', 'refs/heads/main', head]);
  await git.must(['repack', '-a', '-d', '-q']);
  return head;
}

async function fetchBranch(git: Git, { folder, branch }: { folder: string; branch: string }): Promise<string> {
  const fetch = [
    '-c',
    'protocol.file.allow=always',
    'fetch',
    '--quiet',
    '--tags',
    folder,
    `${branch}:refs/remotes/origin/main`,
  ];
  const { exitCode, stderr } =
    branch === '' || branch.startsWith('-') ? { exitCode: 1, stderr: '' } : await git.run(fetch);
  if (exitCode === 0) return textOf(git, ['rev-parse', 'refs/remotes/origin/main']);
  throw new WorkerError({
    code: 'BRANCH_MISSING',
    what: `The repository in ${folder} has no branch ${JSON.stringify(branch)}.`,
    ...(stderr.trim() !== '' && { why: `git says: ${stderr.trim().slice(0, 300)}` }),
    remedy: 'Name a branch of that folder ("git branch" lists them), or fetch it first.',
  });
}

async function textOf(git: Git, args: readonly string[]): Promise<string> {
  return (await git.must(args)).stdout.toString().trim();
}
