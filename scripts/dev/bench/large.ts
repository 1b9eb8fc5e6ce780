import { randomBytes } from 'node:crypto';
import { chmod, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { gitEnvironment } from '../../../src/fakes/github/git/command.ts';
import { cloneUrl, startLocalGitHub } from '../../../src/fakes/github/server.ts';
import type { LargeRun } from './large-run.ts';
import { compare, type Row } from './row.ts';

const PROGRAM = fileURLToPath(new URL('./large-run.ts', import.meta.url));
const TOKEN = 'ghp_0123456789abcdefghijklmnopqrstuvwxyz';
const FILES_PER_FOLDER = 50;
const MEGABYTE = 1024 * 1024;
const GOAL_MB = 500;
/** One for the agent, one for the tests. */
const FRESH_TREES = 2;

export interface LargeSizes {
  /** Files of the repository with many of them. */
  readonly files: number;
  /** Megabytes that the history of the other one takes, packed. */
  readonly historyMb: number;
}

/** What a run with one task and no install command does to a large repository, in a process of its own, beside plain git. */
export async function measureLarge({ files, historyMb }: LargeSizes): Promise<Row[]> {
  return [
    ...(await measure(`${files.toLocaleString('en')} files`, manyFiles(files))),
    ...(await measure(`${historyMb.toLocaleString('en')} MB of history`, longHistory(historyMb))),
  ];
}

async function measure(name: string, history: AsyncIterable<Buffer> | Iterable<Buffer>): Promise<Row[]> {
  const folder = await mkdtemp(join(tmpdir(), 'bench-large-'));
  const github = await startLocalGitHub({ tokens: [TOKEN], root: join(folder, 'github') });
  try {
    await chmod(folder, 0o711);
    const hosted = await github.createRepository({ owner: 'octo', name: 'large', files: { 'README.md': 'Large\n' } });
    const fastImport = ['-c', 'core.compression=1', `--git-dir=${hosted.directory}`, 'fast-import', '--quiet'];
    const env = gitEnvironment();
    await execa('git', fastImport, { env, extendEnv: false, input: Readable.from(history, { objectMode: false }) });
    const plain = await measureGit(folder, cloneUrl(github, 'octo/large'));
    const run = join(folder, 'run');
    await mkdir(run);
    await chmod(run, 0o711);
    const { stdout } = await execa(process.execPath, [PROGRAM, run, cloneUrl(github, 'octo/large'), TOKEN]);
    return rowsOf(name, { plain, ours: JSON.parse(stdout) });
  } finally {
    await github.close();
    await rm(folder, { recursive: true });
  }
}

function rowsOf(name: string, { plain, ours }: { plain: PlainGit; ours: LargeRun }): Row[] {
  const row = { group: `repository with ${name}`, unit: 'ms' };
  const freshTree = { what: 'git checkout-index', value: plain.checkoutIndexMs };
  const goalMs = 2 * plain.cloneMs + 1.5 * FRESH_TREES * plain.checkoutIndexMs;
  const totalMs = ours.checkoutMs + ours.taskMs + ours.verifyMs;
  return [
    compare({
      ...row,
      what: 'check-out',
      value: ours.checkoutMs,
      against: { what: 'git clone', value: plain.cloneMs },
    }),
    compare({ ...row, what: 'one task, from hand-over to commit', value: ours.taskMs, against: freshTree }),
    compare({ ...row, what: 'tree of the tests', value: ours.verifyMs, against: freshTree }),
    compare({
      ...row,
      what: 'all of it',
      value: totalMs,
      against: { what: 'goal', value: goalMs },
      note: `goal: 2 × git clone + ${FRESH_TREES} × 1.5 × git checkout-index`,
    }),
    compare({
      ...row,
      what: 'peak memory of the process',
      value: ours.peakMb,
      unit: 'MB',
      against: { what: 'goal', value: GOAL_MB },
    }),
  ];
}

interface PlainGit {
  readonly cloneMs: number;
  readonly checkoutIndexMs: number;
}

async function measureGit(folder: string, url: string): Promise<PlainGit> {
  const env = gitEnvironment();
  const withToken = url.replace('://', `://x:${TOKEN}@`);
  const clone = join(folder, 'clone');
  const cloneMs = await timed(() => execa('git', ['clone', '--quiet', withToken, clone], { env, extendEnv: false }));
  const prefix = `--prefix=${join(folder, 'files')}/`;
  const checkoutIndex = ['-C', clone, 'checkout-index', '--all', prefix];
  const checkoutIndexMs = await timed(() => execa('git', checkoutIndex, { env, extendEnv: false }));
  for (const name of ['clone', 'files']) await rm(join(folder, name), { recursive: true });
  return { cloneMs, checkoutIndexMs };
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

function* manyFiles(count: number): Generator<Buffer> {
  yield commitHead('main', { mark: 1, from: 'refs/heads/main^0' });
  for (let n = 0; n < count; n += 1) {
    const folder = Math.floor(n / FILES_PER_FOLDER);
    const text = `/** Part ${n}. */\n${`export const value${n} = ${n};\n`.repeat(40)}`;
    yield fileOf(`src/${folder % 100}/${folder}/file-${n}.js`, Buffer.from(text));
  }
  yield Buffer.from(`\nreset refs/heads/feature/a\nfrom :1\n\n`);
}

/** Commits that each replace one file by bytes that cannot be packed any smaller. */
function* longHistory(megabytes: number): Generator<Buffer> {
  for (let n = 1; n <= megabytes; n += 1) {
    yield commitHead('main', { mark: n, from: n === 1 ? 'refs/heads/main^0' : `:${n - 1}` });
    yield fileOf(`data/part-${n % 20}.bin`, randomBytes(MEGABYTE));
    yield Buffer.from('\n');
  }
  yield Buffer.from(`reset refs/heads/feature/a\nfrom :${megabytes}\n\n`);
}

function commitHead(branch: string, { mark, from }: { mark: number; from: string }): Buffer {
  const who = 'Robin <robin@example.com> 1700000000 +0000';
  const lines = [`commit refs/heads/${branch}`, `mark :${mark}`, `committer ${who}`, 'data 4', 'More', `from ${from}`];
  return Buffer.from(`${lines.join('\n')}\n`);
}

function fileOf(path: string, bytes: Buffer): Buffer {
  return Buffer.concat([Buffer.from(`M 100644 inline ${path}\ndata ${bytes.length}\n`), bytes, Buffer.from('\n')]);
}
