import type { ChangedFile, SourceModel, TestCase } from './model.ts';
import { likeness } from './tokens.ts';

/** A test, and the file that it stands in. */
export interface Placed {
  readonly path: string;
  readonly test: TestCase;
}

/** The same test at the base line and at the head. */
export interface TestPair {
  readonly before: Placed;
  readonly after: Placed;
}

export interface PairedTests {
  readonly pairs: readonly TestPair[];
  /** Tests of the base line that the head does not have. */
  readonly gone: readonly Placed[];
  readonly added: readonly Placed[];
}

/** As many tests are compared with all others of their kind. */
const MOST_COMPARED = 400;
const ALIKE_IN_FILE = 0.5;
const ALIKE_ELSEWHERE = 0.65;

type Sides = ChangedFile<SourceModel>;

/** Finds each test of the base line again at the head: by its file and names, then by its body, its own name, and what it does, wherever
 *  it was moved. */
export function pairTests(files: readonly Sides[]): PairedTests {
  const search = new Search(files);
  search.pairBy(({ file, test }) => `${file}\0${test.names.join('\0')}`);
  search.pairBy(({ test }) => (test.assertions.length > 0 ? `${test.body}\0${test.names.at(-1)}` : null));
  search.pairBy(({ file, test }) => `${file}\0${test.names.at(-1)}`);
  search.pairBy(({ test }) => (test.assertions.length > 0 ? test.body : null));
  search.pairAlike({ least: ALIKE_IN_FILE, isNear: (one, other) => one.file === other.file });
  search.pairAlike({ least: ALIKE_ELSEWHERE, isNear: () => true });
  search.pairBy(({ test }) => test.names.at(-1) ?? null);
  return search.result();
}

interface Entry extends Placed {
  readonly file: number;
}

class Search {
  readonly #pairs: TestPair[] = [];
  #gone: Entry[];
  #added: Entry[];

  constructor(files: readonly Sides[]) {
    const entriesOf = (side: 'before' | 'after') =>
      files.flatMap((one, file) =>
        (one[side]?.tests ?? []).map((test) => ({ file, test, path: one[side]?.path ?? '' })),
      );
    this.#gone = entriesOf('before');
    this.#added = entriesOf('after');
  }

  result(): PairedTests {
    return { pairs: this.#pairs, gone: this.#gone, added: this.#added };
  }

  /** Tests of one key are paired in their order. */
  pairBy(keyOf: (entry: Entry) => string | null): void {
    const waiting = new Map<string, Entry[]>();
    for (const entry of this.#added) {
      const key = keyOf(entry);
      if (key !== null) waiting.set(key, [...(waiting.get(key) ?? []), entry]);
    }
    this.#match((entry) => {
      const key = keyOf(entry);
      return key === null ? undefined : waiting.get(key)?.shift();
    });
  }

  /** The most alike first; a copy of a test that is there already takes the place of none. */
  pairAlike({ least, isNear }: { least: number; isNear: (one: Entry, other: Entry) => boolean }): void {
    const known = new Set(this.#pairs.map(({ before }) => before.test.body));
    const fresh = this.#added.filter(({ test }) => !known.has(test.body));
    const [gone, added] = [this.#gone.slice(0, MOST_COMPARED), fresh.slice(0, MOST_COMPARED)];
    const found = gone.flatMap((before) =>
      added.flatMap((after) => {
        if (!isNear(before, after)) return [];
        const alike = likeness(before.test.tokens, after.test.tokens);
        return alike >= least && before.test.tokens.length > 0 ? [{ before, after, alike }] : [];
      }),
    );
    found.sort((one, other) => other.alike - one.alike);
    const partners = new Map<Entry, Entry>();
    const taken = new Set<Entry>();
    for (const { before, after } of found) {
      if (partners.has(before) || taken.has(after)) continue;
      partners.set(before, after);
      taken.add(after);
    }
    this.#match((entry) => partners.get(entry));
  }

  #match(partnerOf: (entry: Entry) => Entry | undefined): void {
    const taken = new Set<Entry>();
    this.#gone = this.#gone.filter((before) => {
      const after = partnerOf(before);
      if (after === undefined) return true;
      taken.add(after);
      this.#pairs.push({ before, after });
      return false;
    });
    this.#added = this.#added.filter((entry) => !taken.has(entry));
  }
}
