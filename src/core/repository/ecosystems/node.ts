import { fields } from '../../json-lines.ts';
import type { Argv } from '../argv.ts';
import { type Ecosystem, type FolderFiles, USUAL_PLACES } from './ecosystem.ts';

/** Files whose text is looked at. */
export const NODE_FILES: readonly string[] = ['package.json'];

interface PackageManager {
  readonly name: string;
  readonly lockFiles: readonly string[];
  /** Installs exactly what the lock file says; null where the worker does not use the manager. */
  readonly install: ((options: { isModernYarn: boolean }) => Argv) | null;
}

const MANAGERS: readonly PackageManager[] = [
  { name: 'npm', lockFiles: ['package-lock.json', 'npm-shrinkwrap.json'], install: () => ['npm', 'ci'] },
  { name: 'pnpm', lockFiles: ['pnpm-lock.yaml'], install: () => ['pnpm', 'install', '--frozen-lockfile'] },
  {
    name: 'yarn',
    lockFiles: ['yarn.lock'],
    install: ({ isModernYarn }) => ['yarn', 'install', isModernYarn ? '--immutable' : '--frozen-lockfile'],
  },
  { name: 'bun', lockFiles: ['bun.lock', 'bun.lockb'], install: null },
];

/** Names of the package managers that are detected by their lock files. */
export const PACKAGE_MANAGERS: readonly string[] = MANAGERS.filter(({ install }) => install !== null).map(
  ({ name }) => name,
);

/** Returns the package manager of a folder with a package.json, null for any other folder. */
export function findNode({ names, texts }: FolderFiles): Ecosystem | null {
  if (!names.has('package.json')) return null;
  const bare = {
    id: 'npm',
    detectedBy: ['package.json'],
    install: [],
    test: null,
    coverage: null,
    reports: USUAL_PLACES,
    problem: null,
  };
  const manifest = readManifest(texts['package.json'] ?? '');
  if (manifest === null) return { ...bare, name: 'package.json', problem: 'package.json is not valid JSON' };
  const locks = MANAGERS.flatMap(({ lockFiles }) => lockFiles.filter((file) => names.has(file)));
  const lockNames = locks.join(', ');
  const [locked, ...others] = MANAGERS.filter(({ lockFiles }) => lockFiles.some((file) => names.has(file)));
  if (others.length > 0)
    return { ...bare, name: `package.json (${lockNames})`, problem: `it has ${lockNames} side by side` };
  const manager = locked?.name ?? 'npm';
  const id = manager;
  const detectedBy = ['package.json', ...locks];
  const name = `${manager} (${lockNames || 'package.json'})`;
  if (locked?.install === null) return { ...bare, id, detectedBy, name, problem: `${manager} is not supported` };
  const isModernYarn = names.has('.yarnrc.yml') || manifest.isModernYarn;
  const coverage = ['test:coverage', 'coverage'].find((script) => isRealTest(manifest.scripts[script]));
  return {
    ...bare,
    id,
    detectedBy,
    name,
    install: locked === undefined ? [] : [locked.install({ isModernYarn })],
    test: isRealTest(manifest.scripts.test) ? [manager, 'test'] : null,
    coverage: coverage === undefined ? null : [manager, 'run', coverage],
    problem:
      locked === undefined && manifest.hasDependencies
        ? 'package.json names dependencies, but there is no lock file'
        : null,
  };
}

function isRealTest(script: unknown): boolean {
  return typeof script === 'string' && script.trim() !== '' && !/no test specified/i.test(script);
}

/** Null when the text is not JSON, or null. */
function readManifest(text: string) {
  const value = parseJson(text);
  if (value === null) return null;
  const { scripts, packageManager, ...others } = fields(value);
  const groups = [others.dependencies, others.devDependencies, others.optionalDependencies];
  return {
    scripts: fields(scripts),
    hasDependencies: groups.some((group) => Object.keys(fields(group)).length > 0),
    isModernYarn: /^yarn@(?:[2-9]|\d\d)/.test(String(packageManager)),
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\ufeff/, ''));
  } catch {
    return null;
  }
}
