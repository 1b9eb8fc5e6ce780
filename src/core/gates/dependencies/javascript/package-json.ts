import { fields, text } from '../../../json-lines.ts';
import { type Dependency, type FileFacts, manifest, type Setting, settingsOf } from '../facts.ts';
import { readSpecifier } from './specifier.ts';

const TABLES = ['dependencies', 'devDependencies', 'optionalDependencies', 'peerDependencies'];
/** Scripts that package managers run by themselves when the repository is installed. */
const ON_INSTALL = /^(?:pre|post)?(?:install|prepare)$|^prepublish$|^dependencies$|^pnpm:devPreinstall$/;

/** Returns what a package.json asks for. Throws when it is no JSON. */
export function readPackageJson(content: string): FileFacts {
  const all = fields(JSON.parse(content.replace(/^\uFEFF/, '')));
  const scripts = Object.entries(fields(all.scripts)).filter(([name]) => ON_INSTALL.test(name));
  const manager = text(all.packageManager) ?? '';
  return manifest(
    TABLES.flatMap((table) => readTable(all[table])),
    [
      ...settingsOf('dependencies/install-script', { prefix: 'script', table: Object.fromEntries(scripts) }),
      ...settingsOf('dependencies/override', { prefix: 'overrides', table: all.overrides }),
      ...settingsOf('dependencies/override', { prefix: 'resolutions', table: all.resolutions }),
      ...pnpmSettings(fields(all.pnpm)),
      ...settingsOf('dependencies/install-script', { prefix: 'trustedDependencies', table: all.trustedDependencies }),
      ...(/@(?:https?|file):/.test(manager) ? [managerSetting(manager)] : []),
      ...settingsOf('dependencies/setting', { prefix: 'publishConfig', table: fields(all.publishConfig).registry }),
    ],
  );
}

function readTable(table: unknown): Dependency[] {
  return Object.entries(fields(table)).map(([name, specifier]) => readSpecifier(name, text(specifier) ?? ''));
}

function managerSetting(manager: string): Setting {
  return { rule: 'dependencies/setting', name: 'packageManager', value: manager };
}

/** Returns the settings of pnpm, of package.json or of pnpm-workspace.yaml. */
export function pnpmSettings(pnpm: Readonly<Record<string, unknown>>): Setting[] {
  const overriding = [
    'overrides',
    'packageExtensions',
    'patchedDependencies',
    'configDependencies',
    'catalog',
    'catalogs',
  ];
  const running = ['onlyBuiltDependencies', 'allowBuilds', 'onlyBuiltDependenciesFile', 'dangerouslyAllowAllBuilds'];
  const checking = [
    'neverBuiltDependencies',
    'ignoredBuiltDependencies',
    'ignoreScripts',
    'strictDepBuilds',
    'verifyStoreIntegrity',
  ];
  const sources = [
    'registry',
    'registries',
    'minimumReleaseAge',
    'minimumReleaseAgeExclude',
    'strictSsl',
    'ignorePnpmfile',
  ];
  const all = (rule: Setting['rule'], names: readonly string[]) =>
    names.flatMap((name) => settingsOf(rule, { prefix: name, table: pnpm[name] }));
  return [
    ...all('dependencies/override', overriding),
    ...all('dependencies/install-script', running),
    ...all('dependencies/setting', [...checking, ...sources]),
  ];
}
