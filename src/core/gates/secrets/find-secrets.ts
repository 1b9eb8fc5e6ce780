import type { SecretMatch } from './found-secret.ts';
import { OWN_PATTERNS } from './own-patterns.ts';
import { isHarmlessAddress, isPlaceholder } from './placeholders.ts';
import { findRecommended } from './recommended-rules.ts';

/** Rules whose whole text is looked at by themselves. */
const SURE = new Set(['gcp', 'privatekey', '1password']);
const ADDRESS = /^([A-Za-z][A-Za-z0-9+.-]*:\/\/)([^\s/@:]*):([^\s/@]+)@([A-Za-z0-9.[\]_-]+(?::\d+)?)/;

/** Returns where a text has the shape of a secret, from its start to its end and without overlaps. Placeholders, credentials of this
 *  machine and what stands in well-known documents are none. `path` tells what kind of file it is. */
export function findSecrets({ text, path }: { text: string; path: string }): SecretMatch[] {
  const own = OWN_PATTERNS.flatMap(({ rule, pattern, isSecret }) =>
    Array.from(text.matchAll(pattern), ({ 0: whole, index, groups: { value = whole, scheme = '' } = {} }) => {
      const end = index + whole.length;
      const start = end - value.length - scheme.length;
      return { match: { rule, start, end }, isSecret: isSecret(text.slice(start, end)) };
    }),
  );
  // What our own rules look at is theirs to judge.
  const others = findRecommended({ text, path }).filter((one) => !own.some(({ match }) => overlap(match, one)));
  const found = [
    ...own.filter(({ isSecret }) => isSecret).map(({ match }) => match),
    ...others.flatMap((match) => judge(text, match)),
  ];
  return withoutOverlaps(found);
}

function judge(text: string, match: SecretMatch): SecretMatch[] {
  const found = text.slice(match.start, match.end);
  const [address, , user = '', password = '', host = ''] = ADDRESS.exec(found) ?? [];
  if (address !== undefined) {
    return isHarmlessAddress({ user, password, host }) ? [] : [{ ...match, end: match.start + address.length }];
  }
  return SURE.has(match.rule) || !isPlaceholder(found) ? [match] : [];
}

function withoutOverlaps(matches: readonly SecretMatch[]): SecretMatch[] {
  const kept: SecretMatch[] = [];
  for (const match of matches.toSorted((one, other) => one.start - other.start || one.end - other.end)) {
    const last = kept.at(-1);
    if (last === undefined || !overlap(last, match)) kept.push(match);
  }
  return kept;
}

function overlap(one: SecretMatch, other: SecretMatch): boolean {
  return one.start < other.end && other.start < one.end;
}
