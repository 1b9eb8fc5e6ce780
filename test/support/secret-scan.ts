import { execFileSync } from 'node:child_process';
import { closeSync, existsSync, lstatSync, openSync, readdirSync, readFileSync, readlinkSync, readSync } from 'node:fs';
import path from 'node:path';
import { gitEnvironment } from '../../src/fakes/github/git/command.ts';

/** A secret in one of its spellings, somewhere it must not be. */
export interface Leak {
  readonly where: string;
  readonly spelling: string;
}

export interface SecretScan {
  /** Looks through one text. */
  text(where: string, text: string | Buffer): void;
  /** Looks through every file below a folder (names and link targets too), and every object of every git folder. */
  folder(root: string): void;
  readonly leaks: readonly Leak[];
  /** What was looked through, so that a scan that saw nothing proves nothing. */
  readonly seen: { files: number; bytes: number; gitObjects: number };
}

/** Makes a scan for secrets (by name): as they are, URL-encoded, hex, octal, and in both alphabets of base64 at any offset. */
export function createSecretScan(secrets: Readonly<Record<string, string>>): SecretScan {
  const spellings = Object.entries(secrets).flatMap(([name, secret]) => spell(name, secret));
  const leaks: Leak[] = [];
  const seen = { files: 0, bytes: 0, gitObjects: 0 };
  const look = (where: string, bytes: Buffer) => {
    seen.bytes += bytes.length;
    for (const { spelling, needle } of spellings) if (bytes.includes(needle)) leaks.push({ where, spelling });
  };
  const visit = (folder: string): void => {
    if (isGitFolder(folder)) {
      const objects = readObjects(folder);
      seen.gitObjects += objects.count;
      look(`objects of ${folder}`, objects.bytes);
    }
    for (const name of readdirSync(folder)) {
      const file = path.join(folder, name);
      const stats = lstatSync(file, { throwIfNoEntry: false });
      look(`name of ${file}`, Buffer.from(name));
      if (stats?.isDirectory()) visit(file);
      else if (stats?.isSymbolicLink()) look(`target of ${file}`, Buffer.from(readlinkSync(file)));
      else if (stats?.isFile()) {
        seen.files += 1;
        look(file, readWhole(file));
      }
    }
  };
  return { leaks, seen, folder: visit, text: (where, text) => look(where, Buffer.from(text)) };
}

/** Watches the command lines of all processes of this machine; `stop` returns each different one. */
export function watchCommandLines(everyMs = 20): { stop: () => string[] } {
  const lines = new Set<string>();
  // What already ran, hundreds of programs maybe, stays what it is.
  let before: ReadonlySet<string> = new Set(processNames());
  const look = () => {
    for (const line of commandLines(before)) lines.add(line);
    before = new Set(processNames().filter((name) => before.has(name)));
  };
  const timer = setInterval(look, everyMs);
  return {
    stop() {
      look();
      clearInterval(timer);
      return [...lines];
    },
  };
}

function spell(name: string, secret: string): { spelling: string; needle: Buffer }[] {
  const spellings = {
    plain: secret,
    'URL-encoded': encodeURIComponent(secret),
    hex: Buffer.from(secret).toString('hex'),
    'hex with colons': Buffer.from(secret)
      .toString('hex')
      .replace(/..(?!$)/g, '$&:'),
    octal: Array.from(Buffer.from(secret), (byte) => `\\${byte.toString(8)}`).join(''),
    'base64 of UTF-16': Buffer.from(secret, 'utf16le').toString('base64').replaceAll('=', '').slice(0, -1),
    JSON: JSON.stringify(secret).slice(1, -1),
    ...Object.fromEntries(
      [0, 1, 2].flatMap((offset) => {
        // The first and last characters also depend on what stands around the secret.
        const text = Buffer.from(`${'x'.repeat(offset)}${secret}`)
          .toString('base64')
          .replaceAll('=', '');
        const core = text.slice(offset === 0 ? 0 : offset + 1, -1);
        const url = core.replaceAll('+', '-').replaceAll('/', '_');
        return [
          [`base64 at offset ${offset}`, core],
          [`base64url at offset ${offset}`, url],
        ];
      }),
    ),
  };
  return Object.entries(spellings).map(([spelling, text]) => ({
    spelling: `${name}, ${spelling}`,
    needle: Buffer.from(text),
  }));
}

function isGitFolder(folder: string): boolean {
  return existsSync(path.join(folder, 'HEAD')) && existsSync(path.join(folder, 'objects'));
}

/** Contents of all objects; one that a partial clone has not fetched is not an object of this folder. */
function readObjects(folder: string): { count: number; bytes: Buffer } {
  const git = (args: readonly string[], input?: Buffer) =>
    execFileSync('git', [`--git-dir=${folder}`, ...args], {
      env: { ...gitEnvironment(), GIT_NO_LAZY_FETCH: '1' },
      maxBuffer: 256 * 1024 * 1024,
      ...(input && { input }),
      stdio: ['pipe', 'pipe', 'ignore'],
    });
  const ids = git(['cat-file', '--batch-all-objects', '--batch-check=%(objectname)']);
  return { count: ids.toString('utf8').split('\n').length - 1, bytes: git(['cat-file', '--batch'], ids) };
}

const ROOM = Buffer.alloc(1024 * 1024);

/** Works for a file that grows meanwhile. */
function readWhole(file: string): Buffer {
  const descriptor = openSync(file, 'r');
  try {
    const chunks: Buffer[] = [];
    for (;;) {
      const length = readSync(descriptor, ROOM, 0, ROOM.length, null);
      if (length === 0) return Buffer.concat(chunks);
      chunks.push(Buffer.from(ROOM.subarray(0, length)));
    }
  } finally {
    closeSync(descriptor);
  }
}

/** Numbers of all processes, where there is /proc. */
function processNames(): string[] {
  return process.platform === 'linux' ? readdirSync('/proc').filter((name) => /^\d+$/.test(name)) : [];
}

function commandLines(without: ReadonlySet<string>): string[] {
  if (process.platform !== 'linux')
    return execFileSync('ps', ['-A', '-ww', '-o', 'args=']).toString('utf8').split('\n');
  return processNames().flatMap((name) => {
    if (without.has(name)) return [];
    try {
      return [readFileSync(`/proc/${name}/cmdline`, 'utf8').replaceAll('\0', ' ')];
    } catch {
      return [];
    }
  });
}
