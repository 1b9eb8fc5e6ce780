import { mkdir, mkdtemp, readdir, readFile, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { powerVersion } from '../../core/agent/power.ts';
import { errorMessage, isWorkerError, WorkerError } from '../../core/errors.ts';
import { NOBODYS_ADDRESS } from '../../core/names.ts';
import type { Power } from '../../core/ports/power.ts';
import { createGit } from '../git/git-process.ts';
import { fetchCommit } from '../git/server/fetch.ts';

export interface PowerAddress {
  readonly source: string;
  readonly ref?: string | undefined;
  readonly path: string;
}

type Credentials = () => Promise<{ username: string; password: string }>;

export interface PowerAccess {
  /** Address of the server that the credentials belong to: no other one ever gets them. */
  readonly serverUrl: string;
  readonly credentials: Credentials;
}

const NO_CREDENTIALS: Credentials = async () => ({ username: '', password: '' });

/** Reads a Kiro Power from a folder of this machine or a git repository at a pinned ref. Throws STEERING_INVALID and
 *  GIT_UNAVAILABLE. */
export async function readPower(power: PowerAddress, access: PowerAccess): Promise<Power> {
  try {
    return await (/^https?:\/\//i.test(power.source) ? readFromGit(power, access) : readFolder(power, power.source));
  } catch (error) {
    if (isWorkerError(error, 'GIT_UNAVAILABLE')) throw error;
    throw new WorkerError({
      code: 'STEERING_INVALID',
      what: `The Power ${power.source} could not be read.`,
      why: errorMessage(error),
      remedy: 'Check source, ref and path of "power" in the project configuration.',
      cause: error,
    });
  }
}

async function readFromGit(power: PowerAddress, { serverUrl, credentials }: PowerAccess): Promise<Power> {
  const folder = await mkdtemp(path.join(tmpdir(), 'kiro-power-'));
  const isOurServer = new URL(power.source).origin === new URL(serverUrl).origin;
  try {
    const workspace = path.join(folder, 'files');
    await mkdir(workspace);
    const git = await createGit({
      privateDirectory: path.join(folder, 'private'),
      gitDirectory: path.join(folder, 'git'),
      credentials: isOurServer ? credentials : NO_CREDENTIALS,
      identity: { name: 'Kiro Worker', email: NOBODYS_ADDRESS },
      remoteUrl: power.source,
    });
    await git.must(['init', '--quiet', '--bare', '--template=']);
    await fetchCommit(git, { source: power.source, ref: power.ref ?? 'HEAD' });
    await git.must(['checkout', '--quiet', 'FETCH_HEAD'], { workTree: workspace });
    return await readFolder(power, workspace);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function readFolder(power: PowerAddress, root: string): Promise<Power> {
  const base = path.resolve(root, power.path);
  await requireInside(root, path.join(base, 'steering'));
  const manifest = await readFile(path.join(base, 'manifest.json'), 'utf8').catch(() => null);
  const steering = new Map<string, Uint8Array>();
  for (const entry of await readdir(path.join(base, 'steering'), { withFileTypes: true })) {
    if (entry.isFile()) steering.set(entry.name, await readFile(path.join(base, 'steering', entry.name)));
  }
  return { source: power.source, version: powerVersion(manifest), manifest, steering };
}

/** Also a symbolic link leads nowhere else: what lies on the worker's machine is not the Power's. */
async function requireInside(root: string, folder: string): Promise<void> {
  const [from, to] = await Promise.all([realpath(root), realpath(folder)]);
  if (to !== from && !to.startsWith(`${from}${path.sep}`)) throw new Error(`${folder} leads out of the Power`);
}
