import type { SourceModel } from './model.ts';
import type { PairedTests, Placed } from './pair-tests.ts';
import { type Counted, countEach, likeness, takeOne, without } from './tokens.ts';

/** What of the change may make the loss of a test honest. */
export interface Reasons {
  /** Names that sources declared and declare no more. */
  readonly removedNames: ReadonlySet<string>;
  /** Names of source files that are gone, without ending. */
  readonly removedModules: ReadonlySet<string>;
  /** What the files of the base line import, by their path. */
  readonly importsOf: ReadonlyMap<string, readonly string[]>;
}

export interface Losses {
  /** Tests that are gone without a reason. */
  readonly lost: readonly Placed[];
  /** Tests that are gone with one: merged, put into a table, or with what they tested. */
  readonly explained: readonly Placed[];
  /** Assertions of the base line that stand in other places of the head, which nothing took yet. */
  readonly moved: Counted;
}

const KEPT = 0.8;
const ALIKE = 0.5;

/** Says of each test that is gone whether what it claimed is still claimed elsewhere, or what it tested is gone as well. */
export function explainLosses({ pairs, gone, added }: PairedTests, reasons: Reasons): Losses {
  const fresh = [
    ...pairs.flatMap(({ before, after }) => without(textsOf(after), textsOf(before))),
    ...added.flatMap(textsOf),
  ];
  const moved = countEach(fresh);
  const tables = new Tables({ pairs, gone, added });
  const present = [...pairs.map((pair) => pair.after), ...added].filter(({ test }) => test.skip === null);
  const bodies = new Set(present.map(({ test }) => test.body));
  const running = gone.filter(({ test }) => test.skip === null && !test.isTodo && test.tokens.length > 0);
  const known = new Set([...pairs.map(({ before }) => before), ...gone].flatMap(textsOf));
  const substitutes = new Substitutes(added, known);
  const isExplained = (one: Placed) =>
    bodies.has(one.test.body) ||
    isTwin(one, present) ||
    isMoved(one, moved) ||
    tables.take(one) ||
    hasLostSubject(one, reasons) ||
    substitutes.take(one);
  const lost: Placed[] = [];
  const explained: Placed[] = [];
  for (const one of running) (isExplained(one) ? explained : lost).push(one);
  return { lost, explained, moved };
}

/** Another test claims the same in much the same way. */
function isTwin(one: Placed, present: readonly Placed[]): boolean {
  const texts = textsOf(one);
  if (texts.length === 0) return false;
  return present.some((other) => {
    const claims = new Set(textsOf(other));
    if (texts.filter((text) => claims.has(text)).length < KEPT * texts.length) return false;
    return likeness(one.test.tokens, other.test.tokens) >= ALIKE;
  });
}

function textsOf({ test }: Placed): string[] {
  return test.assertions.map(({ text }) => text);
}

/** Merged and split tests keep their assertions. */
function isMoved({ test }: Placed, moved: Counted): boolean {
  const { assertions } = test;
  if (assertions.length === 0) return false;
  const counts = new Map(moved);
  const kept = assertions.filter(({ text }) => takeOne(counts, text)).length;
  if (kept < KEPT * assertions.length) return false;
  for (const { text } of assertions) takeOne(moved, text);
  return true;
}

interface Row {
  readonly path: string;
  readonly shapes: ReadonlySet<string>;
  left: number;
}

/** Tests of a table that is new or has more rows, which take the place of single ones of the same kind. */
class Tables {
  readonly #rows: Row[];

  constructor({ pairs, added }: PairedTests) {
    const grown = pairs.map(({ before, after }) => ({ after, rows: rowsOf(after) - rowsOf(before) }));
    const fresh = added.map((after) => ({ after, rows: rowsOf(after) }));
    this.#rows = [...grown, ...fresh].flatMap(({ after: { path, test }, rows }) => {
      const isTable = test.cases === null || test.cases > 1;
      const shapes = new Set(test.assertions.map(({ shape }) => shape));
      return isTable && rows > 0 && shapes.size > 0 ? [{ path, shapes, left: rows }] : [];
    });
  }

  take({ path, test }: Placed): boolean {
    const fits = (row: Row) => row.left > 0 && test.assertions.some(({ shape }) => row.shapes.has(shape));
    const found = this.#rows.find((row) => row.path === path && fits(row)) ?? this.#rows.find(fits);
    if (found === undefined) return false;
    found.left -= 1;
    return true;
  }
}

