import { oneLine } from '../../json-lines.ts';
import { createFinding, type Finding } from '../finding.ts';
import type { DEPENDENCY_RULES } from './dependency-rules.ts';
import type { Dependency, FileFacts, Setting } from './facts.ts';
import type { UsualHosts } from './hosts.ts';

type DependencyRule = keyof typeof DEPENDENCY_RULES;

const MOST_NAMES = 8;

export interface ComparedFile {
  readonly path: string;
  readonly before: FileFacts | null;
  readonly after: FileFacts;
  /** Null where nothing shows which hosts are usual. */
  readonly hosts: UsualHosts | null;
}

/** Returns what one file brings that it did not have, at most one finding of each rule. */
export function compareFile(file: ComparedFile): Finding[] {
  const before = byName(file.before?.dependencies ?? []);
  const after = byName(file.after.dependencies);
  const told = new Map<DependencyRule, string[]>();
  const tell = (rule: DependencyRule, what: string) => told.set(rule, [...(told.get(rule) ?? []), oneLine(what, 200)]);
  for (const [name, now] of after) {
    const old = before.get(name) ?? [];
    tellVersions({ name, old, now, tell });
    for (const one of now) tellSuspicions(file, { one, old, tell });
  }
  tellSettings(file, tell);
  return [...told].map(([rule, all]) => {
    const unique = [...new Set(all)];
    const more = unique.length > MOST_NAMES ? `; and ${unique.length - MOST_NAMES} more` : '';
    return createFinding(rule, {
      path: file.path,
      message: `${HEADS[rule]}${unique.slice(0, MOST_NAMES).join('; ')}${more}.`,
    });
  });
}

const HEADS: Readonly<Record<DependencyRule, string>> = {
  'dependencies/added': 'New packages: ',
  'dependencies/changed': 'Other versions: ',
  'dependencies/source': 'Packages of another place: ',
  'dependencies/other-package': 'Other packages than the names say: ',
  'dependencies/integrity': 'Hashes: ',
  'dependencies/install-script': 'Run at install or build: ',
  'dependencies/override': 'Replaced or held: ',
  'dependencies/setting': 'Settings: ',
  'dependencies/unreadable': '',
};

type Tell = (rule: DependencyRule, what: string) => void;

interface Versions {
  readonly name: string;
  readonly old: readonly Dependency[];
  readonly now: readonly Dependency[];
  readonly tell: Tell;
}

function tellVersions({ name, old, now, tell }: Versions): void {
  const versions = (all: readonly Dependency[]) => [...new Set(all.map(({ version }) => version ?? 'any version'))];
  const known = new Set(versions(old));
  const fresh = versions(now).filter((version) => !known.has(version));
  if (old.length === 0) tell('dependencies/added', `${name} ${versions(now).join(', ')}`);
  else if (fresh.length > 0) {
    const gone = versions(old).filter((version) => !versions(now).includes(version));
    tell('dependencies/changed', `${name} ${gone.length > 0 ? `${gone.join(', ')} → ` : 'also '}${fresh.join(', ')}`);
  }
}

function tellSuspicions(
  { before, after, hosts }: ComparedFile,
  { one, old, tell }: { one: Dependency; old: readonly Dependency[]; tell: Tell },
): void {
  const label = one.version === null ? one.name : `${one.name} ${one.version}`;
  const place = strangePlace(one, { old, hosts });
  if (place !== null) tell('dependencies/source', `${one.name} comes from ${place}`);
  if (one.installs !== null && !old.some(({ installs }) => nameIn(installs) === nameIn(one.installs)))
    tell('dependencies/other-package', `${label} installs ${one.installs}`);
  if (one.runsScript && !old.some(({ runsScript }) => runsScript)) tell('dependencies/install-script', label);
  const same = old.find(({ version, source }) => version === one.version && source.kind === one.source.kind);
  if (isWeaker(one, { same, files: [before, after] })) tell('dependencies/integrity', `${label} has none any more`);
  else if (same !== undefined && differs(same.integrity, one.integrity))
    tell('dependencies/integrity', `${label} has others`);
}

/** What an alias or a lock file installs, without its version: that may move. */
function nameIn(installs: string | null): string | null {
  return installs === null ? null : installs.replace(/(?<=.)[@ ][^@ ]*$/, '');
}

function strangePlace(
  { name, source, ...rest }: Dependency,
  { old, hosts }: { old: readonly Dependency[]; hosts: UsualHosts | null },
): string | null {
  if (source.kind === 'elsewhere') {
    const place = (at: string) => at.replace(/[#?].*$/, '');
    const wasThere = old.some((one) => one.source.kind === 'elsewhere' && place(one.source.at) === place(source.at));
    return wasThere ? null : source.at;
  }
  const known = new Set(old.flatMap((one) => (one.source.kind === 'registry' ? one.source.hosts : [])));
  const strange = source.hosts.filter(
    (host) => !known.has(host) && hosts?.isUsual({ name, source, ...rest }, host) === false,
  );
  return strange.length > 0 ? strange.join(', ') : null;
}

/** A hash is missing that this package had, or that each other new package of a registry has. */
function isWeaker(
  one: Dependency,
  { same, files }: { same: Dependency | undefined; files: ReadonlyArray<FileFacts | null> },
): boolean {
  if (one.integrity !== null) return false;
  if (same !== undefined) return typeof same.integrity === 'string';
  const others = files.flatMap((file) => file?.dependencies ?? []).filter(({ integrity }) => integrity !== undefined);
  return others.filter(({ integrity }) => integrity !== null).length * 2 > others.length;
}

/** Files may get more hashes, or of a stronger kind: of what both have by kind, one must be the same. */
function differs(old: Dependency['integrity'], now: Dependency['integrity']): boolean {
  if (typeof old !== 'string' || typeof now !== 'string' || old === now) return false;
  const [before, after] = [old.split(/\s+/), now.split(/\s+/)];
  const kinds = new Set(before.map(kindOf));
  const comparable = after.filter((hash) => kinds.has(kindOf(hash)));
  return comparable.length > 0 && !comparable.some((hash) => before.includes(hash));
}

function kindOf(hash: string): string {
  return /^[a-z]+\d+(?=[-:])/i.exec(hash)?.[0].toLowerCase() ?? String(hash.length);
}

function tellSettings({ before, after }: ComparedFile, tell: Tell): void {
  const old = new Map((before?.settings ?? []).map((one) => [keyOf(one), one.value]));
  const now = new Map(after.settings.map((one) => [keyOf(one), one.value]));
  for (const one of after.settings) {
    const was = old.get(keyOf(one));
    if (was !== one.value) tell(one.rule, describe(one));
  }
  for (const one of before?.settings ?? [])
    if (one.rule === 'dependencies/setting' && !now.has(keyOf(one))) tell(one.rule, `${one.name} was removed`);
}

function describe({ name, value }: Setting): string {
  return /^(?:set|listed|runs in the build)$/.test(value) ? name.trim() : `${name} = ${value}`;
}

function keyOf({ rule, name }: Setting): string {
  return `${rule}\n${name}`;
}

function byName(dependencies: readonly Dependency[]): Map<string, Dependency[]> {
  const found = new Map<string, Dependency[]>();
  for (const one of dependencies) {
    const known = found.get(one.name);
    if (known === undefined) found.set(one.name, [one]);
    else known.push(one);
  }
  return found;
}
