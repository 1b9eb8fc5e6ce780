import { oneLine } from '../json-lines.ts';
import type { AbsentContent } from '../ports/repository.ts';
import { createFinding, type Finding } from './finding.ts';
import type { RuleId } from './rules.ts';

const MOST_NAMES = 5;

const SAID: Readonly<Record<AbsentContent['kind'], readonly [rule: RuleId, what: string, noun: string]>> = {
  'lfs-pointer': ['checkout/content-elsewhere', 'Not fetched from Git LFS', 'file'],
  encrypted: ['checkout/content-elsewhere', 'Encrypted by a git filter', 'file'],
  submodule: ['checkout/submodules-absent', 'Not checked out', 'submodule'],
};

/** Returns one notice for each kind of content that the checked-out workspace does not have: how much of it, where, and why. */
export function noticesOfAbsentContent(absent: readonly AbsentContent[]): Finding[] {
  return absent.map(({ kind, paths, because }) => {
    const [rule, what, noun] = SAID[kind];
    const groups = countEach(kind === 'submodule' ? paths : paths.map(patternOf));
    const names = groups.slice(0, MOST_NAMES).map(([name, count]) => (count > 1 ? `${name}: ${count}` : name));
    const more = groups.length > MOST_NAMES ? ` and ${groups.length - MOST_NAMES} more` : '';
    const number = `${paths.length} ${noun}${paths.length === 1 ? '' : 's'}`;
    return createFinding(rule, { message: `${what}: ${number} (${names.join(', ')}${more}). ${because}` });
  });
}

/** How often each name occurs, the most frequent first. */
function countEach(names: readonly string[]): [name: string, count: number][] {
  const counts = new Map<string, number>();
  for (const name of names.map((one) => oneLine(one, 200))) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts].sort(([, one], [, other]) => other - one);
}

/** `data/x.xz` => `*.xz`; a name without an ending stands for itself. */
function patternOf(file: string): string {
  const ending = /[^/](\.[^./]+)$/.exec(file)?.[1];
  return ending === undefined ? file : `*${ending}`;
}
