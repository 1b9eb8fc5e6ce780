import { createHash } from 'node:crypto';
import type { FeedScanner } from '../../../core/gates/secret-scanner.ts';
import { findSecrets } from '../../../core/gates/secrets/find-secrets.ts';
import { COMMIT_MESSAGE, type FoundSecret } from '../../../core/gates/secrets/found-secret.ts';
import { createSecretStream, type SecretStream } from '../../../core/gates/secrets/secret-windows.ts';
import { streamObjects } from '../blobs.ts';
import { type Git, gitFailed } from '../git-process.ts';
import { type PathBytes, splitNul, textOfPath } from '../path-bytes.ts';
import { listTree } from '../trees.ts';

/** What a commit adds that must not be pushed. */
export interface CommitSecrets {
  /** Files (or the message) with a secret of the worker, in any spelling. */
  readonly places: readonly string[];
  /** What has the shape of a secret, and that the parent does not have in any file. */
  readonly found: readonly FoundSecret[];
}

interface Seen {
  readonly rule: string;
  readonly text: string;
  readonly path: string;
  readonly line: number | null;
}

interface Changed {
  /** Null for a deleted file. */
  readonly id: string | null;
  readonly oldId: string | null;
  readonly path: PathBytes;
}

/** Looks through all that a commit adds to its parent: message, names, contents and link targets. */
export async function findCommitSecrets(
  git: Git,
  { parent, head, startScan }: { parent: string; head: string; startScan: () => FeedScanner },
): Promise<CommitSecrets> {
  const changed = await listChanged(git, { parent, head });
  const places = new Set<string>();
  const seen: Seen[] = [];
  const added = changed.flatMap(({ id, path }) => (id === null ? [] : [{ id, path }]));
  for (const { path: file } of added) {
    if (startScan()(Buffer.from(file, 'latin1'))) places.add(textOfPath(file));
    seen.push(...inName(file));
  }
  const objects = [{ id: head, path: COMMIT_MESSAGE }, ...added];
  const scans = new Map<number, FeedScanner>();
  await readAll(git, {
    objects,
    onPart(index, part) {
      if (!scans.has(index)) scans.clear();
      const feed = scans.get(index) ?? startScan();
      scans.set(index, feed);
      if (feed(part)) places.add(textOfPath(objects[index]?.path ?? ''));
    },
    onSecrets(index, found) {
      const path = textOfPath(objects[index]?.path ?? '');
      seen.push(...found.map((one) => ({ ...one, path, line: index === 0 ? null : one.line })));
    },
  });
  return { places: [...places], found: (await withoutKnown(git, { parent, changed, seen })).map(toFound) };
}

async function listChanged(git: Git, { parent, head }: { parent: string; head: string }): Promise<Changed[]> {
  const { stdout } = await git.must(['diff-tree', '-r', '-z', '--raw', '--no-renames', '--no-abbrev', parent, head]);
  const changed: Changed[] = [];
  const fields = splitNul(stdout);
  for (let at = 0; at + 1 < fields.length; at += 2) {
    const [oldMode = '', mode = '', oldId = '', id = ''] = (fields[at] ?? '').slice(1).split(' ');
    const content = (ofMode: string, one: string) => (/^(?:000000|160000)$/.test(ofMode) ? null : one);
    changed.push({ path: fields[at + 1] ?? '', id: content(mode, id), oldId: content(oldMode, oldId) });
  }
  return changed.filter(({ id, oldId }) => id !== null || oldId !== null);
}

interface Reading {
  readonly objects: ReadonlyArray<{ readonly id: string; readonly path: PathBytes }>;
  readonly onPart?: (index: number, part: Buffer) => void;
  readonly onSecrets: (index: number, found: ReturnType<SecretStream['end']>) => void;
}

async function readAll(git: Git, { objects, onPart, onSecrets }: Reading): Promise<void> {
  let open: { readonly index: number; readonly stream: SecretStream } | null = null;
  const close = () => {
    if (open !== null) onSecrets(open.index, open.stream.end());
    open = null;
  };
  await streamObjects(git, {
    ids: objects.map(({ id }) => id),
    onPart(index, part) {
      onPart?.(index, part);
      if (open?.index !== index) close();
      open ??= { index, stream: createSecretStream(textOfPath(objects[index]?.path ?? '')) };
      open.stream.feed(part);
    },
  });
  close();
}

function inName(file: PathBytes): Seen[] {
  const path = textOfPath(file);
  return findSecrets({ text: path, path }).map(({ rule, start, end }) => {
    return { rule, text: path.slice(start, end), path, line: null };
  });
}

/** A secret that the branch already had, in this file or in another one, is not of this commit. */
async function withoutKnown(
  git: Git,
  { parent, changed, seen }: { parent: string; changed: readonly Changed[]; seen: readonly Seen[] },
): Promise<Seen[]> {
  if (seen.length === 0) return [];
  const elsewhere = await filesWith(git, { parent, texts: seen.map(({ text }) => text) });
  const before = changed.flatMap(({ oldId, path }) => (oldId === null ? [] : [{ id: oldId, path }]));
  const known = new Set(before.flatMap(({ path }) => inName(path)).map(({ text }) => text));
  await readAll(git, {
    objects: [...before, ...elsewhere],
    onSecrets(_index, found) {
      for (const { text } of found) known.add(text);
    },
  });
  return seen.filter(({ text }) => !known.has(text));
}

/** Files of a commit that have the longest line of one of these texts; git gets them on its standard input, not among its arguments. */
async function filesWith(git: Git, { parent, texts }: { parent: string; texts: readonly string[] }) {
  const lines = texts.map((text) =>
    text.split(/[\r\n]+/).reduce((one, other) => (other.length > one.length ? other : one), ''),
  );
  const args = ['grep', '-l', '-z', '-a', '-F', '-f', '-', parent];
  const { exitCode, stdout, stderr } = await git.run(args, { input: `${[...new Set(lines)].join('\n')}\n` });
  if (exitCode > 1) throw gitFailed(args, stderr);
  const paths = new Set(splitNul(stdout).map((name) => name.slice(parent.length + 1)));
  if (paths.size === 0) return [];
  return [...(await listTree(git, parent))].flatMap(([path, { id }]) => (paths.has(path) ? [{ id, path }] : []));
}

function toFound({ rule, text, path, line }: Seen): FoundSecret {
  return { rule, path, line, sha256: createHash('sha256').update(text).digest('hex') };
}
