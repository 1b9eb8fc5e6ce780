import { fields, text } from '../../../json-lines.ts';
import { FOREIGN_TEXT, isForeignText } from '../manifest-text.ts';

/** What a package.json says, as far as commands depend on it. */
export interface Manifest {
  readonly scripts: Readonly<Record<string, string>>;
  /** Ranges of all that it installs for its own work, by name. */
  readonly dependencies: Readonly<Record<string, string>>;
  readonly packageManager: { readonly name: string; readonly version: string | null; readonly by: string } | null;
  readonly engines: Readonly<Record<string, string>>;
  readonly devEngines: Readonly<Record<string, string>>;
  readonly volta: Readonly<Record<string, string>>;
  /** Globs of workspaces; null: none. */
  readonly workspaces: readonly string[] | null;
  readonly name: string | null;
  /** Files that others get when they import it. */
  readonly entries: readonly string[];
  /** Configuration of tools in the manifest, as JSON. */
  readonly configuration: (tool: string) => string;
}

const OBJECTS = ['scripts', 'dependencies', 'devDependencies', 'optionalDependencies', 'peerDependencies', 'engines'];

/** Returns what is wrong with a package.json, a clause for people that names the field; null where it can be used. */
export function findManifestProblem(json: string): string | null {
  if (isForeignText(json)) return `package.json ${FOREIGN_TEXT}`;
  const value = parseJson(json);
  if (value === null || typeof value !== 'object' || Array.isArray(value))
    return 'package.json is not valid JSON, or larger than 1 MB';
  const raw = fields(value);
  const field = OBJECTS.find(
    (name) =>
      raw[name] !== undefined && (typeof raw[name] !== 'object' || raw[name] === null || Array.isArray(raw[name])),
  );
  if (field !== undefined) return `"${field}" in package.json must be an object`;
  const script = Object.entries(fields(raw.scripts)).find(([, command]) => typeof command !== 'string');
  if (script !== undefined) return `"scripts.${script[0].slice(0, 40)}" in package.json must be a string`;
  if (raw.packageManager !== undefined && !/^[a-z]+@\S+$/.test(text(raw.packageManager) ?? ''))
    return '"packageManager" in package.json must be a string such as "pnpm@10.0.0"';
  const isWorkspaces = raw.workspaces === undefined || (typeof raw.workspaces === 'object' && raw.workspaces !== null);
  return isWorkspaces ? null : '"workspaces" in package.json must be a list';
}

/** Returns what a package.json says; wrong types count as absent. Null when the text is not a JSON object. */
export function readManifest(json: string): Manifest | null {
  const value = parseJson(json);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null;
  const raw = fields(value);
  const development = fields(raw.devEngines);
  const workspaces = Array.isArray(raw.workspaces) ? raw.workspaces : fields(raw.workspaces).packages;
  return {
    scripts: texts(raw.scripts),
    dependencies: {
      ...texts(raw.peerDependencies),
      ...texts(raw.optionalDependencies),
      ...texts(raw.dependencies),
      ...texts(raw.devDependencies),
    },
    packageManager: readPackageManager(raw.packageManager, development.packageManager),
    engines: texts(raw.engines),
    devEngines: enginesOf(development.runtime),
    volta: texts(raw.volta),
    workspaces: Array.isArray(workspaces) ? workspaces.filter((one) => typeof one === 'string') : null,
    name: text(raw.name),
    entries: entriesOf([raw.main, raw.module, raw.types, raw.exports, raw.bin]),
    configuration: (tool) => jsonOf(raw[tool]),
  };
}

function readPackageManager(field: unknown, development: unknown): Manifest['packageManager'] {
  const [, name, version] = /^([a-z]+)@([^+\s]+)/.exec(text(field) ?? '') ?? [];
  if (name !== undefined) return { name, version: version ?? null, by: 'packageManager' };
  const [first] = Object.entries(enginesOf(development));
  return first === undefined ? null : { name: first[0], version: first[1] || null, by: 'devEngines' };
}

/** `{name, version}` of devEngines, or a list of them, as versions by name. */
function enginesOf(value: unknown): Record<string, string> {
  const entries = (Array.isArray(value) ? value : [value]).map(fields);
  return Object.fromEntries(
    entries.flatMap(({ name, version }) => (typeof name === 'string' ? [[name, text(version) ?? '']] : [])),
  );
}

/** Every path in main, exports and the like. */
function entriesOf(value: unknown, depth = 0): string[] {
  if (typeof value === 'string') return [value.replace(/^\.\//, '')];
  return depth > 5 ? [] : Object.values(fields(value)).flatMap((inner) => entriesOf(inner, depth + 1));
}

function texts(value: unknown): Record<string, string> {
  const entries = Array.isArray(value) ? [] : Object.entries(fields(value));
  return Object.fromEntries(entries.flatMap(([key, inner]) => (typeof inner === 'string' ? [[key, inner]] : [])));
}

/** Empty where it lies too deep. */
function jsonOf(value: unknown): string {
  try {
    return JSON.stringify(value) ?? '';
  } catch {
    return '';
  }
}

function parseJson(json: string): unknown {
  try {
    return JSON.parse(json.replace(/^\ufeff/, ''));
  } catch {
    return null;
  }
}
