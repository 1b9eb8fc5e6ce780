import { spawnSync } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { expect } from 'chai';
import { formatTable } from '../../scripts/terminal/table.ts';
import { unreachableAncestor } from '../../src/adapters/files/chown-tree.ts';
import { telling } from '../left-to-rehearsal.ts';

const isLinux = process.platform === 'linux';
const isRoot = isLinux && process.getuid?.() === 0;
/** Nobody's on this machine. */
const PERSON = { uid: 64_060, gid: 64_060 };

const ATTEMPTS = {
  environment: 'read the worker’s environment',
  home: 'read ~/.ssh',
  socket: 'use the ssh-agent',
  signal: 'signal the worker',
  found: 'find what an earlier step left',
  files: 'leave files in /tmp, /var/tmp, /dev/shm',
  memory: 'leave shared memory',
  daemon: 'stay alive',
} as const;
const NONE_WORKS = Object.fromEntries(Object.keys(ATTEMPTS).map((name) => [name, false]));
const ALL_WORK = Object.fromEntries(Object.keys(ATTEMPTS).map((name) => [name, true]));

interface Row {
  readonly name: string;
  readonly as: 'root' | 'person';
  readonly options?: object;
  readonly isolation: string;
  readonly expected: Readonly<Record<string, boolean>>;
  /** Why this machine cannot show it. */
  readonly obstacle: string | null;
}

const ROWS: readonly Row[] = [
  { name: 'root', as: 'root', isolation: 'user', expected: NONE_WORKS, obstacle: needsRoot() },
  {
    name: 'root, no namespaces',
    as: 'root',
    options: { programs: { unshare: [] } },
    isolation: 'user',
    expected: NONE_WORKS,
    obstacle: needsRoot(),
  },
  {
    name: 'not root, bubblewrap',
    as: 'person',
    isolation: 'namespace',
    expected: NONE_WORKS,
    obstacle: needsPerson() ?? needsBubblewrap(),
  },
  {
    name: 'not root, isolation none',
    as: 'person',
    options: { user: 'none' },
    isolation: 'none',
    expected: ALL_WORK,
    obstacle: needsPerson(),
  },
];

function needsRoot(): string | null {
  return isRoot ? null : 'you are not root';
}

function needsBubblewrap(): string | null {
  const identity = isRoot ? PERSON : {};
  const { status, stderr, error } = spawnSync(
    'bwrap',
    ['--ro-bind', '/', '/', '--unshare-pid', '--proc', '/proc', 'true'],
    {
      ...identity,
      encoding: 'utf8',
    },
  );
  return status === 0 ? null : `bubblewrap does not work here: ${error?.message ?? stderr.trim()}`;
}

/** As root the rows of another user need a checkout and a Node that it may read. */
function needsPerson(): string | null {
  if (!isLinux) return 'this is not Linux';
  if (!isRoot) return null;
  const closed = [resolve('src/adapters'), process.execPath].find((path) => unreachableAncestor(path, PERSON) !== null);
  return closed === undefined ? null : `other users cannot read ${closed}`;
}

describe('isolation: what an untrusted program can read, keep and signal', () => {
  const table: string[][] = [];
  after(() => {
    const head = ['', 'isolation', ...Object.values(ATTEMPTS)];
    const turned = head.map((title, index) => [title, ...table.map((row) => row[index] ?? '')]).slice(1);
    process.stdout.write(
      `\n${formatTable({ head: ['can it …', ...table.map(([name = '']) => name)], rows: turned })}\n`,
    );
  });

  for (const { name, as, options = {}, isolation, expected, obstacle } of telling(1, ROWS)) {
    if (obstacle !== null) {
      table.push([name, `not applicable: ${obstacle}`]);
      continue;
    }
    it(`as ${name}: ${expected === NONE_WORKS ? 'nothing of it' : 'all of it, hence only where it was accepted'}`, () => {
      const seen = runWorker({ as, options });
      const { isolation: found, ...worked } = seen;
      table.push([name, String(found), ...Object.keys(ATTEMPTS).map((key) => (worked[key] ? 'yes' : 'no'))]);
      expect(found).to.equal(isolation);
      expect(worked).to.deep.equal(expected);
    });
  }

  if (needsPerson() === null) {
    it('is refused where nobody is root and there is no bubblewrap, with what is reachable and what to type', () => {
      const { stderr, status } = startWorker({ as: 'person', options: { programs: { bubblewrap: [] } } });
      expect(status).to.equal(1);
      expect(stderr).to.contain('they could read your files, keys and tokens');
      expect(stderr).to.contain('there is no bubblewrap (bwrap) here');
      expect(stderr).to.contain('--isolation none');
    });
  }
});

interface WorkerRun {
  readonly as: Row['as'];
  readonly options: object;
}

function runWorker(run: WorkerRun): Record<string, unknown> {
  const { stdout, stderr, status } = startWorker(run);
  expect(status, stderr).to.equal(0);
  return JSON.parse(stdout);
}

/** Starts the stand-in of the worker with a home that holds a key, and a token in its environment. */
function startWorker({ as, options }: WorkerRun) {
  const directory = mkdtempSync(join(tmpdir(), 'isolation-'));
  const home = join(directory, 'home');
  const key = join(home, '.ssh', 'id_ed25519');
  mkdirSync(dirname(key), { recursive: true, mode: 0o700 });
  writeFileSync(key, 'planted', { mode: 0o600 });
  chmodSync(directory, 0o711);
  const isOther = as === 'person' && isRoot;
  if (isOther) for (const path of [directory, home, dirname(key), key]) chownSync(path, PERSON.uid, PERSON.gid);
  const mark = String(process.pid) + String(Math.random()).slice(2, 10);
  const token = `ghp_planted${mark}`;
  const places = { token, key, mark, socket: join(directory, 'agent', 'socket') };
  const request = { options: { ...options, runDirectory: join(directory, 'run') }, places };
  try {
    return spawnSync(process.execPath, [resolve('test/contract/isolation/worker.ts'), JSON.stringify(request)], {
      ...(isOther && PERSON),
      encoding: 'utf8',
      env: { PATH: process.env.PATH, HOME: home, GITHUB_TOKEN: token, TMPDIR: tmpdir() },
    });
  } finally {
    rmSync(directory, { recursive: true });
  }
}
