import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { gitEnvironment } from './command.ts';

const OBJECT_TYPES = ['commit', 'tree', 'blob', 'tag'] as const;

export interface GitObject {
  readonly oid: string;
  readonly type: (typeof OBJECT_TYPES)[number];
  readonly content: Buffer;
}

/** Reads objects of one bare repository through one `git cat-file --batch` process, which sees every push at once. */
export interface ObjectReader {
  /** The object that a revision such as `main:src` names, null when there is none. */
  read(expression: string): Promise<GitObject | null>;
  /** Resolves when its process has ended. */
  close(): Promise<void>;
}

type Waiter = { resolve: (object: GitObject | null) => void; reject: (error: Error) => void };

/** Makes a reader; its process starts with the first read. */
export function createObjectReader(directory: string): ObjectReader {
  const waiters: Waiter[] = [];
  let received: Buffer = Buffer.alloc(0);
  let isClosed = false;
  let child: ChildProcessWithoutNullStreams | null = null;

  const start = (): ChildProcessWithoutNullStreams => {
    const started = spawn('git', [`--git-dir=${directory}`, 'cat-file', '--batch'], { env: gitEnvironment() });
    const fail = (error: Error) => {
      child = null;
      received = Buffer.alloc(0);
      for (const waiter of waiters.splice(0)) waiter.reject(error);
    };
    started.on('error', fail);
    started.on('exit', () => fail(new Error(`git cat-file ended in ${directory}`)));
    started.stdin.on('error', () => undefined);
    started.stderr.resume();
    started.stdout.on('data', (chunk: Buffer) => {
      received = received.length === 0 ? chunk : Buffer.concat([received, chunk]);
      for (let next = takeAnswer(received); next; next = takeAnswer(received)) {
        received = next.rest;
        waiters.shift()?.resolve(next.object);
      }
    });
    return started;
  };

  return {
    read(expression) {
      if (isClosed) return Promise.reject(new Error('the reader of git objects is closed'));
      if (/[\n\0]/.test(expression) || expression === '') return Promise.resolve(null);
      const { promise, resolve, reject } = Promise.withResolvers<GitObject | null>();
      waiters.push({ resolve, reject });
      child ??= start();
      child.stdin.write(`${expression}\n`);
      return promise;
    },
    async close() {
      isClosed = true;
      const running = child;
      if (running === null || running.exitCode !== null || running.signalCode !== null) return;
      const ended = new Promise((resolve) => running.once('close', resolve).once('error', resolve));
      running.kill();
      await ended;
    },
  };
}

/** The first whole answer in what was received, null while it is incomplete. */
function takeAnswer(received: Buffer): { object: GitObject | null; rest: Buffer } | null {
  const lineEnd = received.indexOf(0x0a);
  if (lineEnd < 0) return null;
  const [, oid, typeName, size] = /^([0-9a-f]{40,64}) (\w+) (\d+)$/.exec(received.toString('utf8', 0, lineEnd)) ?? [];
  const type = OBJECT_TYPES.find((known) => known === typeName);
  if (oid === undefined || type === undefined) return { object: null, rest: received.subarray(lineEnd + 1) };
  const end = lineEnd + 1 + Number(size);
  if (received.length < end + 1) return null;
  const content = Buffer.from(received.subarray(lineEnd + 1, end));
  return { object: { oid, type, content }, rest: received.subarray(end + 1) };
}

export interface TreeEntry {
  readonly mode: string;
  readonly name: string;
  readonly oid: string;
  readonly type: 'blob' | 'tree' | 'commit';
}

/** The entries of a tree object (SHA-1 repositories). */
export function parseTree(content: Buffer): TreeEntry[] {
  const entries: TreeEntry[] = [];
  for (let at = 0; at < content.length; ) {
    const space = content.indexOf(0x20, at);
    const zero = content.indexOf(0, space);
    const mode = content.toString('latin1', at, space);
    entries.push({
      mode: mode.padStart(6, '0'),
      name: content.toString('utf8', space + 1, zero),
      oid: content.toString('hex', zero + 1, zero + 21),
      type: mode === '40000' ? 'tree' : mode === '160000' ? 'commit' : 'blob',
    });
    at = zero + 21;
  }
  return entries;
}

export interface Signature {
  readonly name: string;
  readonly email: string;
  readonly atMs: number;
}

export interface Commit {
  readonly tree: string;
  readonly parents: readonly string[];
  readonly author: Signature;
  readonly committer: Signature;
  readonly message: string;
}

/** Reads a commit object. */
export function parseCommit(content: Buffer): Commit {
  const text = content.toString('utf8');
  const blank = text.indexOf('\n\n');
  const headers = text.slice(0, blank).split('\n');
  const values = (name: string) =>
    headers.filter((line) => line.startsWith(`${name} `)).map((line) => line.slice(name.length + 1));
  return {
    tree: values('tree')[0] ?? '',
    parents: values('parent'),
    author: parseSignature(values('author')[0] ?? ''),
    committer: parseSignature(values('committer')[0] ?? ''),
    message: text.slice(blank + 2),
  };
}

function parseSignature(line: string): Signature {
  const [, name = '', email = '', seconds = '0'] = /^(.*) <(.*)> (\d+) [+-]\d{4}$/.exec(line) ?? [];
  return { name, email, atMs: Number(seconds) * 1000 };
}
