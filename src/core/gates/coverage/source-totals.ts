import { addCounters, type Counter, countLines, LineCollector, type SourceCoverage } from './line-hits.ts';

/** More than any repository has. */
export const MOST_SOURCES = 100_000;
export const LONGEST_PATH = 4096;

/** Figures of all source files together. */
export interface SourceTotals {
  readonly lines: Counter | null;
  readonly functions: Counter | null;
  readonly branches: Counter | null;
  readonly statements: Counter | null;
}

/** What reports of one format say of each source file, merged as it comes. */
export interface SourceStore {
  /** Merges what is said of the source file `key`. Throws an Error whose message is a clause for people when there are
   *  more than 100,000 of them, and Contradiction when lines were counted otherwise before. */
  add(key: string, source: SourceCoverage): void;
  totals(): SourceTotals;
}

/** What two reports say of one source file; its message names the file and both figures. */
export class Contradiction extends Error {}

interface Entry {
  lines: LineCollector | Counter;
  functions: Counter | null;
  branches: Counter | null;
  statements: Counter | null;
}

/** Makes a store without source files. */
export function createSourceStore(): SourceStore {
  const entries = new Map<string, Entry>();
  return {
    add(key, source) {
      checkFigures(source);
      const known = entries.get(key);
      if (known !== undefined) merge(known, source);
      else {
        checkBounds(entries.size, source);
        const { lines, functions, branches, statements } = source;
        entries.set(key, { lines: collect(lines), functions, branches, statements });
      }
    },
    totals: () => ({
      lines: addCounters([...entries.values()].map(({ lines }) => countOf(lines))),
      functions: addCounters([...entries.values()].map(({ functions }) => functions)),
      branches: addCounters([...entries.values()].map(({ branches }) => branches)),
      statements: addCounters([...entries.values()].map(({ statements }) => statements)),
    }),
  };
}

function checkBounds(known: number, { path }: SourceCoverage): void {
  if (known >= MOST_SOURCES) throw new Error(`names more than ${MOST_SOURCES} source files`);
  if (path.length > LONGEST_PATH) throw new Error(`names a path of more than ${LONGEST_PATH} characters`);
}

function checkFigures({ lines, functions, branches, statements }: SourceCoverage): void {
  for (const counter of [lines, functions, branches, statements]) {
    if (counter === null || counter instanceof Uint32Array || isPossible(counter)) continue;
    throw new Error(`contains impossible figures (${counter.covered} covered of ${counter.total})`);
  }
}

function isPossible({ covered, total }: Counter): boolean {
  return Number.isSafeInteger(covered) && Number.isSafeInteger(total) && covered >= 0 && covered <= total;
}

function collect(lines: SourceCoverage['lines']): Entry['lines'] {
  if (!(lines instanceof Uint32Array)) return lines;
  const collector = new LineCollector();
  collector.addAll(lines);
  return collector;
}

function merge(entry: Entry, source: SourceCoverage): void {
  mergeLines(entry, source);
  entry.functions = larger(entry.functions, source.functions);
  entry.branches = larger(entry.branches, source.branches);
  entry.statements = larger(entry.statements, source.statements);
}

function mergeLines(entry: Entry, { lines, path }: SourceCoverage): void {
  if (entry.lines instanceof LineCollector && lines instanceof Uint32Array) {
    entry.lines.addAll(lines);
    return;
  }
  const [one, other] = [countOf(entry.lines), countOf(collect(lines))];
  if (one.covered === other.covered && one.total === other.total) return;
  const figures = [one, other].map(({ covered, total }) => `${covered} of ${total} lines`).join(', ');
  throw new Contradiction(`about ${path.slice(0, 200) || 'the whole'} (${figures})`);
}

function countOf(lines: Entry['lines']): Counter {
  return countLines(lines instanceof LineCollector ? lines.merged() : lines);
}

function larger(one: Counter | null, other: Counter | null): Counter | null {
  if (one === null || other === null) return one ?? other;
  return { covered: Math.max(one.covered, other.covered), total: Math.max(one.total, other.total) };
}
