import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { rehearsalFolder } from '../stacks/tools.ts';
import type { RealAgent } from './real-agents.ts';

const run = promisify(execFile);

/** Returns the folder in which an agent is installed, from the registry at its pinned version on first use, without its scripts. */
export async function installAgent({ id, package: name, version }: RealAgent): Promise<string> {
  const folder = path.join(rehearsalFolder(), 'agents', `${id}-${version}`);
  // Written last, so an interrupted installation is begun again.
  const done = path.join(folder, 'installed');
  if (existsSync(done)) return folder;
  await mkdir(folder, { recursive: true });
  await writeFile(path.join(folder, 'package.json'), '{"private":true}\n');
  const flags = ['--silent', '--no-audit', '--no-fund', '--no-update-notifier', '--ignore-scripts', '--omit=dev'];
  await run('npm', ['install', ...flags, '--save-exact', `${name}@${version}`], { cwd: folder, maxBuffer: 2 ** 26 });
  await writeFile(done, '');
  return folder;
}
