import type { LineRange } from '../../../ports/git-objects.ts';
import { bareLines } from './bare-lines.ts';
import { hidesBody, isCode, statementsOf } from './code-lines.ts';
import { excludedLines } from './exclusions.ts';
import { type Language, languageOf, syntaxOf } from './language.ts';
import { findProduct } from './product-files.ts';
import type { ReportedFile, ReportedLines } from './reported-lines.ts';
import { findUnchanged, type NumberedLine } from './unchanged-lines.ts';
import { typeLines, unloadedLines } from './unloaded-lines.ts';

/** What happened to one file between two commits. */
export interface ChangedFile {
  readonly path: string;
  /** Null where the earlier commit has none, or one that is too large to be read. */
  readonly before: string | null;
  /** Null where the later commit has none, or one that is too large to be read. */
  readonly after: string | null;
  readonly added: readonly LineRange[];
  readonly removed: readonly LineRange[];
}

/** How many of the changed lines of a file tests execute. */
export interface JudgedFile {
  readonly path: string;
  readonly covered: number;
  /** Lines that no test executes. */
  readonly uncovered: readonly number[];
  /** As many statements stand on them: a line counts once for each. */
  readonly uncoveredCount: number;
}

export interface JudgedFiles {
  readonly files: readonly JudgedFile[];
  /** Files of which nothing can be said, each with the reason, a clause. */
  readonly unknown: ReadonlyMap<string, string>;
}

/** The texts of changed files of the product, without what stands between quotes and in comments. */
export function bareProduct(files: readonly ChangedFile[]): ReadonlyMap<string, readonly string[]> {
  const texts = new Map(files.flatMap(({ path, after }) => (after === null ? [] : [[path, after] as const])));
  const product = findProduct(texts);
  return new Map(
    [...texts].flatMap(([path, text]) => {
      const language = languageOf(path);
      return language !== null && product.has(path) ? [[path, bareLines(text, syntaxOf(language))] as const] : [];
    }),
  );
}

interface Judging {
  readonly bare: ReadonlyMap<string, readonly string[]>;
  readonly reported: ReportedLines;
  /** The change may have told a tool of Python which lines not to count. */
  readonly isReconfigured: boolean;
}

/** Counts the changed lines of the product that can run. Those that were there before, formatted otherwise or elsewhere, do not count. */
export function judgeFiles(files: readonly ChangedFile[], { bare, reported, isReconfigured }: Judging): JudgedFiles {
  const unchanged = findUnchanged(
    files.map(({ path, before, after, added, removed }) => ({
      path,
      removed: linesIn(before, removed),
      added: linesIn(after, added),
    })),
  );
  const judged: JudgedFile[] = [];
  const unknown = new Map<string, string>();
  for (const { path, after, added } of files) {
    const [language, lines] = [languageOf(path), bare.get(path)];
    if (language === null || lines === undefined || after === null) continue;
    const old = unchanged.get(path);
    const changed = linesIn(after, added).flatMap(({ line }) => (old?.has(line) ? [] : [line]));
    const file = openFile({ path, language, bare: lines, raw: after.split('\n'), isReconfigured }, reported);
    const counted = file === null ? [] : changed.filter((line) => file.counts(line));
    const why = unsureOf(path, { reported, isAbsent: file?.isAbsent ?? false });
    if (file === null || counted.length === 0) continue;
    if (why !== null) unknown.set(path, why);
    else judged.push({ path, ...count(counted, { file, bare: lines }) });
  }
  return { files: judged, unknown };
}

function linesIn(text: string | null, ranges: readonly LineRange[]): NumberedLine[] {
  if (text === null) return [];
  const lines = text.split('\n');
  return ranges.flatMap(({ from, count }) =>
    lines.slice(from - 1, from - 1 + count).map((one, at) => ({ line: from + at, text: one })),
  );
}

interface Source {
  readonly path: string;
  readonly language: Language;
  readonly bare: readonly string[];
  readonly raw: readonly string[];
  readonly isReconfigured: boolean;
}

interface OpenFile {
  readonly isAbsent: boolean;
  counts(line: number): boolean;
  isExecuted(line: number): boolean;
}

/** Null for a file of a language that no report is about. */
function openFile(source: Source, { files, unsure, languages }: ReportedLines): OpenFile | null {
  const { path, bare, language } = source;
  const reported = files.get(path);
  // A report that names a file and none of its lines leaves it out in its way.
  if (reported !== undefined && reported.lines.size > 0) return openReported(source, reported);
  const isOfOthers = languages.size > 0 && !languages.has(language);
  if (isOfOthers && !unsure.has(path)) return null;
  const lines = new Set(unloadedLines(bare, language));
  return { isAbsent: true, counts: (line) => lines.has(line), isExecuted: () => false };
}

/** Statements that coverage.py counts wherever they stand, unless it is told otherwise. */
const ALWAYS_COUNTED = /^\s*(?:return|while|del|assert|raise(?!\s+NotImplemented))\b/;

function openReported(
  { bare, raw, language, isReconfigured }: Source,
  { lines, uncalled, untaken }: ReportedFile,
): OpenFile {
  const isCodeAt = (line: number) => isCode(bare[line - 1] ?? '');
  const excluded = excludedLines(raw, { isCode: isCodeAt, isCounted: (line) => lines.has(line) });
  const isLeftOut = (line: number) =>
    isReconfigured && language === 'python' && ALWAYS_COUNTED.test(bare[line - 1] ?? '');
  const types = language === 'javascript' ? typeLines(bare) : new Set<number>();
  return {
    isAbsent: false,
    counts: (line) => (excluded.has(line) || lines.has(line) || isLeftOut(line)) && isCodeAt(line) && !types.has(line),
    isExecuted(line) {
      const text = bare[line - 1] ?? '';
      if (excluded.has(line) || lines.get(line) !== true || uncalled.has(line)) return false;
      const isHalf = untaken.has(line) && statementsOf(text) > 1;
      return !isHalf && !(language === 'python' && hidesBody(text));
    },
  };
}

/** Why nothing can be said of a file, null where it can be. */
function unsureOf(path: string, { reported, isAbsent }: { reported: ReportedLines; isAbsent: boolean }): string | null {
  const { unsure, languages, nowhere } = reported;
  const why = unsure.get(path) ?? null;
  if (why !== null || !isAbsent) return why;
  if (languages.size === 0) return 'no report names a source file of the repository';
  const made = [...nowhere].find((name) => tailOf(name) === tailOf(path));
  return made === undefined ? null : `a report names ${made.slice(-200)}, which may be made of it`;
}

/** `src/a/b.ts`, `dist/a/b.js` => `a/b` */
function tailOf(path: string): string {
  return path.replace(/^[^/]+\/(?=.)/, '').replace(/\.[^./]+$/, '');
}

function count(
  counted: readonly number[],
  { file, bare }: { file: OpenFile; bare: readonly string[] },
): Omit<JudgedFile, 'path'> {
  const uncovered = counted.filter((line) => !file.isExecuted(line));
  const uncoveredCount = uncovered.reduce((sum, line) => sum + statementsOf(bare[line - 1] ?? ''), 0);
  return { covered: counted.length - uncovered.length, uncovered, uncoveredCount };
}
