import type { Dependency, FileFacts } from './facts.ts';

/** Stands for packages whose host the file leaves to settings. */
const BY_SETTINGS = '';

/** Which hosts of registries the base line uses. */
export interface UsualHosts {
  isUsual(dependency: Dependency, host: string): boolean;
}

/** Returns the usual hosts of lock files: those that most packages come from, and, for the packages of one scope, any that another one
 *  of the scope came from. Two hosts that stand together, such as an index and its files, are both usual. */
export function usualHosts(facts: readonly FileFacts[]): UsualHosts | null {
  const counts = new Map<string, number>();
  const ofScopes = new Set<string>();
  for (const dependency of facts.flatMap(({ dependencies }) => dependencies)) {
    const { name, source } = dependency;
    if (source.kind !== 'registry') continue;
    for (const host of source.hosts.length > 0 ? source.hosts : [BY_SETTINGS]) {
      counts.set(host, (counts.get(host) ?? 0) + 1);
      const scope = scopeOf(name);
      if (scope !== null) ofScopes.add(`${scope} ${host}`);
    }
  }
  if (counts.size === 0) return null;
  const most = Math.max(...counts.values());
  return {
    isUsual: ({ name }, host) => (counts.get(host) ?? 0) * 2 >= most || ofScopes.has(`${scopeOf(name)} ${host}`),
  };
}

function scopeOf(name: string): string | null {
  return /^(@[^/]+)\//.exec(name)?.[1] ?? null;
}
