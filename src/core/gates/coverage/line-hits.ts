export interface Counter {
  readonly covered: number;
  readonly total: number;
}

/** Lines of one source file as `2 * number + (executed ? 1 : 0)`, four bytes each: reports have millions of them. */
export type LineHits = Uint32Array;

/** What a report says of one source file; a report may name a file more than once. */
export interface SourceCoverage {
  /** Path of the source file as the report writes it; empty for the whole. */
  readonly path: string;
  /** Folders of which one has it, where a report names several and does not say which. */
  readonly folders?: readonly string[];
  /** Each line; or only how many, where the format has no numbers. */
  readonly lines: LineHits | Counter;
  readonly functions: Counter | null;
  readonly branches: Counter | null;
  readonly statements: Counter | null;
  /** Lines of a format whose figures count something else. */
  readonly places?: LineHits | Blocks;
  /** Lines of which a part was not executed. */
  readonly gaps?: LineGaps;
}

/** Five numbers for each block of statements: first line and column, last line and column (both from 1, the end excluded), and 1
 *  where it was executed. */
export class Blocks {
  readonly numbers: Uint32Array;

  constructor(numbers: Uint32Array) {
    this.numbers = numbers;
  }
}

/** Lines as `2 * number`, with a branch that was never taken; plus one where a function begins there that was never called. */
export type LineGaps = Uint32Array;

/** Returns the gaps of lines; each may come more than once. */
export function lineGaps({
  functions = [],
  branches = [],
}: Partial<Record<'functions' | 'branches', readonly number[]>>): LineGaps {
  return Uint32Array.from([...functions.map((line) => 2 * line + 1), ...branches.map((line) => 2 * line)]);
}

/** Takes what a report says, file by file. */
export type OnSource = (source: SourceCoverage) => void;

const HIGHEST_LINE = 2 ** 31 - 1;

/** Collects lines of one source file; a line counts as executed when it was executed anywhere. */
export class LineCollector {
  #lines: LineHits = new Uint32Array(8);
  #length = 0;
  #isMerged = true;

  /** Throws an Error whose message is a clause for people when the number is none that a file can have. */
  add(line: number, isHit: boolean): void {
    if (!Number.isInteger(line) || line < 0 || line > HIGHEST_LINE)
      throw new Error(`contains a line number that no file has (${line})`);
    this.#reserve(1);
    this.#lines[this.#length] = 2 * line + (isHit ? 1 : 0);
    this.#length += 1;
    this.#isMerged = false;
  }

  addAll(lines: LineHits): void {
    this.#reserve(lines.length);
    this.#lines.set(lines, this.#length);
    this.#length += lines.length;
    this.#isMerged = false;
  }

  /** Returns each line once, in ascending order; valid until the next change. */
  merged(): LineHits {
    if (!this.#isMerged) this.#length = mergeInPlace(this.#lines.subarray(0, this.#length).sort());
    this.#isMerged = true;
    return this.#lines.subarray(0, this.#length);
  }

  clear(): void {
    this.#length = 0;
    this.#isMerged = true;
  }

  #reserve(more: number): void {
    if (this.#length + more <= this.#lines.length) return;
    const larger = new Uint32Array(Math.max(2 * this.#lines.length, this.#length + more));
    larger.set(this.#lines.subarray(0, this.#length));
    this.#lines = larger;
  }
}

/** Keeps the highest entry of each line at the front of sorted lines; returns how many there are. */
function mergeInPlace(sorted: LineHits): number {
  let length = 0;
  for (const entry of sorted) {
    const before = sorted[length - 1];
    if (before !== undefined && before >>> 1 === entry >>> 1) sorted[length - 1] = entry;
    else {
      sorted[length] = entry;
      length += 1;
    }
  }
  return length;
}

/** Returns how many lines were executed, of how many; each line must come once. */
export function countLines(lines: LineHits | Counter): Counter {
  if (!(lines instanceof Uint32Array)) return lines;
  let covered = 0;
  for (const entry of lines) covered += entry & 1;
  return { covered, total: lines.length };
}

/** Adds counters up; null when there is none. */
export function addCounters(counters: Iterable<Counter | null>): Counter | null {
  let sum: Counter | null = null;
  for (const counter of counters) {
    if (counter === null) continue;
    sum = sum === null ? counter : { covered: sum.covered + counter.covered, total: sum.total + counter.total };
  }
  return sum;
}

/** Returns a percentage, null when there is nothing to count. Multiplied first, so that whole percentages come out exact. */
export function toPct(counter: Counter | null): number | null {
  return counter === null || counter.total === 0 ? null : (counter.covered * 100) / counter.total;
}
