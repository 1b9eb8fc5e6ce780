import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { bareEnvironment, runProgram } from '../stacks/program.ts';
import { rehearsalFolder } from '../stacks/tools.ts';

/** Beyond what every Debian has: what AWS's image of CodeBuild has too. */
const PACKAGES = ['bash', 'ca-certificates', 'git', 'golang-go', 'python3', 'python3-pip', 'python3-venv'];

/** Returns a tar file with the root of this machine's own release of Debian or Ubuntu, made from packages on first use
 *  (a minute). Throws with debootstrap's words when it cannot be made. */
export async function debianRoot(): Promise<string> {
  const suite = /^VERSION_CODENAME=(\S+)$/m.exec(await readFile('/etc/os-release', 'utf8'))?.[1] ?? '';
  const recipe = createHash('sha256').update(JSON.stringify(PACKAGES)).digest('hex').slice(0, 8);
  const file = join(rehearsalFolder(), `root-${suite}-${process.arch}-${recipe}.tar`);
  if (existsSync(file)) return file;
  await mkdir(rehearsalFolder(), { recursive: true });
  const folder = await mkdtemp(join(rehearsalFolder(), 'root-'));
  try {
    const include = `--include=${PACKAGES.join(',')}`;
    const root = join(folder, 'root');
    await run(['debootstrap', '--variant=minbase', include, suite, root, await mirrorOf(suite)]);
    const downloads = ['--exclude=./var/cache/apt/archives/*.deb', '--exclude=./var/lib/apt/lists/*'];
    await run(['tar', '--create', `--file=${folder}/root.tar`, `--directory=${root}`, ...downloads, '.']);
    await rename(join(folder, 'root.tar'), file);
  } finally {
    await rm(folder, { recursive: true });
  }
  return file;
}

/** Where apt itself gets the packages of a release from, as this machine is configured. */
async function mirrorOf(suite: string): Promise<string> {
  const format = ['--format', '$(REPO_URI) $(CODENAME) $(COMPONENT)', 'Created-By: Packages'];
  const targets = (await run(['apt-get', 'indextargets', ...format])).split('\n').map((line) => line.split(' '));
  const mirror = targets.find(([, codename, component]) => codename === suite && component === 'main')?.[0];
  if (mirror === undefined) throw new Error(`apt has no mirror of ${suite} on this machine: apt-get update`);
  return mirror;
}

async function run(command: [string, ...string[]]): Promise<string> {
  const { code, stdout, stderr } = await runProgram(command, { cwd: '/', env: bareEnvironment([]) });
  if (code !== 0) throw new Error(`${command.join(' ')}\n${stdout}${stderr}`);
  return stdout;
}
