import type { Assertion, Skip, TestCase } from './model.ts';
import type { TestPair } from './pair-tests.ts';
import type { Losses, Reasons } from './removed-tests.ts';
import { likeness, takeOne, without } from './tokens.ts';

/** What happened to a test that is still there. */
export type Weakening =
  | { readonly kind: 'skipped' | 'focused'; readonly by: Skip }
  | { readonly kind: 'emptied'; readonly what: string }
  | { readonly kind: 'assertions'; readonly what: string };

/** Returns how a new test is off, or takes all others out of the run; null for one that runs beside them. */
export function findOff(test: TestCase, before: TestCase | null): Weakening | null {
  if (test.focus !== null && (before?.focus ?? null) === null) return { kind: 'focused', by: test.focus };
  if (test.skip !== null && (before?.skip ?? null) === null && !(before?.isTodo ?? false))
    return { kind: 'skipped', by: test.skip };
  if (before === null || !test.isTodo || before.isTodo || before.skip !== null || before.tokens.length === 0)
    return null;
  return { kind: 'skipped', by: { how: 'todo in place of a body', line: test.line } };
}

/** What the change says beside the two sides of a test. */
export interface Circumstances {
  /** Assertions of the tests that stand in the later one. */
  readonly nested: readonly Assertion[];
  readonly moved: Losses['moved'];
  readonly reasons: Reasons;
}

/** Returns what a test lost; null where it claims what it did, or something else in its place. */
export function findWeakening({ before, after }: TestPair, circumstances: Circumstances): Weakening | null {
  const [old, now] = [before.test, after.test];
  const off = findOff(now, old);
  if (off !== null || old.skip !== null || now.skip !== null || old.isTodo || now.isTodo) return off;
  if (now.cases === 0 && old.cases !== 0) return { kind: 'emptied', what: 'its table has no rows' };
  if (now.tokens.length === 0 && old.tokens.length > 0 && circumstances.nested.length === 0)
    return { kind: 'emptied', what: 'nothing in it runs' };
  return findLostAssertions(old, { ...circumstances, now }) ?? findLostRows(old, now);
}

function findLostAssertions(
  old: TestCase,
  { now, nested, moved, reasons }: Circumstances & { now: TestCase },
): Weakening | null {
  const was = old.assertions.map(({ text }) => text);
  const is = [...now.assertions, ...nested].map(({ text }) => text);
  if (was.length === 0) return null;
  const left = new Set(is);
  const gone = without(was, is).filter((text) => !left.has(text) && !takeOne(moved, text) && !mentions(text, reasons));
  const fresh = without(is, was);
  if (gone.length === 0) return null;
  if (is.length === 0) {
    const isOnlyLess = without(now.words, old.words).length <= 1;
    return isOnlyLess || now.isSwallowing
      ? { kind: 'emptied', what: 'none of its assertions is left' }
      : { kind: 'assertions', what: 'no assertion is seen in it any more' };
  }
  const vague = findVague(old, now);
  if (vague !== null) return { kind: 'assertions', what: `it now only asks whether there is something: ${vague}` };
  const vagueNow = new Set(now.assertions.filter((one) => one.isVague).map(({ text }) => text));
  const exact = (test: TestCase) => test.assertions.filter((one) => !one.isVague).length;
  if (fresh.length > 0 && fresh.every((text) => vagueNow.has(text)) && exact(now) < exact(old))
    return { kind: 'assertions', what: `it asks less exactly: ${fresh[0]}` };
  if (is.length < was.length && fresh.length === 0)
    return { kind: 'assertions', what: `${gone.length} of ${was.length} assertions are gone` };
  return null;
}

/** An assertion about the same thing that says less. */
function findVague(old: TestCase, now: TestCase): string | null {
  const texts = new Set(now.assertions.map(({ text }) => text));
  const exact = old.assertions.filter(({ text, isVague }) => !isVague && !texts.has(text));
  const known = new Set(old.assertions.map(({ text }) => text));
  for (const one of now.assertions) {
    if (!one.isVague || known.has(one.text) || one.subject === '') continue;
    const about = one.subject.replace(/^(?:async |=> |typeof )+/, '');
    const isLess = exact.some(
      ({ subject, text }) =>
        subject === about || (text.includes(about) && likeness(text.split(' '), one.text.split(' ')) > 0.4),
    );
    const isSaid = now.assertions.some((other) => !other.isVague && other.subject === about);
    if (isLess && !isSaid) return one.text;
  }
  return null;
}

function findLostRows(old: TestCase, now: TestCase): Weakening | null {
  if (old.cases === null || now.cases === null || now.cases >= old.cases || old.body !== now.body) return null;
  return { kind: 'assertions', what: `${old.cases - now.cases} of ${old.cases} sets of values are gone` };
}

function mentions(text: string, { removedNames }: Reasons): boolean {
  return text.split(/\W+/).some((word) => removedNames.has(word));
}
