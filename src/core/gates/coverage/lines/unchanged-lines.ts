import { diffArrays } from 'diff';
import { type Language, languageOf } from './language.ts';

/** A line with its number, from 1. */
export interface NumberedLine {
  readonly line: number;
  readonly text: string;
}

/** What a change removed from one file and added to it, in the order of the lines. */
export interface EditedFile {
  readonly path: string;
  readonly removed: readonly NumberedLine[];
  readonly added: readonly NumberedLine[];
}

/** Smaller blocks that come again elsewhere are no sign of a move: what `git diff --color-moved` asks for. */
const LEAST_MOVED = 20;
/** A file in which more words differ was not only formatted. The time that this takes grows with the square. */
const MOST_EDITS = 1000;
const MOST_EDITS_OF_ALL = 50_000;
const MOST_TOKENS = 200_000;
const MOST_CANDIDATES = 50;

/** Returns by path which added lines were there before: formatted otherwise, or moved in a block, also from another file of the same
 *  language. What was copied is new. */
export function findUnchanged(files: readonly EditedFile[]): ReadonlyMap<string, ReadonlySet<number>> {
  const work = files.map((file) => open(file));
  let left = MOST_EDITS_OF_ALL;
  for (const one of work) left -= matchFormatted(one, Math.min(left, MOST_EDITS));
  for (const ofLanguage of Map.groupBy(work, ({ language }) => language).values()) matchMoved(ofLanguage);
  return new Map(
    work.map(({ path, added }) => [path, new Set(added.flatMap(({ line, isMatched }) => (isMatched ? [line] : [])))]),
  );
}

interface WorkLine {
  readonly line: number;
  readonly tokens: readonly string[];
  /** The tokens as one text. */
  readonly key: string;
  isMatched: boolean;
}

interface WorkFile {
  readonly path: string;
  readonly language: Language | null;
  readonly removed: readonly WorkLine[];
  readonly added: readonly WorkLine[];
}

function open({ path, removed, added }: EditedFile): WorkFile {
  return { path, language: languageOf(path), removed: removed.map(toWork), added: added.map(toWork) };
}

/** Words and signs, without blanks and what formatters put in or take out. */
function toWork({ line, text }: NumberedLine): WorkLine {
  const tokens = text.match(/[\p{L}\p{N}_$]+|[^\s\p{L}\p{N}_$;,()"'`]/gu) ?? [];
  return { line, tokens, key: tokens.join(' '), isMatched: false };
}

/** A line was only formatted when its tokens stood in a row before, wherever lines began and ended. Returns how many tokens differ,
 *  of at most so many. */
function matchFormatted({ removed, added }: WorkFile, maxEditLength: number): number {
  if (removed.length === 0 || added.length === 0 || maxEditLength <= 0) return 0;
  const flat = (lines: readonly WorkLine[]) => lines.flatMap((one) => one.tokens.map((token) => ({ token, one })));
  const [before, after] = [flat(removed), flat(added)];
  if (before.length + after.length > MOST_TOKENS) return 0;
  const parts = diffArrays(
    before.map(({ token }) => token),
    after.map(({ token }) => token),
    { maxEditLength },
  );
  if (parts === undefined) return maxEditLength;
  const matches = new Map<WorkLine, number[]>();
  let [from, to] = [0, 0];
  for (const part of parts) {
    const { length } = part.value;
    if (!part.added && !part.removed) {
      for (let at = 0; at < length; at += 1) {
        const one = after[to + at]?.one;
        if (one !== undefined) pushTo(matches, { key: one, value: from + at });
      }
    }
    if (!part.added) from += length;
    if (!part.removed) to += length;
  }
  for (const [one, places] of matches) {
    const isWhole = places.length === one.tokens.length && places.every((place, at) => place === (places[0] ?? 0) + at);
    if (!isWhole) continue;
    one.isMatched = true;
    for (const place of places) (before[place]?.one ?? one).isMatched = true;
  }
  return parts.reduce((sum, { value, added: came, removed: went }) => sum + (came || went ? value.length : 0), 0);
}

function pushTo<Key, Value>(map: Map<Key, Value[]>, { key, value }: { key: Key; value: Value }): void {
  const known = map.get(key);
  if (known === undefined) map.set(key, [value]);
  else known.push(value);
}

interface Place {
  readonly file: WorkFile;
  readonly at: number;
}

/** Each removed line explains one added line. */
function matchMoved(files: readonly WorkFile[]): void {
  const places = new Map<string, Place[]>();
  for (const file of files)
    for (const [at, { key, isMatched }] of file.removed.entries()) {
      if (key === '' || isMatched) continue;
      if ((places.get(key)?.length ?? 0) < MOST_CANDIDATES) pushTo(places, { key, value: { file, at } });
    }
  for (const { added } of files)
    for (let at = 0; at < added.length; ) {
      const blocks = (places.get(added[at]?.key ?? '') ?? []).map((place) => blockAt(added, { at, place }));
      const longest = blocks.reduce((one, other) => (other.letters > one.letters ? other : one), NONE);
      const isMoved = longest.letters >= LEAST_MOVED;
      if (isMoved) for (const line of longest.lines) line.isMatched = true;
      at += isMoved ? longest.length : 1;
    }
}

interface Block {
  readonly lines: readonly WorkLine[];
  readonly letters: number;
  /** Added lines. */
  readonly length: number;
}

const NONE: Block = { lines: [], letters: 0, length: 1 };

/** Lines that are the same one after the other, from these on. */
function blockAt(added: readonly WorkLine[], { at, place }: { at: number; place: Place }): Block {
  const { removed } = place.file;
  const lines: WorkLine[] = [];
  let letters = 0;
  let length = 0;
  for (; ; length += 1) {
    const [now, before] = [added[at + length], removed[place.at + length]];
    if (now === undefined || before === undefined || now.isMatched || before.isMatched || now.key !== before.key) break;
    const [first, start] = [added[at], removed[place.at]];
    const isInRow = now.line === (first?.line ?? 0) + length && before.line === (start?.line ?? 0) + length;
    if (!isInRow) break;
    lines.push(now, before);
    letters += now.key.replace(/[^\p{L}\p{N}]/gu, '').length;
  }
  return length === 0 ? NONE : { lines, letters, length };
}
