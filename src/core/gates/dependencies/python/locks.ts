import { parse } from 'smol-toml';
import { type Fields, fields, text } from '../../../json-lines.ts';
import {
  type Dependency,
  dependency,
  elsewhere,
  type FileFacts,
  hostOf,
  lock,
  manifest,
  settingsOf,
} from '../facts.ts';
import { normalName } from './names.ts';
import { ofTable } from './pyproject.ts';

/** Returns what a uv.lock, poetry.lock or pdm.lock pins. Throws when it is none. */
export function readTomlLock(content: string): FileFacts {
  const { package: packages } = fields(parse(content));
  if (packages !== undefined && !Array.isArray(packages)) throw new Error('its packages are no list');
  return lock((packages ?? []).map(fields).flatMap(readPackage));
}

function readPackage(entry: Fields): Dependency[] {
  const name = normalName(text(entry.name) ?? '');
  const version = text(entry.version);
  const source = fields(entry.source);
  if (source.virtual !== undefined || source.editable === '.' || source.directory === '.') return [];
  const at = elsewhereOf(source);
  const files = [fields(entry.sdist), ...listOf(entry.wheels), ...listOf(entry.files)].filter(
    (one) => Object.keys(one).length > 0,
  );
  const hashes = files.flatMap(({ hash }) => text(hash) ?? []).sort();
  const integrity = hashes.length > 0 ? hashes.join(' ') : null;
  if (at !== null) return [dependency(name, { version, source: elsewhere(at), integrity: integrity ?? undefined })];
  const addresses = [
    text(source.registry),
    source.type === 'legacy' ? text(source.url) : null,
    ...files.map(({ url }) => text(url)),
  ];
  const hosts = [...new Set(addresses.flatMap((one) => hostOf(one ?? '') ?? []))];
  const [other] = files.flatMap((file) => otherFile({ name, version, file: text(file.file) ?? text(file.url) ?? '' }));
  return [dependency(name, { version, source: { kind: 'registry', hosts }, integrity, installs: other ?? null })];
}

function elsewhereOf(source: Fields): string | null {
  const own =
    text(source.git) ?? text(source.url) ?? text(source.path) ?? text(source.directory) ?? text(source.editable);
  if (source.type === undefined) return own;
  // Poetry names the kind; `legacy` is another index.
  if (source.type === 'legacy') return null;
  return `${text(source.url) ?? ''}#${text(source.resolved_reference) ?? text(source.reference) ?? ''}`;
}

/** Wheels and source distributions are named after the package and its version. */
function otherFile({ name, version, file }: { name: string; version: string | null; file: string }): string[] {
  const base = decodeURIComponent(file.replace(/[?#].*$/, '').replace(/^.*\//, '')).toLowerCase();
  if (!/\.(?:whl|tar\.gz|zip|tar\.bz2)$/.test(base) || version === null) return [];
  const plain = base.replace(/[-_.]+/g, '-');
  const wanted = `${name}-${version.toLowerCase().replace(/[-_.]+/g, '-')}`;
  return plain.startsWith(wanted) ||
    (plain.startsWith(`${name}-`) && base.includes(version.split(/[+!]/)[0] ?? version))
    ? []
    : [base];
}

function listOf(value: unknown): Fields[] {
  return Array.isArray(value) ? value.map(fields) : [];
}

/** Returns what a Pipfile.lock pins. Throws when it is no JSON. */
export function readPipfileLock(content: string): FileFacts {
  const all = fields(JSON.parse(content));
  const packages = ['default', 'develop'].flatMap((section) =>
    Object.entries(fields(all[section])).map(([name, value]) => {
      const entry = fields(value);
      const hashes = Array.isArray(entry.hashes) ? entry.hashes.map(String).sort().join(' ') : null;
      const found = ofTable(name, entry);
      return { ...found, integrity: found.source.kind === 'registry' ? hashes : undefined };
    }),
  );
  return lock(packages, sourcesOf(fields(all._meta).sources));
}

/** Returns what a Pipfile asks for. Throws when it is no TOML. */
export function readPipfile(content: string): FileFacts {
  const all = fields(parse(content));
  const packages = ['packages', 'dev-packages'].flatMap((section) =>
    Object.entries(fields(all[section])).map(([name, value]) =>
      ofTable(name, typeof value === 'string' ? { version: value } : fields(value)),
    ),
  );
  return manifest(packages, sourcesOf(all.source));
}

function sourcesOf(sources: unknown) {
  const addresses = listOf(sources).map((one) => `${text(one.url)}${one.verify_ssl === false ? ' (not checked)' : ''}`);
  return settingsOf('dependencies/setting', { prefix: 'source', table: addresses });
}
