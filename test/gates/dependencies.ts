import { findDependencyChanges } from '../../src/core/gates/dependencies/gate.ts';
import { HONEST_DEPENDENCIES } from './dependencies-honest.ts';
import { DEPENDENCY_CHEATS_OTHERS } from './dependencies-others.ts';
import { npmLock, npmPackage } from './dependency-files.ts';
import { filesAfter, type GateRow } from './row.ts';

const js = (name: string, row: Pick<GateRow, 'before' | 'after' | 'expect'>): GateRow => ({
  name,
  language: 'javascript',
  ...row,
});
const lodash = npmPackage('lodash', '4.17.21');
const PACKAGE = '{"dependencies":{"lodash":"^4.17.21"}}';
const LOCK = npmLock({ lodash, ms: npmPackage('ms', '2.1.3'), debug: npmPackage('debug', '4.4.0') });
const lockWith = (more: Record<string, object>) =>
  npmLock({ lodash, ms: npmPackage('ms', '2.1.3'), debug: npmPackage('debug', '4.4.0'), ...more });

const YARN = `# yarn lockfile v1


lodash@^4.17.21:
  version "4.17.21"
  resolved "https://registry.corp-of-somebody.net/lodash/-/lodash-4.17.21.tgz#679591c564c3bffaae8454cf0b3df370c3d6911c"
  integrity sha512-v2kDEe57lecTulaDIuNTPy3Ry4gLGJ6Z1O3vE1krgXZNrsQ+LFTGHVxVjcXPs17LhbZVGedAJv8XZ1tvj5FvSg==

ms@^2.1.3:
  version "2.1.3"
  resolved "https://registry.corp-of-somebody.net/ms/-/ms-2.1.3.tgz#574c8138ce1d2b5861f0b44579dbadd60c6615b2"
  integrity sha512-6FlzubTLZG3J2a/NVCAleEhjzq5oxgHyaCU9yYXvcLsvoVaHJq/s5xXI6/XXP6tz7R9xAOtHnSO/tXtF3WRTlA==
`;
const PNPM = `lockfileVersion: '9.0'
packages:
  lodash@4.17.21:
    resolution: {integrity: sha512-aaaa==}
  ms@2.1.3:
    resolution: {integrity: sha512-bbbb==}
`;

