import { type Fields, fields, text } from '../../../json-lines.ts';
import { type Dependency, dependency, elsewhere, type FileFacts, hostOf, lock } from '../facts.ts';
import { parseYaml } from '../parse-yaml.ts';
import { aliasOf, readResolved } from './specifier.ts';

/** Returns what a yarn.lock of any version pins. Throws when it is none. */
export function readYarnLock(content: string): FileFacts {
  if (/^__metadata:/m.test(content)) return lock(readBerry(content));
  return lock(readClassic(content));
}

/** Blocks of `"name@range", name@range:` with indented `key "value"` lines. */
function readClassic(content: string): Dependency[] {
  const found: Dependency[] = [];
  let descriptor: string | null = null;
  let entry = new Map<string, string>();
  const close = () => {
    if (descriptor !== null) found.push(ofClassic(descriptor, entry));
    descriptor = null;
    entry = new Map();
  };
  for (const line of content.split(/\r?\n/)) {
    if (line.trim() === '' || line.startsWith('#')) continue;
    if (!line.startsWith(' ')) {
      close();
      const [, first] = /^"?((?:@[^/@"]+\/)?[^@",:]+@[^",]*?)"?(?:,.*)?:$/.exec(line) ?? [];
      if (first === undefined) throw new Error(`it has a line of no known form: ${line.slice(0, 80)}`);
      descriptor = first;
      continue;
    }
    const [, key, value] = /^ {2}(\S+) "?([^"]*)"?$/.exec(line) ?? [];
    if (key !== undefined && value !== undefined) entry.set(key, value);
  }
  close();
  return found;
}

function ofClassic(descriptor: string, entry: ReadonlyMap<string, string>): Dependency {
  const { name, range } = splitDescriptor(descriptor);
  const resolved = entry.get('resolved') ?? null;
  const alias = aliasOf(range);
  return readResolved(name, {
    version: entry.get('version') ?? null,
    resolved,
    real: alias?.name ?? name,
    // Older versions of Yarn write the SHA-1 behind the address alone.
    integrity: entry.get('integrity') ?? /#([0-9a-f]{40})$/.exec(resolved ?? '')?.[1] ?? null,
  });
}

function splitDescriptor(descriptor: string): { name: string; range: string } {
  const at = descriptor.indexOf('@', 1);
  return at === -1
    ? { name: descriptor, range: '' }
    : { name: descriptor.slice(0, at), range: descriptor.slice(at + 1) };
}

function readBerry(content: string): Dependency[] {
  return Object.entries(fields(parseYaml(content))).flatMap(([key, value]) => {
    if (key === '__metadata') return [];
    const entry = fields(value);
    const wanted = splitDescriptor(key.split(', ')[0] ?? '');
    const resolution = splitDescriptor(text(entry.resolution) ?? '');
    return ofBerry({ wanted, resolution, version: String(entry.version ?? ''), entry });
  });
}

function ofBerry({
  wanted,
  resolution,
  version,
  entry,
}: {
  wanted: { name: string; range: string };
  resolution: { name: string; range: string };
  version: string;
  entry: Fields;
}): Dependency[] {
  const { name } = wanted;
  const { range } = resolution;
  if (/^(?:workspace|link):/.test(range)) return [];
  const real = aliasOf(wanted.range)?.name ?? name;
  const isOther = resolution.name !== real && resolution.name !== name;
  const installs = isOther ? `${resolution.name} ${version}` : null;
  // Builds for one system have a checksum on that system alone.
  const integrity = text(entry.checksum) ?? (entry.conditions === undefined ? null : undefined);
  if (!/^npm:/.test(range)) return [dependency(name, { version, source: elsewhere(range), installs })];
  const [, archive] = /::.*__archiveUrl=([^&]+)/.exec(range) ?? [];
  const host = archive === undefined ? null : hostOf(decodeURIComponent(archive));
  return [
    dependency(name, {
      version,
      installs,
      integrity,
      source: { kind: 'registry', hosts: host === null ? [] : [host] },
    }),
  ];
}
