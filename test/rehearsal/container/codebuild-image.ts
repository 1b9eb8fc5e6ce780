import { readdir } from 'node:fs/promises';
import path from 'node:path';
import type { Finished } from '../stacks/program.ts';
import { debianRoot } from './debian.ts';
import type { Docker } from './docker.ts';

const ROOT = path.resolve(import.meta.dirname, '../../..');
const IMAGE = 'codebuild';
/** Where a container finds this checkout, to read only. */
const CHECKOUT = '/checkout';

/** Makes the root of this machine's release known to the daemon as the image `root`. */
export async function importRoot(docker: Docker): Promise<void> {
  await docker.run(['import', await debianRoot(), 'root']);
}

/** Builds the image in the shape of CodeBuild's, with the Node that runs this. */
export async function buildCodeBuildImage(docker: Docker): Promise<void> {
  const context = path.join(import.meta.dirname, 'codebuild');
  await docker.build(IMAGE, { context, files: { node: process.execPath } });
}

/** What the build agent of AWS has in its own environment, and the worker in its: the way to the build role's credentials. */
const CREDENTIALS = '/v2/credentials/0f8fad5b-d9cb-469f-a165-70867728950e';

/** Runs a program in a fresh container as CodeBuild does without privileged mode: as root with Docker's own capabilities and
 *  seccomp filter, with no init process. Its network reaches nobody. Throws with its output when it fails. */
export async function runInBuildContainer(docker: Docker, command: readonly string[]): Promise<Finished> {
  const env = ['--env', `AWS_CONTAINER_CREDENTIALS_RELATIVE_URI=${CREDENTIALS}`];
  const place = [...(await mountsOfCheckout()), '--workdir', CHECKOUT];
  return docker.run(['run', '--rm', '--network', 'none', ...env, ...place, IMAGE, ...command]);
}

/** Each entry by itself, so that other users may enter the folder in there even when this checkout is closed to them. */
async function mountsOfCheckout(): Promise<string[]> {
  const entries = (await readdir(ROOT)).filter((name) => !['.git', '.rehearsal'].includes(name));
  return entries.flatMap((name) => ['--volume', `${path.join(ROOT, name)}:${CHECKOUT}/${name}:ro`]);
}
