/** Whether a version lies in a range. */
export type Accepts = (version: string) => boolean;

const COMPARATOR =
  /(>=|<=|={1,3}|!=|~=|~>|\^|~|>|<)?\s*v?(\d+(?:\.(?:\d+|x|\*))*|x(?![\w.])|\*)(?:[-+]?[a-z][\w.+-]*|[-+]\d[\w.+-]*)?/gi;

/** Returns the range that a text names, as npm, PEP 440, Poetry and version managers write it: `>=18 <23 || 24`, `18 - 22`, `20.x`,
 *  `>=3.9,<4`, `~=3.9`, `^3.9`. A version without an operator stands for all that begin with it; pre-releases count as what they
 *  precede. Null for any other text. */
export function readRange(text: string): Accepts | null {
  const alternatives = text.split('||').map(readAlternative);
  const known = alternatives.filter((accepts) => accepts !== null);
  if (known.length < alternatives.length) return null;
  return (version) => known.some((accepts) => accepts(version));
}

function readAlternative(text: string): Accepts | null {
  const spelled = text.replace(/(\S+)\s+-\s+(\S+)/g, '>=$1 <=$2');
  if (spelled.trim() === '' || /[^\s,]/.test(spelled.replace(COMPARATOR, ''))) return null;
  const comparators = [...spelled.matchAll(COMPARATOR)].map(([, operator = '=', wanted = '']) =>
    comparator(operator, numbersOf(wanted)),
  );
  return (version) => comparators.every((accepts) => accepts(numbersOf(version)));
}

type Numbers = readonly number[];

/** The numbers that a version begins with; `20.x` has one, `*` none. */
export function numbersOf(version: string): Numbers {
  const [start = ''] = /^\d+(?:\.\d+)*/.exec(version) ?? [];
  return start === '' ? [] : start.split('.').map(Number);
}

function comparator(operator: string, wanted: Numbers): (version: Numbers) => boolean {
  const isLike = (version: Numbers) => beginsWith(version, wanted);
  const order = (version: Numbers) => compareNumbers(version, wanted);
  const upTo = (index: number) => {
    const end = wanted.slice(0, index + 1).map((n, at) => (at === index ? n + 1 : n));
    return (version: Numbers) => order(version) >= 0 && (end.length === 0 || compareNumbers(version, end) < 0);
  };
  switch (operator) {
    case '>=':
      return (version) => order(version) >= 0;
    case '<=':
      return (version) => order(version) <= 0 || isLike(version);
    case '>':
      return (version) => order(version) > 0 && !isLike(version);
    case '<':
      return (version) => order(version) < 0;
    case '!=':
      return (version) => !isLike(version);
    case '^': {
      const first = wanted.findIndex((n) => n > 0);
      return upTo(first === -1 ? wanted.length - 1 : first);
    }
    case '~':
    case '~>':
      return upTo(Math.min(1, wanted.length - 1));
    case '~=':
      return upTo(Math.max(0, wanted.length - 2));
    default:
      return isLike;
  }
}

/** Whether a version is one of those that `start` stands for. */
export function beginsWith(version: Numbers, start: Numbers): boolean {
  return start.every((n, at) => (version[at] ?? 0) === n);
}

/** As for Array.sort: below 0 when `one` is older. */
export function compareNumbers(one: Numbers, other: Numbers): number {
  const length = Math.max(one.length, other.length);
  const at = Array.from({ length }, (_, n) => n).find((n) => (one[n] ?? 0) !== (other[n] ?? 0));
  return at === undefined ? 0 : (one[at] ?? 0) - (other[at] ?? 0);
}
