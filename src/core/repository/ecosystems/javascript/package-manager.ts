import type { Argv } from '../../argv.ts';
import type { Folder } from '../../file-tree.ts';
import type { Manifest } from './manifest.ts';

export type ManagerName = 'npm' | 'pnpm' | 'yarn' | 'bun';

/** The package manager of a folder. */
export interface PackageManager {
  readonly name: ManagerName;
  /** What shows it, for people. */
  readonly shownBy: string;
  readonly files: readonly string[];
  readonly lockFile: string | null;
  /** What is asked for, null: any. */
  readonly version: string | null;
  readonly isClassicYarn: boolean;
  /** Starts the manager. */
  readonly start: Argv;
}

const LOCK_FILES: Readonly<Record<string, ManagerName>> = {
  'package-lock.json': 'npm',
  'npm-shrinkwrap.json': 'npm',
  'pnpm-lock.yaml': 'pnpm',
  'yarn.lock': 'yarn',
  'bun.lock': 'bun',
  'bun.lockb': 'bun',
};

/** Names of lock files whose first lines tell the version of their manager. */
export const LOCK_STARTS: readonly string[] = ['yarn.lock', 'pnpm-lock.yaml'];

/** Files beside a package.json that only one manager has. */
const OWN_FILES: Readonly<Record<string, ManagerName>> = {
  'pnpm-workspace.yaml': 'pnpm',
  '.pnpmfile.cjs': 'pnpm',
  '.yarnrc.yml': 'yarn',
  '.yarnrc': 'yarn',
  'bunfig.toml': 'bun',
};

/** Newest versions that know the format of a lock file and run on every Node that is kept up. */
const CLASSIC_YARN = '1.22.22';
const PNPM_OF_LOCK: Readonly<Record<string, string>> = { '5.3': '6', '5.4': '7', '6.0': '8', '6.1': '8' };
const PNPM = '10';
const YARN_OF_LOCK: Readonly<Record<string, string>> = { '4': '2', '5': '3', '6': '3', '7': '4' };
const YARN = '4';
const BUN = '1';

/** Returns the package manager: packageManager or devEngines decide, then the lock file, then what else only one of them has;
 *  npm where nothing is said. Several lock files with nothing that decides are a problem, and the first of them a guess. */
export function choosePackageManager(
  folder: Folder,
  manifest: Manifest,
): PackageManager | { problem: string; guess: PackageManager } {
  const locks = Object.keys(LOCK_FILES).filter((file) => folder.has(file));
  const said = manifest.packageManager;
  if (said !== null && isManager(said.name)) {
    const shownBy = `${said.by} in package.json`;
    return describe(folder, { name: said.name, shownBy, locks, manifest });
  }
  const names = new Set(locks.flatMap((file) => LOCK_FILES[file] ?? []));
  const hints = hintsOf(folder, manifest).filter((name) => names.size === 0 || names.has(name));
  const [name = 'npm', ...others] = names.size === 1 || hints.length !== 1 ? names : hints;
  if (others.length > 0)
    return {
      problem: `it has ${locks.join(', ')} side by side, and "packageManager" in package.json does not say which counts`,
      guess: describe(folder, { name, shownBy: '', locks, manifest }),
    };
  const chosen = names.size === 0 && hints.length === 1 ? (hints[0] ?? name) : name;
  return describe(folder, { name: chosen, shownBy: '', locks, manifest });
}

function describe(
  folder: Folder,
  { name, shownBy, locks, manifest }: { name: ManagerName; shownBy: string; locks: string[]; manifest: Manifest },
): PackageManager {
  const lockFile = locks.find((file) => LOCK_FILES[file] === name) ?? null;
  const said = manifest.packageManager;
  const exact = (said?.name === name ? said.version : null) ?? manifest.volta[name] ?? null;
  const version = exact ?? versionOfLock(folder, name);
  const isClassicYarn = name === 'yarn' && /^[~^=v]*1(?:\D|$)/.test(version ?? '');
  return {
    ...{ name, lockFile, version: exact ?? manifest.engines[name] ?? null, isClassicYarn },
    shownBy: shownBy || lockFile || 'package.json',
    files: ['package.json', ...(lockFile === null ? [] : [lockFile])],
    start: startOf(folder, { name, version, isClassicYarn }),
  };
}

