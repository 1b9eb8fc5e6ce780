import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { dump } from 'js-yaml';
import type { Clone } from './clone.ts';
import type { Ministack } from './ministack.ts';
import { bareEnvironment, type Finished, runProgram } from './program.ts';
import { parseTemplate } from './template-document.ts';
import { pythonTool } from './tools.ts';
import { dropUnknown } from './unknown-to-emulator.ts';

export interface Sam {
  /** Runs the real SAM CLI against the emulator; throws with its output when it fails. */
  run(args: readonly string[]): Promise<Finished>;
  /** Builds, drops what the emulator lacks from the built template (returned, printed by the caller), deploys. */
  buildAndDeploy(configEnv: string | null, flags?: readonly string[]): Promise<{ dropped: string[]; output: string }>;
}

export async function createSam({ folder }: Clone, { endpoint }: Pick<Ministack, 'endpoint'>): Promise<Sam> {
  const programs = await pythonTool('sam-cli');
  const env = { ...bareEnvironment([programs]), AWS_ENDPOINT_URL: endpoint };
  const run = async (args: readonly string[]) => {
    const finished = await runProgram([path.join(programs, 'sam'), ...args], { cwd: folder, env });
    if (finished.code !== 0) throw new Error(`sam ${args.join(' ')}\n${finished.stdout}${finished.stderr}`);
    return finished;
  };
  return {
    run,
    async buildAndDeploy(configEnv, flags = []) {
      const config = configEnv === null ? [] : ['--config-env', configEnv];
      await run(['build', ...config]);
      const built = path.join(folder, '.aws-sam', configEnv ?? 'build', 'template.yaml');
      const dropped = await dropUnknownIn(built);
      const { stdout } = await run(['deploy', ...config, '--no-confirm-changeset', ...flags]);
      return { dropped, output: stdout };
    },
  };
}

async function dropUnknownIn(file: string): Promise<string[]> {
  const template = parseTemplate(await readFile(file, 'utf8'));
  const dropped = dropUnknown(template);
  if (dropped.length > 0) await writeFile(file, dump(template, { noRefs: true, lineWidth: -1 }));
  return dropped;
}
