import type {
  CommittedBlob,
  CommittedChange,
  GitObjects,
  LineChanges,
  LineRange,
} from '../../core/ports/git-objects.ts';
import { streamObjects } from './blobs.ts';
import type { Git } from './git-process.ts';
import { splitNul, textOfPath } from './path-bytes.ts';

/** Beyond so many added and deleted files, git looks for exact renames only. */
const MOST_RENAMES = 1000;

/** Returns what reads git's objects. */
export function createGitObjects(git: Git): GitObjects {
  return {
    treeOf: async (commit) =>
      (await git.must(['rev-parse', '--verify', `${commit}^{tree}`])).stdout.toString('latin1').trim(),
    changes: (range) => readChanges(git, range),
    contents: (ids, limits) => readContents(git, { ids, ...limits }),
    lineChanges: (ids) => readLineChanges(git, ids),
  };
}

async function readChanges(git: Git, { since, until }: { since: string; until: string }): Promise<CommittedChange[]> {
  const args = ['diff-tree', '-r', '-z', '--no-ext-diff', '-M', `-l${MOST_RENAMES}`, since, until];
  const fields = splitNul((await git.must(args)).stdout);
  const changes: CommittedChange[] = [];
  for (let at = 0; at < fields.length; ) {
    const facts = /^:(\d{6}) (\d{6}) ([0-9a-f]+) ([0-9a-f]+) ([A-Z])\d*$/.exec(fields[at] ?? '');
    if (facts === null) throw new Error(`git diff-tree answered ${JSON.stringify(fields[at])}.`);
    const [, oldMode = '', newMode = '', oldId = '', newId = '', status] = facts;
    const isRenamed = status === 'R';
    const formerPath = textOfPath(fields[at + 1] ?? '');
    const path = isRenamed ? textOfPath(fields[at + 2] ?? '') : formerPath;
    changes.push({ path, formerPath, before: blobOf(oldMode, oldId), after: blobOf(newMode, newId) });
    at += isRenamed ? 3 : 2;
  }
  return changes;
}

const KINDS: ReadonlyMap<string, CommittedBlob['kind']> = new Map([
  ['100', 'file'],
  ['120', 'link'],
  ['160', 'submodule'],
]);

function blobOf(mode: string, id: string): CommittedBlob | null {
  if (mode === '000000') return null;
  const kind = KINDS.get(mode.slice(0, 3));
  if (kind === undefined) throw new Error(`git diff-tree answered the mode ${mode}.`);
  return { kind, id, isExecutable: mode === '100755' };
}

async function readContents(
  git: Git,
  { ids, eachBytes, allBytes }: { ids: readonly string[]; eachBytes: number; allBytes: number },
): Promise<ReadonlyMap<string, Uint8Array | null>> {
  const wanted = [...new Set(ids)];
  const contents = new Map<string, Uint8Array | null>(wanted.map((id) => [id, null]));
  if (wanted.length === 0) return contents;
  const sizes = await sizesOf(git, wanted);
  let left = allBytes;
  const read = wanted.filter((_, at) => {
    const size = sizes[at] ?? 0;
    if (size > eachBytes || size > left) return false;
    left -= size;
    return true;
  });
  const parts = read.map((): Buffer[] => []);
  await streamObjects(git, { ids: read, onPart: (at, part) => void parts[at]?.push(Buffer.from(part)) });
  for (const [at, id] of read.entries()) contents.set(id, Buffer.concat(parts[at] ?? []));
  return contents;
}

async function sizesOf(git: Git, ids: readonly string[]): Promise<number[]> {
  const input = ids.map((id) => `${id}\n`).join('');
  const { stdout } = await git.must(['cat-file', '--batch-check=%(objectname) %(objecttype) %(objectsize)'], { input });
  return stdout
    .toString('latin1')
    .trimEnd()
    .split('\n')
    .map((line, at) => {
      const [, id, size] = /^([0-9a-f]+) blob (\d+)$/.exec(line) ?? [];
      if (id !== ids[at]) throw new Error(`git has no content ${ids[at]}: ${line}`);
      return Number(size);
    });
}

/** The head of a group of changed lines; `^` with the flag m would match after other line ends, too. */
const HUNK = /(?<=^|\n)@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@/g;

async function readLineChanges(git: Git, { before, after }: { before: string; after: string }): Promise<LineChanges> {
  const args = ['diff', '--no-ext-diff', '--no-textconv', '--no-color', '--text', '-U0', before, after];
  const { stdout } = await git.must(args);
  const added: LineRange[] = [];
  const removed: LineRange[] = [];
  // Each line of content has a mark before it, so that none can look like a head.
  for (const [, ...numbers] of stdout.toString('latin1').matchAll(HUNK)) {
    const [oldFrom = '', oldCount = '1', newFrom = '', newCount = '1'] = numbers;
    if (oldCount !== '0') removed.push({ from: Number(oldFrom), count: Number(oldCount) });
    if (newCount !== '0') added.push({ from: Number(newFrom), count: Number(newCount) });
  }
  return { added, removed };
}
