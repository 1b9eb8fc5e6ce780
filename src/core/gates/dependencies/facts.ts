/** Where a package comes from. */
export type Source =
  /** A package registry; `hosts` are those that the file names for it, none where it leaves that to settings. */
  | { readonly kind: 'registry'; readonly hosts: readonly string[] }
  /** A git repository, an address, a tarball or a folder. */
  | { readonly kind: 'elsewhere'; readonly at: string };

/** One package as one file names it. */
export interface Dependency {
  readonly name: string;
  /** Version or range, as it is written; null where none is. */
  readonly version: string | null;
  readonly source: Source;
  /** What is installed under this name when it is another package or version; null otherwise. */
  readonly installs: string | null;
  /** Hashes of the package; null when they are missing, undefined where this kind of file has none. */
  readonly integrity: string | null | undefined;
  /** Whether the file says that the package runs a script when it is installed. */
  readonly runsScript: boolean;
}

/** Something that decides which packages are installed, from where, or what is run meanwhile. */
export interface Setting {
  readonly rule:
    | 'dependencies/override'
    | 'dependencies/setting'
    | 'dependencies/install-script'
    | 'dependencies/source';
  readonly name: string;
  readonly value: string;
}

/** What one file says about dependencies. */
export interface FileFacts {
  readonly dependencies: readonly Dependency[];
  readonly settings: readonly Setting[];
  /** Whether it pins what is installed. */
  readonly isLock: boolean;
}

/** Returns the facts of a file that lists what is wanted. */
export function manifest(dependencies: readonly Dependency[], settings: readonly Setting[] = []): FileFacts {
  return { dependencies, settings, isLock: false };
}

/** Returns the facts of a file that pins what is installed. */
export function lock(dependencies: readonly Dependency[], settings: readonly Setting[] = []): FileFacts {
  return { dependencies, settings, isLock: true };
}

/** Returns a package of a registry that no file names the host of, without hashes, unless `more` says otherwise. */
export function dependency(name: string, more: Partial<Omit<Dependency, 'name'>> = {}): Dependency {
  const plain = { version: null, source: REGISTRY, installs: null, integrity: undefined, runsScript: false };
  return { ...plain, ...more, name };
}

export const REGISTRY: Source = { kind: 'registry', hosts: [] };

/** Returns a source beside the registries, without credentials in its address. */
export function elsewhere(at: string): Source {
  return { kind: 'elsewhere', at: at.replace(/\/\/[^/@\s]*@/, '//').slice(0, 300) };
}

/** Returns the host of an address, with its scheme where that is not https; null for what is none. */
export function hostOf(address: string): string | null {
  const [, scheme = '', host = ''] = /^([a-z][a-z0-9+.-]{0,20}):\/\/(?:[^/@\s?#]*@)?([^/?#\s]+)/i.exec(address) ?? [];
  if (host === '') return null;
  const isDefault = scheme.toLowerCase() === 'https';
  return (isDefault ? host.replace(/:443$/, '') : `${scheme}://${host}`).toLowerCase();
}

/** Returns a setting for each entry of a table, however deep; values are JSON. */
export function settingsOf(rule: Setting['rule'], { prefix, table }: { prefix: string; table: unknown }): Setting[] {
  if (table === undefined || table === null) return [];
  if (typeof table !== 'object') return [{ rule, name: prefix, value: String(table) }];
  const entries = Array.isArray(table) ? table.map((one) => [shown(one), 'listed'] as const) : Object.entries(table);
  return entries.map(([name, value]) => ({ rule, name: `${prefix}: ${name}`, value: shown(value) }));
}

function shown(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
}
