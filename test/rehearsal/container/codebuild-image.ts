import { readdir } from 'node:fs/promises';
import path from 'node:path';
import type { Finished } from '../stacks/program.ts';
import { debianRoot } from './debian.ts';
import type { Docker } from './docker.ts';
import { toolChainFiles } from './tool-chains.ts';

const ROOT = path.resolve(import.meta.dirname, '../../..');
/** Where a container finds this checkout, to read only. */
const CHECKOUT = '/checkout';

/** Makes the root of this machine's release known to the daemon as the image `root`. */
export async function importRoot(docker: Docker): Promise<void> {
  await docker.run(['import', await debianRoot(), 'root']);
}

/** Builds the image in the shape of CodeBuild's, with the Node that runs this. */
export async function buildCodeBuildImage(docker: Docker): Promise<void> {
  await docker.build('codebuild', { context: folderOf('codebuild'), files: { node: process.execPath } });
}

/** Builds the image that has several versions of real tool chains where CodeBuild's standard image has them. */
export async function buildToolChainImage(docker: Docker): Promise<void> {
  const shims = ['shim', 'version-manager'].map((name) => [name, path.join(folderOf('codebuild'), name)]);
  const files = { ...(await toolChainFiles()), ...Object.fromEntries(shims) };
  await docker.build('tool-chains', { context: folderOf('tool-chains'), files });
}

function folderOf(image: BuildImage): string {
  return path.join(import.meta.dirname, image);
}

type BuildImage = 'codebuild' | 'tool-chains';

/** What the build agent of AWS has in its own environment, and the worker in its: the way to the build role's credentials. */
const CREDENTIALS = '/v2/credentials/0f8fad5b-d9cb-469f-a165-70867728950e';

/** Runs a program in a fresh container as CodeBuild does without privileged mode: as root with Docker's own capabilities and
 *  seccomp filter, with no init process. Its network reaches nobody. Throws with its output when it fails. */
export async function runInBuildContainer(
  docker: Docker,
  { command, image = 'codebuild' }: { command: readonly string[]; image?: BuildImage },
): Promise<Finished> {
  const env = ['--env', `AWS_CONTAINER_CREDENTIALS_RELATIVE_URI=${CREDENTIALS}`];
  const place = [...(await mountsOfCheckout()), '--workdir', CHECKOUT];
  return docker.run(['run', '--rm', '--network', 'none', ...env, ...place, image, ...command]);
}

/** Each entry by itself, so that other users may enter the folder in there even when this checkout is closed to them. */
async function mountsOfCheckout(): Promise<string[]> {
  const entries = (await readdir(ROOT)).filter((name) => !['.git', '.rehearsal'].includes(name));
  return entries.flatMap((name) => ['--volume', `${path.join(ROOT, name)}:${CHECKOUT}/${name}:ro`]);
}
