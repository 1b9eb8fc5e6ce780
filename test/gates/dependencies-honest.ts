import { npmLock, npmPackage, uvPackage } from './dependency-files.ts';
import type { GateRow } from './row.ts';

const row = (name: string, language: string, change: Pick<GateRow, 'before' | 'after' | 'expect'>): GateRow => ({
  name,
  language,
  ...change,
});
const ADDED = ['dependencies/added'];
const CHANGED = ['dependencies/changed'];
const base = { lodash: npmPackage('lodash', '4.17.21'), ms: npmPackage('ms', '2.1.3') };
const LOCK = npmLock(base);
const UV = uvPackage('attrs', { version: '24.1.0' });

/** What people do every day: it is told at most, and never held against anybody. */
export const HONEST_DEPENDENCIES: readonly GateRow[] = [
  row('a package is added with its lock file', 'javascript', {
    before: { 'package.json': '{"dependencies":{"lodash":"^4.17.21"}}', 'package-lock.json': LOCK },
    after: {
      'package.json': '{"dependencies":{"lodash":"^4.17.21","zod":"^4.0.0"}}',
      'package-lock.json': npmLock({ ...base, zod: npmPackage('zod', '4.0.0') }),
    },
    expect: ADDED,
  }),
  row('a package is raised', 'javascript', {
    before: { 'package-lock.json': LOCK },
    after: { 'package-lock.json': npmLock({ ...base, lodash: npmPackage('lodash', '4.17.22') }) },
    expect: CHANGED,
  }),
  row('a package is removed', 'javascript', {
    before: { 'package-lock.json': LOCK },
    after: { 'package-lock.json': npmLock({ ms: base.ms }) },
    expect: [],
  }),
  row('a script for tests', 'javascript', {
    before: { 'package.json': '{"scripts":{"test":"mocha"}}' },
    after: { 'package.json': '{"scripts":{"test":"mocha","lint":"eslint ."},"version":"1.0.1"}' },
    expect: [],
  }),
  row('a package of a private scope that others come from', 'javascript', {
    before: {
      'package-lock.json': npmLock({
        ...base,
        '@corp/a': {
          ...npmPackage('@corp/a', '1.0.0'),
          resolved: 'https://npm.corp-of-somebody.net/@corp/a/-/a-1.0.0.tgz',
        },
      }),
    },
    after: {
      'package-lock.json': npmLock({
        ...base,
        '@corp/a': {
          ...npmPackage('@corp/a', '1.0.0'),
          resolved: 'https://npm.corp-of-somebody.net/@corp/a/-/a-1.0.0.tgz',
        },
        '@corp/b': {
          ...npmPackage('@corp/b', '2.0.0'),
          resolved: 'https://npm.corp-of-somebody.net/@corp/b/-/b-2.0.0.tgz',
        },
      }),
    },
    expect: ADDED,
  }),
  row('a declared alias deep below', 'javascript', {
    before: { 'package-lock.json': LOCK },
    after: {
      'package-lock.json': npmLock({
        ...base,
        cliui: { ...npmPackage('cliui', '8.0.0'), dependencies: { 'string-width-cjs': 'npm:string-width@^4.2.0' } },
        'string-width-cjs': { ...npmPackage('string-width', '4.2.3'), name: 'string-width' },
      }),
    },
    expect: ADDED,
  }),
  row('a workspace', 'javascript', {
    before: { 'package-lock.json': LOCK },
    after: { 'package-lock.json': npmLock({ ...base, mine: { resolved: 'packages/mine', link: true } }) },
    expect: [],
  }),
  row('hashes of a stronger kind', 'javascript', {
    before: {
      'yarn.lock':
        'ms@^2:\n  version "2.1.3"\n  resolved "https://r.corp-of-somebody.net/ms/-/ms-2.1.3.tgz#574c8138ce1d2b5861f0b44579dbadd60c6615b2"\n',
    },
    after: {
      'yarn.lock':
        'ms@^2:\n  version "2.1.3"\n  resolved "https://r.corp-of-somebody.net/ms/-/ms-2.1.3.tgz#574c8138ce1d2b5861f0b44579dbadd60c6615b2"\n  integrity sha512-bb==\n',
    },
    expect: [],
  }),
  row('a new project with its first lock file', 'javascript', {
    before: {},
    after: { 'package.json': '{"dependencies":{"lodash":"^4.17.21"}}', 'package-lock.json': LOCK },
    expect: ADDED,
  }),
  row('a native package that is raised', 'javascript', {
    before: {
      'package-lock.json': npmLock({ esbuild: { ...npmPackage('esbuild', '0.25.0'), hasInstallScript: true } }),
    },
    after: {
      'package-lock.json': npmLock({ esbuild: { ...npmPackage('esbuild', '0.26.0'), hasInstallScript: true } }),
    },
    expect: CHANGED,
  }),
  row('a lock file that is written anew in another order', 'javascript', {
    before: { 'package-lock.json': LOCK },
    after: { 'package-lock.json': npmLock({ ms: base.ms, lodash: base.lodash }) },
    expect: [],
  }),
  row('a requirement is added', 'python', {
    before: { 'requirements.txt': 'attrs==24.1.0\n' },
    after: { 'requirements.txt': 'attrs==24.1.0\nrich>=13  # colours\n' },
    expect: ADDED,
  }),
  row('comments and order of requirements', 'python', {
    before: { 'requirements.txt': 'Attrs==24.1.0\nrich>=13\n' },
    after: { 'requirements.txt': '# main\nrich>=13\nattrs==24.1.0\n' },
    expect: [],
  }),
  row('a package of uv is raised', 'python', {
    before: { 'uv.lock': UV },
    after: { 'uv.lock': uvPackage('attrs', { version: '24.2.0' }) },
    expect: CHANGED,
  }),
  row('more wheels of one version', 'python', {
    before: { 'uv.lock': UV },
    after: {
      'uv.lock': UV.replace(
        'wheels = [',
        'wheels = [\n    { url = "https://files.corp-of-somebody.net/p/attrs-24.1.0-cp313-linux.whl", hash = "sha256:cc" },',
      ),
    },
    expect: [],
  }),
  row('settings of tools in pyproject.toml', 'python', {
    before: { 'pyproject.toml': '[project]\nname="a"\ndependencies=["attrs"]\n' },
    after: {
      'pyproject.toml': '[project]\nname="a"\nversion="2"\ndependencies=["attrs"]\n[tool.ruff]\nline-length=100\n',
    },
    expect: [],
  }),
  row('a package of Poetry', 'python', {
    before: { 'pyproject.toml': '[tool.poetry.dependencies]\npython="^3.12"\nattrs="^24"\n' },
    after: {
      'pyproject.toml':
        '[tool.poetry.dependencies]\npython="^3.13"\nattrs="^24"\nhttpx={version="^0.27",extras=["http2"]}\n',
    },
    expect: ADDED,
  }),
  row('a module is raised', 'go', {
    before: {
      'go.mod': 'module a\nrequire (\n\tgithub.com/google/uuid v1.5.0 // indirect\n)\n',
      'go.sum': 'github.com/google/uuid v1.5.0 h1:aa=\n',
    },
    after: {
      'go.mod': 'module a\nrequire (\n\tgithub.com/google/uuid v1.6.0\n)\n',
      'go.sum': 'github.com/google/uuid v1.6.0 h1:bb=\ngithub.com/google/uuid v1.6.0/go.mod h1:cc=\n',
    },
    expect: CHANGED,
  }),
  row('go.sum without old lines', 'go', {
    before: { 'go.sum': 'a.org/x v1.0.0 h1:aa=\na.org/x v1.1.0 h1:bb=\n' },
    after: { 'go.sum': 'a.org/x v1.1.0 h1:bb=\n' },
    expect: [],
  }),
  row('a dependency of Maven, by a property', 'java', {
    before: { 'pom.xml': '<project><properties><j>5.9</j></properties><dependencies/></project>' },
    after: {
      'pom.xml': `<project><properties><j>5.9</j></properties><dependencies><dependency><groupId>org.junit</groupId><artifactId>junit</artifactId><version>\${j}</version></dependency></dependencies></project>`,
    },
    expect: ADDED,
  }),
  row('a version of a catalog', 'java', {
    before: {
      'gradle/libs.versions.toml':
        '[versions]\nguava="33.0"\n[libraries]\nguava={module="com.google.guava:guava",version.ref="guava"}\n',
    },
    after: {
      'gradle/libs.versions.toml':
        '[versions]\nguava="33.1"\n[libraries]\nguava={module="com.google.guava:guava",version.ref="guava"}\n',
    },
    expect: CHANGED,
  }),
  row('a task of Gradle', 'kotlin', {
    before: { 'build.gradle.kts': 'plugins { kotlin("jvm") version "2.0.0" }\n' },
    after: {
      'build.gradle.kts':
        'plugins { kotlin("jvm") version "2.0.0" }\ntasks.test { useJUnitPlatform() } // see https://docs.corp-of-somebody.net\n',
    },
    expect: [],
  }),
  row('code that only imports', 'python', { before: {}, after: { 'app.py': 'import requests\n' }, expect: [] }),
];
