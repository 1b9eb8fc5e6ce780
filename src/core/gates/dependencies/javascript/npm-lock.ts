import { type Fields, fields, text } from '../../../json-lines.ts';
import { type Dependency, dependency, elsewhere, type FileFacts, lock } from '../facts.ts';
import { aliasOf, readResolved } from './specifier.ts';

const TABLES = ['dependencies', 'devDependencies', 'optionalDependencies', 'peerDependencies', 'requires'];

/** Returns what a package-lock.json of any version pins. Throws when it is none. */
export function readNpmLock(content: string): FileFacts {
  const all = fields(JSON.parse(content.replace(/^\uFEFF/, '')));
  if (typeof all.packages === 'object') return lock(readPackages(fields(all.packages)));
  if (all.lockfileVersion === undefined && all.dependencies === undefined) throw new Error('it lists no packages');
  return lock(readNested(fields(all.dependencies), 0));
}

function readPackages(packages: Fields): Dependency[] {
  const aliases = new Set(
    Object.values(packages).flatMap((entry) => TABLES.flatMap((table) => aliasesOf(fields(fields(entry)[table])))),
  );
  return Object.entries(packages).flatMap(([path, value]) => {
    const at = path.lastIndexOf('node_modules/');
    if (at === -1) return [];
    const entry = fields(value);
    const name = path.slice(at + 'node_modules/'.length);
    const resolved = text(entry.resolved);
    if (entry.link === true) {
      const leaves = /^(?:\.\.|\/|[a-z]+:)/.test(resolved ?? '');
      return leaves ? [dependency(name, { source: elsewhere(resolved ?? '') })] : [];
    }
    const real = text(entry.name) ?? name;
    const found = readEntry(name, { entry, real });
    const isDeclared = real === name || aliases.has(`${name}=${real}`);
    return [isDeclared ? found : { ...found, installs: found.installs ?? `${real} ${found.version}` }];
  });
}

/** `name=real name` for each alias of a table. */
function aliasesOf(table: Fields): string[] {
  return Object.entries(table).flatMap(([name, specifier]) => {
    const alias = aliasOf(text(specifier) ?? '');
    return alias === null ? [] : [`${name}=${alias.name}`];
  });
}

function readEntry(name: string, { entry, real }: { entry: Fields; real: string }): Dependency {
  const isBundled = entry.inBundle === true || entry.bundled === true;
  return readResolved(name, {
    version: text(entry.version),
    resolved: text(entry.resolved),
    real,
    integrity: isBundled ? undefined : text(entry.integrity),
    runsScript: entry.hasInstallScript === true,
  });
}

const DEEPEST = 100;

/** Lock files of npm 6 and older: a version may be an address. */
function readNested(table: Fields, depth: number): Dependency[] {
  if (depth > DEEPEST) throw new Error(`it nests packages more than ${DEEPEST} levels deep`);
  return Object.entries(table).flatMap(([name, value]) => {
    const entry = fields(value);
    const version = text(entry.version) ?? '';
    const alias = aliasOf(version);
    const isAddress = alias === null && /[:/]/.test(version);
    const own = isAddress
      ? dependency(name, { version, source: elsewhere(version) })
      : readEntry(name, { entry: { ...entry, version: alias?.range ?? version }, real: alias?.name ?? name });
    return [own, ...readNested(fields(entry.dependencies), depth + 1)];
  });
}
