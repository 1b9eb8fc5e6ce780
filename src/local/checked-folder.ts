import { randomUUID } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { createGit, type Git } from '../adapters/git/git-process.ts';
import { splitNul, textOfPath } from '../adapters/git/path-bytes.ts';
import { patienceWith } from '../adapters/git/server/retry.ts';
import { createWorkspace } from '../adapters/git/workspace.ts';
import { listPacks, withWorkspaceGit } from '../adapters/git/workspace-git.ts';
import { isWorkerError, WorkerError } from '../core/errors.ts';
import type { Repository } from '../core/ports/repository.ts';
import { absentIn, type FolderListing, listFolder } from './folder-listing.ts';

/** What the worker's steps see of a folder of this machine. */
export interface CheckedFolder extends Pick<Repository, 'workspace' | 'resetWorkspaceGit'> {
  readonly head: string;
  /** Places of submodules and other repositories in it whose files are not part of it. */
  readonly absent: readonly string[];
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
const REMOTE_URL = 'https://localhost/';
const NOBODY = { name: 'Kiro Worker', email: 'nobody@localhost' };

/** Copies a folder, or a branch of the repository there, into a git folder of its own, as a clone would have it; nothing is written
 *  to the folder, and no server is asked. Throws BRANCH_MISSING and GIT_FAILED. */
export async function createCheckedFolder(request: CheckedFolderOptions): Promise<CheckedFolder> {
  const { folder, branch, privateDirectory, workspace } = request;
  const gitDirectory = path.join(privateDirectory, 'git');
  const openGit = openerOf(privateDirectory);
  const git = await openGit(gitDirectory);
  await mkdir(gitDirectory, { mode: 0o700 });
  await mkdir(workspace, { recursive: true });
  await initialise(git, gitDirectory);
  const listing = branch === null ? await listFolder({ git, openGit }, folder) : null;
  const head =
    listing === null
      ? await fetchBranch(git, { folder, branch: branch ?? '' })
      : await commitFolder(git, { listing, gitDirectory });
  await git.must(['update-ref', '--no-deref', 'HEAD', head]);
  const patience = patienceWith(REMOTE_URL);
  const tree = createWorkspace({
    git,
    openGit,
    root: workspace,
    privateDirectory,
    remoteUrl: REMOTE_URL,
    submodules: false,
    patience,
  });
  const fetched = { branch: 'main', head, packs: await listPacks(gitDirectory) };
  return {
    head,
    absent: listing === null ? await submodulesAt(git, head) : absentIn(listing),
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

/** Returns what a clone of the folder would have, without a copy. Throws GIT_FAILED. */
export async function listClone(folder: string, privateDirectory: string): Promise<FolderListing> {
  const gitDirectory = path.join(privateDirectory, 'git');
  const openGit = openerOf(privateDirectory);
  await mkdir(gitDirectory, { mode: 0o700 });
  const git = await openGit(gitDirectory);
  await initialise(git, gitDirectory);
  return listFolder({ git, openGit }, folder);
}

function openerOf(privateDirectory: string): (gitDirectory: string) => Promise<Git> {
  const credentials = async () => ({ username: '', password: '' });
  return (gitDirectory) =>
    createGit({ privateDirectory, credentials, identity: NOBODY, remoteUrl: REMOTE_URL, gitDirectory });
}

async function initialise(git: Git, gitDirectory: string): Promise<void> {
  await git.must(['init', '--quiet', '--bare', '--template=']);
  await mkdir(path.join(gitDirectory, 'info'), { recursive: true });
  await writeFile(path.join(gitDirectory, 'info/exclude'), `${GENERATED}\n`);
}

async function commitFolder(
  git: Git,
  { listing, gitDirectory }: { listing: FolderListing; gitDirectory: string },
): Promise<string> {
  const tree = await treeOf(git, { listing, gitDirectory });
  const head = await textOf(git, ['commit-tree', '-m', 'As it lies here', tree]);
  await git.must(['update-ref', 'refs/heads/main', head]);
  await git.must(['repack', '-a', '-d', '-q']);
  return head;
}

/** Submodules stand in it as plain folders. */
async function treeOf(
  git: Git,
  { listing, gitDirectory }: { listing: FolderListing; gitDirectory: string },
): Promise<string> {
  const { folder, files, inner } = listing;
  const index = path.join(gitDirectory, `index-${randomUUID()}`);
  const input = Buffer.from(files.map((file) => `${file}\0`).join(''), 'latin1');
  try {
    await git.must(['update-index', '--add', '--remove', '-z', '--stdin'], { workTree: folder, index, input });
  } catch (error) {
    if (!isWorkerError(error, 'GIT_FAILED')) throw error;
    throw new WorkerError({
      code: 'GIT_FAILED',
      what: `The files of ${folder} cannot be copied.`,
      ...(error.why !== undefined && { why: error.why }),
      remedy: 'Let all of its files be readable, or name those that do not belong to it in .gitignore.',
    });
  }
  for (const { at, listing: below } of inner) {
    const tree = await treeOf(git, { listing: below, gitDirectory });
    await git.must(['read-tree', `--prefix=${textOfPath(at)}/`, tree], { index, workTree: folder });
  }
  return (await git.must(['write-tree'], { index })).stdout.toString().trim();
}

async function submodulesAt(git: Git, commit: string): Promise<string[]> {
  const entries = splitNul((await git.must(['ls-tree', '-r', '-z', commit])).stdout);
  return entries.filter((line) => line.startsWith('160000 ')).map((line) => textOfPath(line.split('\t')[1] ?? ''));
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