/** A manager other than npm is had in the wanted version by npx, which every Node brings. */
function startOf(
  folder: Folder,
  { name, version, isClassicYarn }: { name: ManagerName; version: string | null; isClassicYarn: boolean },
): Argv {
  if (name === 'npm') return ['npm'];
  if (name === 'pnpm' || name === 'bun') return ['npx', '--yes', `${name}@${version ?? BUN}`];
  const [, committed] = /^yarnPath:\s*["']?([^\s"']+)/m.exec(folder.text('.yarnrc.yml')) ?? [];
  if (committed !== undefined && folder.has(committed)) return ['node', committed];
  if (isClassicYarn) return ['npx', '--yes', `yarn@${isExact(version) ? version : CLASSIC_YARN}`];
  return ['npx', '--yes', '--package', `@yarnpkg/cli-dist@${version ?? YARN}`, 'yarn'];
}

function isExact(version: string | null): version is string {
  return /^\d+\.\d+\.\d+/.test(version ?? '');
}

function versionOfLock(folder: Folder, name: ManagerName): string | null {
  if (name === 'pnpm') {
    const [, format = ''] = /^lockfileVersion:\s*'?([\d.]+)/m.exec(folder.text('pnpm-lock.yaml')) ?? [];
    return PNPM_OF_LOCK[format] ?? PNPM;
  }
  if (name !== 'yarn') return null;
  const [, format] = /^__metadata:\s*\n\s+version:\s*(\d+)/m.exec(folder.text('yarn.lock')) ?? [];
  if (format !== undefined) return YARN_OF_LOCK[format] ?? YARN;
  return folder.has('.yarnrc.yml') && !folder.text('yarn.lock').includes('lockfile v1') ? YARN : CLASSIC_YARN;
}

function hintsOf(folder: Folder, manifest: Manifest): ManagerName[] {
  const own = Object.entries(OWN_FILES).flatMap(([file, name]) => (folder.has(file) ? [name] : []));
  const asked = [...Object.keys(manifest.engines), ...Object.keys(manifest.volta)].filter(isManager);
  const hints = new Set(own.length > 0 ? own : asked.filter((name) => name !== 'npm'));
  return [...hints];
}

function isManager(name: string): name is ManagerName {
  return Object.values(LOCK_FILES).some((known) => known === name);
}

/** Returns the command that installs what the lock file says, or what package.json says where there is no lock file. */
export function installWith({ start, name, lockFile, isClassicYarn }: PackageManager): Argv {
  const isLocked = lockFile !== null;
  if (name === 'npm') return isLocked ? ['npm', 'ci'] : ['npm', 'install', '--no-package-lock'];
  if (name === 'yarn' && isClassicYarn) return [...start, 'install', isLocked ? '--frozen-lockfile' : '--no-lockfile'];
  if (name === 'yarn') return [...start, 'install', isLocked ? '--immutable' : '--no-immutable'];
  if (name === 'bun') return [...start, 'install', ...(isLocked ? ['--frozen-lockfile'] : ['--no-save'])];
  return [...start, 'install', isLocked ? '--frozen-lockfile' : '--no-frozen-lockfile'];
}

/** Returns the command that runs a script of package.json, with arguments for it. */
export function runScript({ start, name }: PackageManager, ...[script, ...args]: Argv): Argv {
  // "pnpm test" takes options for its own, "bun test" is another command.
  const isShort = script === 'test' && name !== 'bun' && (name !== 'pnpm' || args.length === 0);
  const run: Argv = isShort ? [...start, 'test'] : [...start, 'run', script];
  return args.length === 0 ? run : [...run, ...(name === 'npm' ? ['--'] : []), ...args];
}

/** Returns the command that starts a program of the installed packages. */
export function runProgram({ start, name, isClassicYarn }: PackageManager, [program, ...args]: Argv): Argv {
  if (program === 'node') return ['node', ...args];
  if (name === 'npm') return ['npx', program, ...args];
  if (name === 'pnpm') return [...start, 'exec', program, ...args];
  if (name === 'bun') return [...start, 'x', program, ...args];
  return [...start, ...(isClassicYarn ? ['--silent'] : []), 'run', program, ...args];
}
