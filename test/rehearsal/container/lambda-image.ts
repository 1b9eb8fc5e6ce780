import path from 'node:path';
import { installRuntimeClient } from '../lambda/runtime-client.ts';
import { runProgram } from '../stacks/program.ts';
import { pythonTool } from '../stacks/tools.ts';
import type { Docker } from './docker.ts';

/** Of this machine, in the words of Lambda. */
export const ARCHITECTURE = process.arch === 'arm64' ? 'arm64' : 'x86_64';

/** Builds a base image for functions under the name that SAM CLI looks for. */
export async function buildLambdaImage(docker: Docker): Promise<void> {
  const client = path.resolve(path.dirname(await installRuntimeClient()), '../..');
  const context = path.join(import.meta.dirname, 'lambda');
  await docker.build(await nameOfBaseImage(), { context, files: { node: process.execPath, 'runtime-client': client } });
}

const ASK_SAM = `
from samcli.local.docker.lambda_image import LambdaImage, Runtime
print(f'{LambdaImage._INVOKE_REPO_PREFIX}/{Runtime.get_image_name_tag("nodejs24.x", "${ARCHITECTURE}")}')`;

async function nameOfBaseImage(): Promise<string> {
  const programs = await pythonTool('sam-cli');
  const { code, stdout, stderr } = await runProgram([path.join(programs, 'python'), '-c', ASK_SAM], {
    cwd: '/',
    env: {},
  });
  if (code !== 0) throw new Error(stderr);
  return stdout.trim();
}