/** Ways to bring a package, or where it comes from, past a reviewer. */
export const DEPENDENCY_CHEATS: readonly GateRow[] = [
  js('one entry of the lock file comes from another host', {
    before: { 'package-lock.json': LOCK },
    after: {
      'package-lock.json': lockWith({
        lodash: { ...lodash, resolved: 'https://cdn.elsewhere.net/lodash/-/lodash-4.17.21.tgz' },
      }),
    },
    expect: ['dependencies/source'],
  }),
  js('the address names another package', {
    before: { 'package-lock.json': LOCK },
    after: {
      'package-lock.json': lockWith({
        lodash: { ...lodash, resolved: 'https://registry.corp-of-somebody.net/1odash/-/1odash-4.17.21.tgz' },
      }),
    },
    expect: ['dependencies/other-package'],
  }),
  js('the address names another version', {
    before: { 'package-lock.json': LOCK },
    after: {
      'package-lock.json': lockWith({
        lodash: { ...lodash, resolved: 'https://registry.corp-of-somebody.net/lodash/-/lodash-3.0.0.tgz' },
      }),
    },
    expect: ['dependencies/other-package'],
  }),
  js('the hash changes, and the version stays', {
    before: { 'package-lock.json': LOCK },
    after: { 'package-lock.json': lockWith({ lodash: { ...lodash, integrity: 'sha512-AAAA==' } }) },
    expect: ['dependencies/integrity'],
  }),
  js('a hash is removed', {
    before: { 'package-lock.json': LOCK },
    after: { 'package-lock.json': lockWith({ lodash: { ...lodash, integrity: undefined } }) },
    expect: ['dependencies/integrity'],
  }),
  js('a new package without a hash among packages that have one', {
    before: { 'package-lock.json': LOCK },
    after: { 'package-lock.json': lockWith({ evil: { ...npmPackage('evil', '1.0.0'), integrity: undefined } }) },
    expect: ['dependencies/added', 'dependencies/integrity'],
  }),
  js('plain http', {
    before: { 'package-lock.json': LOCK },
    after: {
      'package-lock.json': lockWith({
        lodash: { ...lodash, resolved: 'http://registry.corp-of-somebody.net/lodash/-/lodash-4.17.21.tgz' },
      }),
    },
    expect: ['dependencies/source'],
  }),
  js('a package that runs a script', {
    before: { 'package-lock.json': LOCK },
    after: { 'package-lock.json': lockWith({ evil: { ...npmPackage('evil', '1.0.0'), hasInstallScript: true } }) },
    expect: ['dependencies/added', 'dependencies/install-script'],
  }),
  js('an alias that only the lock file knows', {
    before: { 'package-lock.json': LOCK },
    after: {
      'package-lock.json': lockWith({
        lodash: { ...npmPackage('evil', '4.17.21'), name: 'evil', integrity: lodash.integrity },
      }),
    },
    expect: ['dependencies/other-package'],
  }),
  js('one address in a lock file that leaves addresses out', {
    before: {
      'package-lock.json': npmLock({
        a: { version: '1.0.0', integrity: 'sha512-a' },
        b: { version: '1.0.0', integrity: 'sha512-b' },
      }),
    },
    after: {
      'package-lock.json': npmLock({
        a: { version: '1.0.0', integrity: 'sha512-a', resolved: 'https://cdn.elsewhere.net/a/-/a-1.0.0.tgz' },
        b: { version: '1.0.0', integrity: 'sha512-b' },
      }),
    },
    expect: ['dependencies/source'],
  }),
  js('a git repository in package.json', {
    before: { 'package.json': PACKAGE },
    after: { 'package.json': '{"dependencies":{"lodash":"evil/lodash#main"}}' },
    expect: ['dependencies/changed', 'dependencies/source'],
  }),
  js('a tarball', {
    before: { 'package.json': PACKAGE },
    after: { 'package.json': '{"dependencies":{"lodash":"^4.17.21","x":"https://cdn.elsewhere.net/x.tgz"}}' },
    expect: ['dependencies/added', 'dependencies/source'],
  }),
  js('an alias in package.json', {
    before: { 'package.json': PACKAGE },
    after: { 'package.json': '{"dependencies":{"lodash":"npm:evil@4.17.21"}}' },
    expect: ['dependencies/changed', 'dependencies/other-package'],
  }),
  js('a script that runs at install', {
    before: { 'package.json': '{"scripts":{"test":"mocha"}}' },
    after: { 'package.json': '{"scripts":{"test":"mocha","postinstall":"node x.js"}}' },
    expect: ['dependencies/install-script'],
  }),
  js('an override', {
    before: { 'package.json': PACKAGE },
    after: { 'package.json': '{"dependencies":{"lodash":"^4.17.21"},"overrides":{"ms":"0.0.1"}}' },
    expect: ['dependencies/override'],
  }),
  js('a resolution of Yarn', {
    before: { 'package.json': PACKAGE },
    after: { 'package.json': '{"dependencies":{"lodash":"^4.17.21"},"resolutions":{"**/ms":"evil/ms"}}' },
    expect: ['dependencies/override'],
  }),
  js('pnpm may build a package', {
    before: { 'pnpm-workspace.yaml': 'packages: ["a"]\n' },
    after: { 'pnpm-workspace.yaml': 'packages: ["a"]\nonlyBuiltDependencies: [evil]\n' },
    expect: ['dependencies/install-script'],
  }),
  js('another registry in .npmrc', {
    before: {},
    after: { '.npmrc': 'registry=https://cdn.elsewhere.net/\n' },
    expect: ['dependencies/setting'],
  }),
  js('scripts are switched on again', {
    before: { '.npmrc': 'ignore-scripts=true\n' },
    after: { '.npmrc': '\n' },
    expect: ['dependencies/setting'],
  }),
  js('a file that pnpm runs', {
    before: {},
    after: { '.pnpmfile.cjs': 'module.exports = {}' },
    expect: ['dependencies/install-script'],
  }),
  js('another release of Yarn', {
    before: {},
    after: { '.yarn/releases/yarn-4.cjs': 'x' },
    expect: ['dependencies/install-script'],
  }),
  js('a lock file is removed', {
    before: { 'package-lock.json': LOCK },
    after: { 'package-lock.json': null },
    expect: ['dependencies/integrity'],
  }),
  js('a lock file that nobody can read', {
    before: { 'package-lock.json': LOCK },
    after: { 'package-lock.json': `${LOCK.slice(0, -9)}<<<<<<< HEAD` },
    expect: ['dependencies/unreadable'],
  }),
  js('yarn.lock: another host', {
    before: { 'yarn.lock': YARN },
    after: { 'yarn.lock': YARN.replace('https://registry.corp-of-somebody.net/ms', 'https://cdn.elsewhere.net/ms') },
    expect: ['dependencies/source'],
  }),
  js('yarn.lock: another package behind the name', {
    before: { 'yarn.lock': YARN },
    after: { 'yarn.lock': YARN.replace('net/ms/-/ms-2.1.3', 'net/mss/-/mss-2.1.3') },
    expect: ['dependencies/other-package'],
  }),
  js('Yarn 4: an archive of another host', {
    before: {
      'yarn.lock':
        '__metadata:\n  version: 8\n"ms@npm:^2":\n  version: 2.1.3\n  resolution: "ms@npm:2.1.3"\n  checksum: 10/aa\n',
    },
    after: {
      'yarn.lock':
        '__metadata:\n  version: 8\n"ms@npm:^2":\n  version: 2.1.3\n  resolution: "ms@npm:2.1.3::__archiveUrl=https%3A%2F%2Fcdn.elsewhere.net%2Fms.tgz"\n  checksum: 10/aa\n',
    },
    expect: ['dependencies/source'],
  }),
  js('pnpm-lock.yaml: a tarball of another host', {
    before: { 'pnpm-lock.yaml': PNPM },
    after: {
      'pnpm-lock.yaml': PNPM.replace(
        '{integrity: sha512-bbbb==}',
        '{integrity: sha512-bbbb==, tarball: https://cdn.elsewhere.net/ms/-/ms-2.1.3.tgz}',
      ),
    },
    expect: ['dependencies/source'],
  }),
  js('pnpm-lock.yaml: a git repository', {
    before: { 'pnpm-lock.yaml': PNPM },
    after: {
      'pnpm-lock.yaml': PNPM.replace(
        '{integrity: sha512-bbbb==}',
        '{type: git, repo: https://git.elsewhere.net/ms.git, commit: abc}',
      ),
    },
    expect: ['dependencies/source'],
  }),
  ...DEPENDENCY_CHEATS_OTHERS,
];

export const DEPENDENCY_HONEST: readonly GateRow[] = HONEST_DEPENDENCIES;

/** Returns the rules of what is found in a change. */
export function judgeDependencyRow(row: GateRow): string[] {
  const after = filesAfter(row);
  const files = Object.keys(row.after).map((path) => ({
    path,
    before: row.before[path] ?? null,
    after: after.get(path) ?? null,
  }));
  const findings = findDependencyChanges({ files, others: [], variables: [] });
  return [...new Set(findings.map(({ rule }) => rule))].sort();
}
