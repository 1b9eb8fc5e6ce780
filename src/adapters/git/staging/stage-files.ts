import {
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readlinkSync,
  readSync,
  renameSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { setImmediate as breathe } from 'node:timers/promises';
import {
  type Attributes,
  conversionsOf,
  convertsLineEndings,
  encodingOf,
  isStoredByFilter,
  readAttributes,
} from '../attributes.ts';
import { streamObjects } from '../blobs.ts';
import type { Git } from '../git-process.ts';
import { type PathBytes, pathBelow } from '../path-bytes.ts';
import { openRegular, type TreeEntry } from '../tree-entry.ts';
import type { UncommittablePath } from '../work-tree.ts';

const CHUNK = Buffer.allocUnsafe(1024 * 1024);
const CRLF = '\r\n';

export interface StageRequest {
  readonly git: Git;
  readonly privateDirectory: string;
  /** The work tree that others have written to. */
  readonly root: string;
  /** Index whose `.gitattributes` files count. */
  readonly attributesIndex: string;
  readonly files: ReadonlyArray<{
    readonly path: PathBytes;
    readonly entry: TreeEntry;
    /** Object that the path had before, null for a new one. */
    readonly before: string | null;
  }>;
}

/** A private copy of a file's bytes (or a link's target), and how git shall convert it. */
interface Copy {
  readonly path: PathBytes;
  readonly name: string;
  readonly before: string | null;
  readonly attributes: Attributes;
  readonly hasCrlf: boolean;
}

/** Writes files and links of a work tree as objects. Git reads private copies with plain names, and applies its built-in
 *  conversions alone; a path whose object had CRLF line ends keeps them. Returns the objects' ids by path. */
export async function stageFiles(
  request: StageRequest,
): Promise<{ ids: Map<PathBytes, string>; problems: UncommittablePath[] }> {
  const { git, privateDirectory, root, attributesIndex: index, files } = request;
  const attributes = await readAttributes(git, { index, paths: files.filter(isFile).map((file) => file.path) });
  const isStored = (one: { path: PathBytes }) => isStoredByFilter(attributes.get(one.path) ?? {});
  const problems: UncommittablePath[] = files
    .filter(isStored)
    .map((file) => ({ path: file.path, problem: 'filtered' }));
  const folder = mkdtempSync(path.join(privateDirectory, 'staged-'));
  try {
    const copies: Copy[] = [];
    for (const file of files.filter((one) => !isStored(one))) {
      const name = String(copies.length);
      const hasCrlf = copyOut({ root, path: file.path, isLink: !isFile(file), to: path.join(folder, name) });
      copies.push({ ...file, name, hasCrlf, attributes: attributes.get(file.path) ?? {} });
      await breathe();
    }
    const names = arrange(folder, { copies, keepCrlf: await withCrlfBefore(git, copies) });
    const ids = new Map<PathBytes, string>();
    const encoded = copies.filter((one) => encodingOf(one.attributes) !== null);
    const plain = copies.filter((one) => !encoded.includes(one));
    const hash = async (some: readonly Copy[]) => {
      const found = await hashFiles(git, { folder, names: some.map((one) => names.get(one) ?? '') });
      for (const [nth, one] of some.entries()) ids.set(one.path, found[nth] ?? '');
    };
    await hash(plain);
    for (const one of encoded) {
      await hash([one]).catch(() => problems.push({ path: one.path, problem: 'not-in-encoding' }));
    }
    return { ids, problems };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function isFile({ entry }: { entry: TreeEntry }): boolean {
  return entry.mode !== '120000';
}

/** Copies a file, or writes a link's target as one. Returns whether CRLF stands in it. */
function copyOut({
  root,
  path: file,
  isLink,
  to,
}: {
  root: string;
  path: PathBytes;
  isLink: boolean;
  to: string;
}): boolean {
  if (isLink) {
    writeFileSync(to, readlinkSync(pathBelow(root, file), { encoding: 'buffer' }));
    return false;
  }
  const from = openRegular(pathBelow(root, file));
  const target = openSync(to, 'wx', 0o600);
  let hasCrlf = false;
  let last = 0;
  try {
    for (let count = readSync(from, CHUNK); count > 0; count = readSync(from, CHUNK)) {
      const part = CHUNK.subarray(0, count);
      hasCrlf ||= part.includes(CRLF) || (last === 0x0d && part[0] === 0x0a);
      last = part.at(-1) ?? 0;
      for (let at = 0; at < count; ) at += writeSync(target, part, at);
    }
  } finally {
    closeSync(from);
    closeSync(target);
  }
  return hasCrlf;
}

/** Those with CRLF whose objects had it before, although git would take it out now. */
async function withCrlfBefore(git: Git, copies: readonly Copy[]): Promise<Set<Copy>> {
  const asked = copies.filter(({ attributes, hasCrlf }) => hasCrlf && convertsLineEndings(attributes));
  const known = asked.flatMap((copy) => (copy.before === null ? [] : [{ copy, id: copy.before, last: 0 }]));
  const found = new Set<Copy>();
  await streamObjects(git, {
    ids: known.map(({ id }) => id),
    onPart: (index, part) => {
      const one = known[index];
      if (one === undefined) return;
      if (part.includes(CRLF) || (one.last === 0x0d && part[0] === 0x0a)) found.add(one.copy);
      one.last = part.at(-1) ?? 0;
    },
  });
  return found;
}

/** Sorts the copies into one folder per set of conversions; returns their names there. */
function arrange(folder: string, { copies, keepCrlf }: { copies: readonly Copy[]; keepCrlf: ReadonlySet<Copy> }) {
  const folders = new Map<string, string>();
  const names = new Map<Copy, string>();
  for (const copy of copies) {
    const conversions = conversionsOf(copy.attributes, { lineEndings: !keepCrlf.has(copy) });
    const own = folders.get(conversions) ?? `with-${folders.size}`;
    if (!folders.has(conversions)) mkdirSync(path.join(folder, own));
    folders.set(conversions, own);
    renameSync(path.join(folder, copy.name), path.join(folder, own, copy.name));
    names.set(copy, `${own}/${copy.name}`);
  }
  const lines = [...folders].map(([conversions, own]) => `/${own}/* ${conversions}\n`);
  writeFileSync(path.join(folder, '.gitattributes'), lines.join(''));
  return names;
}

async function hashFiles(git: Git, { folder, names }: { folder: string; names: readonly string[] }): Promise<string[]> {
  if (names.length === 0) return [];
  const input = names.map((name) => `${name}\n`).join('');
  const answer = await git.must(['hash-object', '-w', '--stdin-paths'], { workTree: folder, input });
  const ids = answer.stdout.toString('latin1').trim().split('\n');
  if (ids.length !== names.length) throw new Error(`git hash-object gave ${ids.length} ids for ${names.length} files.`);
  return ids;
}
