import { parse } from 'smol-toml';
import { fields, text } from '../../../json-lines.ts';
import { dependency, type FileFacts, lock, manifest, type Setting } from '../facts.ts';

const COORDINATES =
  /["']([A-Za-z][\w.-]{0,200}):([\w.-]{1,200}):([\w.+,[\]() !$${}-]{1,100}?)(?::[\w-]{1,50})?(?:@\w{1,20})?["']/g;
const MAP_NOTATION =
  /group\s*[:=]\s*["']([\w.-]{1,200})["']\s*,\s*name\s*[:=]\s*["']([\w.-]{1,200})["'](?:\s*,\s*version\s*[:=]\s*["']([^"']{1,100})["'])?/g;
const PLUGIN = /\bid\s*\(?\s*["']([\w.-]{1,200})["']\s*\)?\s*version\s*\(?\s*["']([^"']{1,100})["']/g;
const LOCAL =
  /\b(?:files|fileTree)\s*\(\s*([^)\n]{1,300})\)|\b(flatDir)\b|\bincludeBuild\s*\(?\s*["']([^"']{1,300})["']/g;
const REPOSITORY =
  /\b(mavenLocal|jcenter)\s*\(|\burl\s*(?:=|\()?\s*(?:uri\s*\(\s*)?["']([^"'\n]{1,300})["']|\bmaven\s*\(\s*["']([^"'\n]{1,300})["']|\b(allowInsecureProtocol|isAllowInsecureProtocol)\b/g;
const OVERRIDE = /\b(force|useVersion|useTarget|substitute|strictly|enforcedPlatform)\b\s*\(?\s*([^\n]{0,200})/g;
const SCRIPT = /\bapply\s*(?:\(\s*)?from\s*[:=]\s*["']([^"'\n]{1,300})["']/g;

/** Returns what a build.gradle or settings.gradle, in Groovy or Kotlin, asks for, as far as it is written out. */
export function readGradle(content: string): FileFacts {
  const code = content.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|[^:"'])\/\/[^\n]*/g, '$1');
  const all = (pattern: RegExp) =>
    Array.from(code.matchAll(pattern), (match) => match.slice(1).map((one) => one ?? ''));
  const libraries = [...all(COORDINATES), ...all(MAP_NOTATION)].map(([group = '', name = '', version = '']) =>
    dependency(`${group}:${name}`, { version: version || null }),
  );
  const plugins = all(PLUGIN).map(([id = '', version = '']) => dependency(id, { version }));
  const setting = (rule: Setting['rule'], prefix: string) => (words: string[]) => {
    return {
      rule,
      name: `${prefix} ${words
        .filter((word) => word !== '')
        .join(' ')
        .trim()}`.slice(0, 300),
      value: 'set',
    };
  };
  return manifest(
    [...libraries, ...plugins],
    [
      ...all(REPOSITORY).map(setting('dependencies/setting', 'repository')),
      ...all(LOCAL).map(setting('dependencies/source', 'local')),
      ...all(OVERRIDE).map(setting('dependencies/override', '')),
      ...all(SCRIPT).map(setting('dependencies/install-script', 'apply from')),
      ...all(PLUGIN).map(([id = '']) => setting('dependencies/install-script', 'plugin')([id])),
    ],
  );
}

/** Returns what a version catalog (`*.versions.toml`) asks for. Throws when it is no TOML. */
export function readCatalog(content: string): FileFacts {
  const all = fields(parse(content));
  const versions = fields(all.versions);
  const versionOf = (value: unknown): string | null => {
    const { ref, ...rich } = fields(value);
    const found = typeof value === 'string' ? value : typeof ref === 'string' ? versions[ref] : rich;
    return typeof found === 'string' ? found : Object.keys(fields(found)).length > 0 ? JSON.stringify(found) : null;
  };
  const read = (table: unknown, nameOf: (entry: Readonly<Record<string, unknown>>) => string) =>
    Object.values(fields(table)).map((value) => {
      if (typeof value === 'string') {
        const at = value.lastIndexOf(':');
        return dependency(value.slice(0, at), { version: value.slice(at + 1) });
      }
      const entry = fields(value);
      return dependency(nameOf(entry), { version: versionOf(entry.version) });
    });
  const plugins = read(all.plugins, ({ id }) => text(id) ?? '');
  return manifest(
    [...read(all.libraries, ({ module, group, name }) => text(module) ?? `${group}:${name}`), ...plugins],
    plugins.map(({ name }) => ({ rule: 'dependencies/install-script', name: `plugin ${name}`, value: 'set' })),
  );
}

/** Returns what a gradle.lockfile pins; lines are `group:name:version=configurations`. */
export function readGradleLock(content: string): FileFacts {
  return lock(
    content
      .split(/\r?\n/)
      .filter((line) => line.trim() !== '' && !line.startsWith('#') && !line.startsWith('empty='))
      .map((line) => {
        const [, group, name, version] = /^([^:=\s]+):([^:=\s]+):([^=\s]+)=/.exec(line) ?? [];
        if (version === undefined) throw new Error(`it has a line of no known form: ${line.slice(0, 80)}`);
        return dependency(`${group}:${name}`, { version });
      }),
  );
}

const WRAPPER =
  /^\s*(distributionUrl|distributionSha256Sum|wrapperUrl|wrapperSha256Sum|validateDistributionUrl)\s*[=:]\s*(.*)$/;
const PROPERTY =
  /^\s*(systemProp\.[\w.]*proxy\w*|org\.gradle\.jvmargs|org\.gradle\.dependency\.verification\S*)\s*[=:]\s*(.*)$/i;

/** Returns what the properties of a wrapper, or of Gradle, say about what is downloaded and run. */
export function readBuildProperties(content: string): FileFacts {
  const settings = content.split(/\r?\n/).flatMap((line): Setting[] => {
    const [, name, value = ''] = WRAPPER.exec(line) ?? PROPERTY.exec(line) ?? [];
    return name === undefined ? [] : [{ rule: 'dependencies/setting', name, value: value.replaceAll('\\', '').trim() }];
  });
  return manifest([], settings);
}
