import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { rehearsalFolder } from '../stacks/tools.ts';

const run = promisify(execFile);
const BIG = { maxBuffer: 64 * 1024 * 1024 };

/** Package managers that lock assembled projects; the worker has to get its own. */
const TOOLS = {
  pnpm: { npm: 'pnpm@10.34.9' },
  yarn: { npm: 'yarn@1.22.22' },
  berry: { npm: '@yarnpkg/cli-dist@4.18.1', program: 'yarn' },
  poetry: { pip: 'poetry==2.5.1' },
  npm: {},
  go: {},
} as const;

export type LockTool = keyof typeof TOOLS;

/** Runs a manager in a folder; what the machine lacks is installed on first use. */
export async function runLockTool(
  tool: LockTool,
  { args, cwd }: { args: readonly string[]; cwd: string },
): Promise<void> {
  const wanted: { npm?: string; pip?: string; program?: string } = TOOLS[tool];
  const program = wanted.npm || wanted.pip ? path.join(await install(wanted), wanted.program ?? tool) : tool;
  // Managers refuse or leave out locks where CI is set.
  const { CI: _, ...env } = process.env;
  await run(program, [...args], { ...BIG, cwd, env });
}

/** Returns the folder of the programs. */
async function install({ npm, pip }: { npm?: string; pip?: string }): Promise<string> {
  const folder = path.join(rehearsalFolder(), 'matrix', 'tools', (npm ?? pip ?? '').replaceAll(/[^\w.-]/g, '_'));
  // Written last, so an interrupted installation is begun again.
  const done = path.join(folder, 'installed');
  if (!existsSync(done)) {
    await mkdir(folder, { recursive: true });
    if (npm) await installNpm(npm, folder);
    if (pip) await installPip(pip, folder);
    await writeFile(done, '');
  }
  return path.join(folder, npm ? 'node_modules/.bin' : 'bin');
}

async function installNpm(what: string, folder: string): Promise<void> {
  await writeFile(path.join(folder, 'package.json'), JSON.stringify({ private: true }));
  await run('npm', ['install', '--no-audit', '--no-fund', '--no-package-lock', what], { ...BIG, cwd: folder });
}

async function installPip(what: string, folder: string): Promise<void> {
  await run('python3', ['-m', 'venv', '--clear', folder]);
  await run(path.join(folder, 'bin', 'pip'), ['install', '--quiet', '--disable-pip-version-check', what], BIG);
}
