import type { Observation } from './findings.ts';
import type { IntegrityInput } from './input.ts';
import type { Assertion, ChangedFile, Skip, SourceModel, TestCase } from './model.ts';
import { type Placed, pairTests } from './pair-tests.ts';
import { explainLosses, reasonsOf } from './removed-tests.ts';
import { foundBy, isTestSide } from './test-paths.ts';
import { findOff, findWeakening, type Weakening } from './weakened-tests.ts';

type Sides = ChangedFile<SourceModel>;

/** Returns what was done to tests; `isAnyGone`: there are fewer to run, whether that is honest or not. */
export function observeTests({ files, paths }: Pick<IntegrityInput, 'files' | 'paths'>): {
  observations: Observation[];
  isAnyGone: boolean;
} {
  const found = files.map((file) => ({ ...file, after: withoutLost(file, paths) }));
  const seen = found.map((file) => freeSubclasses(file, found));
  const paired = pairTests(seen);
  const reasons = reasonsOf(files, isTestSide);
  const { lost, explained, moved } = explainLosses(paired, reasons);
  const weakened = paired.pairs.flatMap((pair): Observation[] => {
    const found = findWeakening(pair, { moved, reasons, nested: nestedIn(pair.after, seen) });
    return found === null ? [] : [observe(found, pair.after)];
  });
  const off = paired.added.flatMap((one): Observation[] => {
    const found = one.test.isTodo ? null : findOff(one.test, null);
    return found === null ? [] : [observe(found, one)];
  });
  const gone = lost.map((one) => observeLoss(one, files));
  const observations = [...weakened, ...off, ...gone, ...files.flatMap(observeFile)];
  const fewerRows = paired.pairs.some(({ before, after }) => runsOf(after.test) < runsOf(before.test));
  return {
    observations,
    isAnyGone:
      lost.length + explained.length > 0 ||
      fewerRows ||
      observations.some(({ rule }) => rule !== 'test-integrity/exits'),
  };
}

/** Claims of the subtests that stand in a test. */
function nestedIn({ path, test }: Placed, files: readonly Sides[]): Assertion[] {
  const { names } = test;
  const others = files.find(({ after }) => after?.path === path)?.after?.tests ?? [];
  const inner = others.filter(
    (one) => one.names.length > names.length && names.every((name, at) => one.names[at] === name),
  );
  return inner.flatMap(({ skip, assertions }) => (skip === null ? assertions : []));
}

function runsOf({ skip, cases }: TestCase): number {
  return skip === null ? (cases ?? Number.POSITIVE_INFINITY) : 0;
}

/** Tests of a file that no run finds any more are gone. */
function withoutLost({ before, after }: Sides, paths: readonly string[]): SourceModel | null {
  if (after !== null && before === null && foundBy(after.path) === null) return { ...after, tests: [] };
  if (after === null || before === null || before.path === after.path) return after;
  const [was, is] = [foundBy(before.path), foundBy(after.path)];
  if (is === 'name' || was === null || was === is) return is === null && was !== null ? null : after;
  return is === 'folder' && isUsual(after.path, paths) ? after : null;
}

/** Where no file of the folder is named as runners look for, they take all of it; and Gradle looks at classes, not at names. */
function isUsual(path: string, paths: readonly string[]): boolean {
  if (/\.(?:java|kt)$/.test(path))
    return paths.some((one) => /(?:^|\/)build\.gradle(?:\.kts)?$/.test(one)) && !paths.includes('pom.xml');
  const folder = path.slice(0, path.lastIndexOf('/') + 1);
  return !paths.some((one) => one !== path && one.startsWith(folder) && foundBy(one) === 'name');
}

/** A class that became abstract runs through the classes that extend it. */
function freeSubclasses(file: Sides, all: readonly Sides[]): Sides {
  if (file.after === null || !file.after.tests.some(({ skip }) => skip?.how.startsWith('abstract class '))) return file;
  const extended = new Set(all.flatMap(({ after }) => after?.extended ?? []));
  const tests = file.after.tests.map((test) => {
    const name = /^abstract class (.*)$/.exec(test.skip?.how ?? '')?.[1];
    return name !== undefined && extended.has(name) ? { ...test, skip: null } : test;
  });
  return { ...file, after: { ...file.after, tests } };
}

function observe(found: Weakening, { path, test }: Placed): Observation {
  const name = nameOf(test);
  switch (found.kind) {
    case 'skipped':
      return { rule: 'test-integrity/skipped', path, line: found.by.line, what: `"${name}" is off by ${found.by.how}` };
    case 'focused':
      return {
        rule: 'test-integrity/focused',
        path,
        line: found.by.line,
        what: `"${name}" is focused by ${found.by.how}`,
      };
    case 'emptied':
      return { rule: 'test-integrity/emptied', path, line: test.line, what: `"${name}": ${found.what}` };
    case 'assertions':
      return { rule: 'test-integrity/assertions-removed', path, line: test.line, what: `"${name}": ${found.what}` };
  }
}

/** The line is that of the base line, so it is left out. */
function observeLoss({ path, test }: Placed, files: readonly Sides[]): Observation {
  const file = files.find(({ before }) => before?.path === path);
  const after = file?.after ?? null;
  const unread = after?.problem ? ` (the file at the head: ${after.problem})` : '';
  const lost =
    after !== null && after.path !== path && foundBy(after.path) !== 'name'
      ? ` (${after.path} is where no run looks)`
      : unread;
  return { rule: 'test-integrity/tests-removed', path, line: null, what: `"${nameOf(test)}" is gone${lost}` };
}

/** What is about a whole file: how it ends the run, what it takes out of it, and that it could not be read. */
function observeFile({ before, after }: Sides): Observation[] {
  if (after === null || !isTestSide(after.path)) return [];
  const { path } = after;
  const fresh = (now: readonly Skip[], old: readonly Skip[]) =>
    now.filter(({ how }) => now.filter((one) => one.how === how).length > old.filter((one) => one.how === how).length);
  const isCode = foundBy(path) !== null;
  const exits = isCode ? fresh(after.exits, before?.exits ?? []) : [];
  const off = fresh(after.wholeRun, before?.wholeRun ?? []);
  const hollow = (before?.helpers ?? []).filter(
    (name) => !after.helpers.includes(name) && after.declared.includes(name) && after.problem === null,
  );
  const isTest = foundBy(path) === 'name' || after.tests.length + (before?.tests.length ?? 0) > 0;
  return [
    ...exits.map(({ how, line }): Observation => ({ rule: 'test-integrity/exits', path, line, what: how })),
    ...off.map(
      ({ how, line }): Observation => ({
        rule: 'test-integrity/skipped',
        path,
        line,
        what: `a hook of the whole run: ${how}`,
      }),
    ),
    ...hollow.map(
      (name): Observation => ({
        rule: 'test-integrity/emptied',
        path,
        line: null,
        what: `${name}(): none of its assertions is left`,
      }),
    ),
    ...(after.problem !== null && isTest
      ? [{ rule: 'test-integrity/unknown', path, line: null, what: after.problem } as const]
      : []),
  ];
}

function nameOf({ names }: TestCase): string {
  return names
    .filter((name) => name !== '')
    .join(' › ')
    .slice(0, 120);
}
