import type { FileFacts } from './facts.ts';
import { readGoMod, readGoSum } from './go/go-files.ts';
import { readNpmLock } from './javascript/npm-lock.ts';
import { readPackageJson } from './javascript/package-json.ts';
import { readPnpmLock } from './javascript/pnpm-lock.ts';
import { readNpmrc, readPnpmWorkspace, readYarnrc } from './javascript/settings.ts';
import { readYarnLock } from './javascript/yarn-lock.ts';
import { readBuildProperties, readCatalog, readGradle, readGradleLock } from './jvm/gradle.ts';
import { readPom } from './jvm/pom.ts';
import { readVerification } from './jvm/verification.ts';
import { readPipfile, readPipfileLock, readTomlLock } from './python/locks.ts';
import { readPyproject } from './python/pyproject.ts';
import { readRequirementsTxt } from './python/requirements-txt.ts';
import { readPipConf, readPoetryToml, readSetupCfg, readUvToml } from './python/settings.ts';

export type Ecosystem = 'javascript' | 'python' | 'go' | 'jvm';

type Read = (content: string) => FileFacts;

/** By the end of the path; the first that matches counts. */
const READERS: ReadonlyArray<readonly [ecosystem: Ecosystem, name: RegExp, read: Read]> = [
  ['javascript', /^package\.json$/, readPackageJson],
  ['javascript', /^(?:package-lock|npm-shrinkwrap)\.json$/, readNpmLock],
  ['javascript', /^yarn\.lock$/, readYarnLock],
  ['javascript', /^pnpm-lock\.ya?ml$/, readPnpmLock],
  ['javascript', /^pnpm-workspace\.ya?ml$/, readPnpmWorkspace],
  ['javascript', /^\.npmrc$/, readNpmrc],
  ['javascript', /^\.yarnrc\.ya?ml$/, readYarnrc],
  ['python', /^pyproject\.toml$/, readPyproject],
  ['python', /^(?:uv|poetry|pdm|pylock[\w.-]*)\.(?:lock|toml)$/, (content) => readPythonToml(content)],
  ['python', /^Pipfile$/, readPipfile],
  ['python', /^Pipfile\.lock$/, readPipfileLock],
  ['python', /^(?:[\w.-]*requirements?[\w.-]*|[\w.-]*constraints?[\w.-]*)\.(?:txt|in|pip)$/i, readRequirementsTxt],
  ['python', /^pip\.(?:conf|ini)$/, readPipConf],
  ['python', /^setup\.cfg$/, readSetupCfg],
  ['go', /^go\.(?:mod|work)$/, readGoMod],
  ['go', /^go(?:\.work)?\.sum$/, readGoSum],
  ['jvm', /^(?:pom|extensions)\.xml$|\.pom$/, readPom],
  ['jvm', /\.gradle(?:\.kts)?$/, readGradle],
  ['jvm', /\.versions\.toml$/, readCatalog],
  ['jvm', /^(?:buildscript-)?gradle\.lockfile$/, readGradleLock],
  ['jvm', /^verification-metadata\.xml$/, readVerification],
  ['jvm', /^(?:gradle|gradle-wrapper|maven-wrapper)\.properties$/, readBuildProperties],
];

/** Folders of requirements of pip, whose files may have any name. */
const REQUIREMENTS_FOLDER = /(?:^|\/)requirements?\/[^/]+\.(?:txt|in|pip)$/i;
/** Settings and a lock share their ending. */
const readPythonToml: Read = (content) =>
  /^\[\[package\]\]/m.test(content) ? readTomlLock(content) : readPythonSettings(content);
const readPythonSettings: Read = (content) => {
  const [uv, poetry] = [readUvToml(content), readPoetryToml(content)];
  return { ...uv, settings: [...uv.settings, ...poetry.settings] };
};

/** Lock files that the worker does not read. */
const UNREAD =
  /^(?:bun\.lockb?|deno\.lock|Cargo\.lock|Gemfile\.lock|composer\.lock|packages\.lock\.json|mix\.lock|pubspec\.lock|Podfile\.lock|conda-lock\.yml)$/;
/** What package managers and build tools run, or build from, by themselves. */
const PROGRAM =
  /(?:^|\/)(?:setup\.py|binding\.gyp|\.pnpmfile\.[cm]?js|gradlew(?:\.bat)?|mvnw(?:\.cmd)?|gradle-wrapper\.jar|maven-wrapper\.jar|\.mvn\/(?:jvm|maven)\.config)$|(?:^|\/)\.yarn\/(?:plugins|releases|sdks)\/|(?:^|\/)buildSrc\//;
/** Built packages. */
const PACKAGE_FILE = /\.(?:jar|aar|war|whl|egg|tgz|nupkg|gem)$/i;

export type FileRole =
  | { readonly kind: 'facts'; readonly ecosystem: Ecosystem; readonly read: Read }
  | { readonly kind: 'unread' | 'program' | 'package' };

/** Returns what a file means for dependencies; null for nothing. What lies in node_modules or vendor folders is nobody's wish. */
export function roleOf(path: string): FileRole | null {
  if (/(?:^|\/)node_modules\//.test(path)) return null;
  const name = path.slice(path.lastIndexOf('/') + 1);
  if (PROGRAM.test(path)) return { kind: 'program' };
  if (PACKAGE_FILE.test(name)) return { kind: 'package' };
  if (UNREAD.test(name)) return { kind: 'unread' };
  if (REQUIREMENTS_FOLDER.test(path)) return { kind: 'facts', ecosystem: 'python', read: readRequirementsTxt };
  const found = READERS.find(([, pattern]) => pattern.test(name));
  return found === undefined ? null : { kind: 'facts', ecosystem: found[0], read: found[2] };
}

/** Whether a file of this path may pin what is installed, so that it names hosts. */
export function isLockPath(path: string): boolean {
  return /(?:^|\/)(?:package-lock\.json|npm-shrinkwrap\.json|yarn\.lock|pnpm-lock\.ya?ml|uv\.lock|poetry\.lock|pdm\.lock)$/.test(
    path,
  );
}

/** Lines that set a variable of a package manager, in whatever file, as a POSIX extended regular expression. */
export const VARIABLES = [
  '(GOPROXY|GOFLAGS|GONOSUMDB|GONOSUMCHECK|GOSUMDB|GOINSECURE|GOPRIVATE|GONOPROXY|PIP_INDEX_URL|PIP_EXTRA_INDEX_URL|PIP_TRUSTED_HOST',
  '|PIP_FIND_LINKS|PIP_NO_INDEX|UV_INDEX|UV_INDEX_URL|UV_DEFAULT_INDEX|UV_EXTRA_INDEX_URL|UV_INSECURE_HOST|PIPENV_PYPI_MIRROR',
  '|NPM_CONFIG_[A-Z_]+|npm_config_[a-z_]+|YARN_NPM_REGISTRY_SERVER|YARN_REGISTRY|COREPACK_NPM_REGISTRY|NODE_TLS_REJECT_UNAUTHORIZED',
  ')["\']?[[:space:]]*(=|:|,|[?+]=|[[:space:]][^[:space:]])',
].join('');
