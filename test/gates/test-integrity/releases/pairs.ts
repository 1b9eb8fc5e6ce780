import type { Source } from '../../../rehearsal/matrix/row.ts';
import type { IntegrityRow } from '../edit.ts';

/** Two consecutive published releases of a package, labelled by hand: what the gate must say of the change between them. */
export interface ReleaseRow extends Pick<IntegrityRow, 'name' | 'language' | 'expect'> {
  readonly before: Source;
  readonly after: Source;
  /** Why a finding is right; null where there must be none. */
  readonly because: string | null;
}

interface Releases {
  readonly client: 'npm' | 'pip' | 'go';
  readonly name: string;
  /** Each with the SHA-256 of what its client fetches. */
  readonly versions: ReadonlyArray<readonly [version: string, sha256: string]>;
}

const LANGUAGES = { npm: 'JavaScript', pip: 'Python', go: 'Go' } as const;

/** Each release beside the next one. */
export function honest(releases: Releases): ReleaseRow[] {
  return pairsOf(releases, { expect: [], because: null });
}

/** Tests prove less there, for whatever reason, so that a reviewer should know. */
export function told({
  expect,
  because,
  ...releases
}: Releases & Pick<ReleaseRow, 'expect' | 'because'>): ReleaseRow[] {
  return pairsOf(releases, { expect, because });
}

function pairsOf({ client, name, versions }: Releases, label: Pick<ReleaseRow, 'expect' | 'because'>): ReleaseRow[] {
  const sources = versions.map(([version, sha256]): Source => ({ client, name, version, sha256 }));
  return sources.slice(1).flatMap((after, at) => {
    const before = sources[at];
    if (before === undefined) return [];
    const language = name === 'zod' ? 'TypeScript' : LANGUAGES[client];
    return [{ ...label, name: `${name} ${before.version} to ${after.version}`, language, before, after }];
  });
}
