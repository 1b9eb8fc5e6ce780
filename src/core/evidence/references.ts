import type { Criterion } from './criteria.ts';

/** What the references of a task, or of a property, come to. */
export interface Referenced {
  /** Ids of criteria, in the order of the spec. */
  readonly ids: readonly string[];
  /** References, as written, that name no criterion. */
  readonly unknown: readonly string[];
}

const ALL = /^(?:all|alle|tous|toutes|todos|todas|все|全部|すべて|全て|모두|הכל)$/iu;
const NUMBER = '(?:\\p{L}[\\p{L}_-]{0,11})?\\s*(\\d{1,4})(?:[.](\\d{1,4}))?';
const ONE = new RegExp(`^${NUMBER}$`, 'u');
const RANGE = new RegExp(`^${NUMBER}\\s*(?:[-–—~〜]|\\.{2,3}|…|to|through|bis|à|до|至)\\s*${NUMBER}$`, 'u');

/** Returns the criteria that references such as `1.2`, `1.1-1.7`, `2` (all of requirement 2) or `All` stand for. */
export function resolveReferences(references: readonly string[], criteria: readonly Criterion[]): Referenced {
  const named = new Set<string>();
  const unknown: string[] = [];
  for (const reference of references) {
    const ids = criteria.filter(coversOf(reference.trim())).map(({ id }) => id);
    if (ids.length === 0) unknown.push(reference);
    for (const id of ids) named.add(id);
  }
  return { ids: criteria.flatMap(({ id }) => (named.has(id) ? [id] : [])), unknown };
}

/** Returns the test of whether a reference covers a criterion. */
function coversOf(reference: string): (criterion: Criterion) => boolean {
  if (ALL.test(reference)) return () => true;
  const [, from, second] = ONE.exec(reference) ?? [];
  if (from !== undefined)
    return ({ id }) => (second === undefined ? id.startsWith(`${+from}.`) : id === `${+from}.${+second}`);
  const [, first, firstPart, last, lastPart] = RANGE.exec(reference) ?? [];
  if (first === undefined || last === undefined) return () => false;
  // 1.1-7 goes on within requirement 1, 2-4 and 1.2-2.1 across requirements.
  const isWithin = firstPart !== undefined && lastPart === undefined && +last >= +firstPart;
  const low = place(first, firstPart ?? '0');
  const high = isWithin ? place(first, last) : place(last, lastPart ?? '9999');
  return ({ id }) => {
    const [requirement = '', item = ''] = id.split('.');
    const at = place(requirement, item);
    return at >= low && at <= high;
  };
}

function place(requirement: string, item: string): number {
  return Number(requirement) * 10_000 + Number(item);
}
