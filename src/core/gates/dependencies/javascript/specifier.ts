import { type Dependency, dependency, elsewhere, hostOf } from '../facts.ts';

const ADDRESS = /^(?:git(?:\+[a-z]+)?|https?|ssh|file|link|portal|patch|exec|github|gitlab|bitbucket|gist):/i;
/** `user/repository` is short for GitHub; a folder begins with a dot, a tilde or a slash. */
const SHORT_OR_FOLDER = /^(?:[\w.-]+\/[\w.-]+(?:#.*)?$|\.{0,2}\/|~\/)|^[^\s]+@[^\s]+:[^\s]+$/;

/** Returns a package as package.json asks for it. */
export function readSpecifier(name: string, specifier: string): Dependency {
  const alias = aliasOf(specifier);
  if (alias !== null) {
    const isSame = alias.name === name;
    return dependency(name, { version: alias.range, installs: isSame ? null : specifier.slice('npm:'.length) });
  }
  if (ADDRESS.test(specifier) || SHORT_OR_FOLDER.test(specifier))
    return dependency(name, { version: specifier.slice(0, 200), source: elsewhere(specifier) });
  return dependency(name, { version: specifier });
}

/** Name and range of `npm:name@range`; null for anything else. */
export function aliasOf(specifier: string): { name: string; range: string | null } | null {
  const [, name, range = null] = /^npm:((?:@[^/@\s]+\/)?[^@\s]+)(?:@(.*))?$/.exec(specifier) ?? [];
  return name === undefined || /^[~^<>=\d*]/.test(name) ? null : { name, range };
}

/** Returns what the address of a tarball in a registry says: its host, and, where it is in the usual form, package and version. Null
 *  for any other address. */
export function readTarball(address: string) {
  const host = hostOf(address);
  if (host === null || !/^https?:/i.test(address)) return null;
  const path = decode(address.replace(/^https?:\/\/[^/]*/i, '').replace(/[?#].*$/, ''));
  const [, name, file] = /\/((?:@[^/]+\/)?[^/@]+)\/-\/(?:@[^/]+\/)?([^/]+)\.tgz$/.exec(path) ?? [];
  if (name !== undefined && file !== undefined) {
    const prefix = `${name.replace(/^.*\//, '')}-`;
    return { host, name, version: file.startsWith(prefix) ? file.slice(prefix.length) : file };
  }
  const [, ofDownload, version] = /\/download\/((?:@[^/]+\/)?[^/]+)\/([^/]+)\/[^/]+$/.exec(path) ?? [];
  return ofDownload !== undefined && version !== undefined ? { host, name: ofDownload, version } : null;
}

function decode(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

/** Returns a package of a lock file that is downloaded from an address. */
export function readResolved(
  name: string,
  {
    version,
    resolved,
    real = name,
    ...more
  }: {
    version: string | null;
    resolved: string | null;
    /** Name of the package that an alias stands for. */
    real?: string;
    integrity?: string | null | undefined;
    runsScript?: boolean;
  },
): Dependency {
  if (resolved === null || resolved === '') return dependency(name, { version, ...more });
  const tarball = readTarball(resolved);
  if (tarball === null)
    return dependency(name, { version, source: elsewhere(resolved), ...more, integrity: more.integrity ?? undefined });
  const isMeant = tarball.name === real && (version === null || tarball.version === version);
  const installs = isMeant ? null : `${tarball.name} ${tarball.version}`;
  return dependency(name, { version, source: { kind: 'registry', hosts: [tarball.host] }, installs, ...more });
}
