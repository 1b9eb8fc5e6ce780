import { type Fields, fields, text } from '../../../json-lines.ts';
import { type Dependency, dependency, elsewhere, type FileFacts, hostOf, lock, settingsOf } from '../facts.ts';
import { parseYaml } from '../parse-yaml.ts';
import { readTarball } from './specifier.ts';

/** Returns what a pnpm-lock.yaml pins. Throws when it is none. */
export function readPnpmLock(content: string): FileFacts {
  const all = fields(parseYaml(content));
  if (all.lockfileVersion === undefined) throw new Error('it says no lockfileVersion');
  const packages = Object.entries(fields(all.packages)).map(([key, entry]) => readPackage(key, fields(entry)));
  return lock(packages, [
    ...settingsOf('dependencies/override', { prefix: 'overrides', table: all.overrides }),
    ...settingsOf('dependencies/override', { prefix: 'patchedDependencies', table: all.patchedDependencies }),
  ]);
}

function readPackage(key: string, entry: Fields): Dependency {
  const resolution = fields(entry.resolution);
  const { name, version } = readKey(key, entry);
  const runsScript = entry.requiresBuild === true;
  const repository = text(resolution.repo);
  const folder = text(resolution.directory);
  if (repository !== null)
    return dependency(name, { version, runsScript, source: elsewhere(`${repository}#${resolution.commit}`) });
  if (folder !== null) return dependency(name, { version, runsScript, source: elsewhere(folder) });
  const address = text(resolution.tarball);
  const integrity = text(resolution.integrity);
  if (address === null) return dependency(name, { version, integrity, runsScript });
  const tarball = readTarball(address);
  if (tarball === null) {
    const isOfRegistry = hostOf(address) !== null && /^\d/.test(version ?? '') && integrity !== null;
    const source = isOfRegistry ? registryAt(hostOf(address)) : elsewhere(address);
    return dependency(name, { version, integrity: integrity ?? undefined, runsScript, source });
  }
  const isMeant = tarball.name === name && (version === null || tarball.version === version);
  const installs = isMeant ? null : `${tarball.name} ${tarball.version}`;
  return dependency(name, { version, integrity, runsScript, installs, source: registryAt(tarball.host) });
}

function registryAt(host: string | null): Dependency['source'] {
  return { kind: 'registry', hosts: host === null ? [] : [host] };
}

/** `name@1.0.0`, `/name@1.0.0(peer)`, `/name/1.0.0_peer`, or an address that the entry itself gives a name and a version. */
function readKey(key: string, entry: Fields): { name: string; version: string | null } {
  const plain = key.replace(/^\//, '').replace(/\(.*$/, '');
  const [, name, version] =
    /^((?:@[^/@]+\/)?[^/@]+)@(.+)$/.exec(plain) ?? /^((?:@[^/]+\/)?[^/]+)\/(\d[^/]*?)(?:_.*)?$/.exec(plain) ?? [];
  return { name: text(entry.name) ?? name ?? plain, version: text(entry.version) ?? version ?? null };
}