/** A table whose rows are made elsewhere may have any number of them. */
function rowsOf({ test }: Placed): number {
  return test.cases ?? Number.POSITIVE_INFINITY;
}

/** The test uses a name that no source declares any more, or its file imports a module that is gone. */
function hasLostSubject({ path, test }: Placed, { removedNames, removedModules, importsOf }: Reasons): boolean {
  if (test.words.some((word) => removedNames.has(word)) || test.names.some((name) => removedNames.has(name)))
    return true;
  return (importsOf.get(path) ?? []).some((imported) => removedModules.has(moduleName(imported)));
}

/** New tests of the same file about the same things, which claim at least as much. */
class Substitutes {
  readonly #left: Placed[];

  constructor(added: readonly Placed[], known: ReadonlySet<string>) {
    this.#left = added.filter((one) => one.test.skip === null && textsOf(one).some((text) => !known.has(text)));
  }

  take({ path, test }: Placed): boolean {
    const wanted = new Set(test.assertions.flatMap(({ shape }) => shape.split(' ')));
    const at = this.#left.findIndex((one) => {
      if (
        one.path !== path ||
        one.test.assertions.filter(({ isVague }) => !isVague).length <
          test.assertions.filter(({ isVague }) => !isVague).length
      )
        return false;
      const shared = one.test.assertions.some(({ shape }) =>
        shape.split(' ').some((name) => wanted.has(name) && !PLAIN.test(name)),
      );
      return shared || one.test.words.filter((word) => test.words.includes(word)).length >= 3;
    });
    if (at === -1) return false;
    this.#left.splice(at, 1);
    return true;
  }
}

/** Names of assertions say nothing of what they look at. */
const PLAIN =
  /^(?:expect|assert\w*|to[A-Z]\w*|to|be|not|equals?|is\w*|eq\w*|deep\w*|strict\w*|fail|[=!<>]+|in|Error|Errorf|Fatal|Fatalf|Equal|NoError|That|should\w*)?$/i;

/** Returns the last part of what is imported, without ending: `b` of `./a/b.js`, `a.b` and `from a import b`. */
export function moduleName(imported: string): string {
  const path = /^from\s+(\S+)/.exec(imported)?.[1] ?? /^import\s+(\S+)/.exec(imported)?.[1] ?? imported;
  const last = path.split('/').at(-1) ?? '';
  return /^(?:from|import)\s/.test(imported) ? (path.split('.').at(-1) ?? '') : last.replace(/\.[cm]?[jt]sx?$/, '');
}

/** Returns the names and modules that sources lost, and what tests of the base line import. */
export function reasonsOf(
  files: readonly { before: SourceModel | null; after: SourceModel | null }[],
  isTest: (path: string) => boolean,
): Reasons {
  const sources = files.filter(({ before, after }) => !isTest(after?.path ?? before?.path ?? ''));
  const declared = new Set(files.flatMap(({ after }) => after?.declared ?? []));
  const removedNames = new Set(
    sources.flatMap(({ before }) => before?.declared ?? []).filter((name) => !declared.has(name)),
  );
  const removed = sources.flatMap(({ before, after }) =>
    before !== null && after === null ? [moduleName(before.path).replace(/\.\w+$/, '')] : [],
  );
  const left = new Set(files.flatMap(({ after }) => (after ? [moduleName(after.path).replace(/\.\w+$/, '')] : [])));
  const removedModules = new Set(removed.filter((name) => name !== 'index' && name !== '__init__' && !left.has(name)));
  return {
    removedNames,
    removedModules,
    importsOf: new Map(files.flatMap(({ before }) => (before ? [[before.path, before.imports] as const] : []))),
  };
}
