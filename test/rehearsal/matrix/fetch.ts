import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { copyFile, mkdir, mkdtemp, readdir, readFile, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { rehearsalFolder } from '../stacks/tools.ts';
import type { Source } from './row.ts';

const run = promisify(execFile);

interface Fetching extends Source {
  /** Empty folder. */
  readonly folder: string;
}

/** Each returns the file that the client left, in the folder or in a cache of its own below it. */
const CLIENTS: Readonly<Record<Source['client'], (fetching: Fetching) => Promise<string>>> = {
  async npm({ name, version, folder }) {
    await run('npm', ['pack', '--silent', '--ignore-scripts', `${name}@${version}`], { cwd: folder });
    return onlyFile(folder);
  },
  async pip({ name, version, folder }) {
    const args = ['-m', 'pip', 'download', '--quiet', '--no-deps', '--no-binary', name, '--dest', folder];
    await run('python3', [...args, `${name}==${version}`]);
    return onlyFile(folder);
  },
  async go({ name, version, folder }) {
    const env = { ...process.env, GOMODCACHE: path.join(folder, 'cache'), GOFLAGS: '-modcacherw' };
    const { stdout } = await run('go', ['mod', 'download', '-json', `${name}@${version}`], { cwd: folder, env });
    return String(JSON.parse(stdout).Zip);
  },
  async maven({ name, version, file = '', folder }) {
    const [group = '', artifact = ''] = name.split(':');
    const [type, classifier] = file.split(':');
    const repository = path.join(rehearsalFolder(), 'matrix', 'm2');
    const what = `-Dartifact=${group}:${artifact}:${version}:${file}`;
    const where = `-Dmaven.repo.local=${repository}`;
    await run('mvn', ['-q', '-B', where, 'dependency:get', '-Dtransitive=false', what], { cwd: folder });
    return path.join(
      repository,
      ...group.split('.'),
      artifact,
      version,
      `${artifact}-${version}-${classifier}.${type}`,
    );
  },
};

/** Returns the package's file, fetched on first use. Throws when its content is not the one that the hash names. */
export async function fetchSource(source: Source): Promise<string> {
  const kept = path.join(rehearsalFolder(), 'matrix', 'sources');
  const { client, name, version, file: what = client, sha256 } = source;
  const place = path.join(kept, `${name}-${version}-${what}`.replaceAll(/[^\w.-]/g, '_'));
  if (existsSync(place)) return verified(place, source);
  await mkdir(kept, { recursive: true });
  const folder = await mkdtemp(path.join(kept, 'fetch-'));
  try {
    const file = await CLIENTS[client]({ ...source, folder });
    const copy = path.join(folder, sha256);
    await copyFile(file, copy);
    await verified(copy, source);
    await rename(copy, place);
    return place;
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function verified(file: string, { name, version, sha256 }: Source): Promise<string> {
  const found = createHash('sha256')
    .update(await readFile(file))
    .digest('hex');
  if (found === sha256) return file;
  throw new Error(`${name} ${version} has the SHA-256 ${found}, and ${sha256} is expected`);
}

async function onlyFile(folder: string): Promise<string> {
  const [file, ...others] = await readdir(folder);
  if (file === undefined || others.length > 0) throw new Error(`one file was expected in ${folder}: ${others}`);
  return path.join(folder, file);
}
