import { closeSync, fstatSync, lstatSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { WorkerError } from '../../core/errors.ts';
import { removeTree } from '../files/remove-tree.ts';
import type { Git, GitStream } from './git-process.ts';
import { type PathBytes, pathBelow } from './path-bytes.ts';
import { openRegular } from './tree-entry.ts';
import type { IgnoreRules } from './work-tree.ts';

/** Some patterns take git time that doubles with their length; the names of one folder take milliseconds by any other. */
const ANSWER_MS = 15_000;
const TIMEOUT_MS = 3_600_000;
const MAX_IGNORE_FILE_BYTES = 1024 * 1024;
const FIELDS = 4;

/** Content of a folder's `.gitignore`, null where it has none that counts. */
export type ReadIgnoreFile = (folder: PathBytes) => Promise<Buffer | null>;

/** Git's own answers about ignored paths. Git sees a private mirror alone, which contains the folders and the `.gitignore`
 *  files that `read` gives. Call `close` in the end. */
export function createIgnoreRules(options: {
  git: Git;
  privateDirectory: string;
  read: ReadIgnoreFile;
}): IgnoreRules & { close(): Promise<void> } {
  const { git, privateDirectory, read } = options;
  const mirror = mkdtempSync(path.join(privateDirectory, 'ignore-'));
  let asked: Asked | null = null;
  let hasRules = false;
  /** Folders that git will want to see once there are rules. */
  let pending: PathBytes[] = [];

  return {
    async ignored({ folder, folders, files }) {
      const rules = await read(folder);
      if (rules !== null) {
        hasRules = true;
        for (const one of pending) mkdirSync(pathBelow(mirror, one));
        pending = [];
        writeFileSync(pathBelow(mirror, folder === '' ? '.gitignore' : `${folder}/.gitignore`), rules);
      }
      if (!hasRules) pending.push(...folders);
      else for (const one of folders) mkdirSync(pathBelow(mirror, one));
      const paths = [...folders, ...files];
      if (!hasRules || paths.length === 0) return new Set();
      if (asked === null) {
        const args = ['check-ignore', '--no-index', '--stdin', '-z', '--verbose', '--non-matching'];
        const stream = git.start(args, { workTree: mirror, timeoutMs: TIMEOUT_MS });
        asked = { stream, answers: splitStream(stream.stdout) };
      }
      return ask(paths, asked);
    },
    async close() {
      asked?.stream.stop();
      await asked?.stream.ended.catch(() => {});
      await removeTree(mirror);
    },
  };
}

/** Reads the `.gitignore` files of a tree that others have written to; one that is a link, not a file, or huge does not count. */
export function readIgnoreFilesBelow(root: string): ReadIgnoreFile {
  return async (folder) => {
    const place = pathBelow(root, folder === '' ? '.gitignore' : `${folder}/.gitignore`);
    if (lstatSync(place, { throwIfNoEntry: false })?.isFile() !== true) return null;
    const file = openRegular(place);
    try {
      return fstatSync(file).size > MAX_IGNORE_FILE_BYTES ? null : readFileSync(file);
    } finally {
      closeSync(file);
    }
  };
}

async function ask(paths: readonly PathBytes[], { stream, answers }: Asked): Promise<Set<PathBytes>> {
  // `./` keeps a name that starts with a colon from being taken for a pattern.
  stream.stdin.write(Buffer.from(paths.map((one) => `./${one}\0`).join(''), 'latin1'));
  const ignored = new Set<PathBytes>();
  let isTooSlow = false;
  const limit = setTimeout(() => {
    isTooSlow = true;
    stream.stop();
  }, ANSWER_MS);
  try {
    for (const one of paths) if (await isNextIgnored({ stream, answers })) ignored.add(one);
  } catch (error) {
    throw isTooSlow ? tooSlow() : error;
  } finally {
    clearTimeout(limit);
  }
  return ignored;
}

function tooSlow(): WorkerError {
  return new WorkerError({
    code: 'GIT_FAILED',
    what: `Git took longer than ${ANSWER_MS / 1000} seconds to apply the .gitignore files of this branch to one folder.`,
    remedy: 'Simplify their patterns: many "**" in one pattern take very long in deep folders.',
  });
}

interface Asked {
  readonly stream: GitStream;
  readonly answers: AsyncGenerator<string>;
}

async function isNextIgnored({ stream, answers }: Asked): Promise<boolean> {
  const fields: string[] = [];
  while (fields.length < FIELDS) {
    const next = await answers.next();
    if (next.done) {
      await stream.ended;
      throw new Error('git check-ignore ended before it had answered.');
    }
    fields.push(next.value);
  }
  const [, , pattern = ''] = fields;
  return pattern !== '' && !pattern.startsWith('!');
}

async function* splitStream(stdout: AsyncIterable<Buffer>): AsyncGenerator<string> {
  let rest = '';
  for await (const chunk of stdout) {
    const parts = (rest + chunk.toString('latin1')).split('\0');
    rest = parts.pop() ?? '';
    yield* parts;
  }
}
