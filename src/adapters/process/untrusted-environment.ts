import { delimiter, dirname, isAbsolute, join, sep } from 'node:path';

/** Where toolchains and certificates lie: no secrets, and builds fail without them. */
const PASSED_ON = [
  'JAVA_HOME',
  'JDK_HOME',
  'GOROOT',
  'PYENV_ROOT',
  'RBENV_ROOT',
  'RUSTUP_HOME',
  'DOTNET_ROOT',
  'NODE_EXTRA_CA_CERTS',
  'SSL_CERT_FILE',
  'SSL_CERT_DIR',
] as const;
/** Passed on unless they contain a user name or password. */
const PROXIES = ['HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY', 'http_proxy', 'https_proxy', 'no_proxy'] as const;

export interface UntrustedEnvironment {
  readonly home: string;
  /** What the one process needs beyond the allow-list. */
  readonly extra?: Readonly<Record<string, string>>;
  /** Environment of the worker, from which only PATH, toolchain places and plain proxies are taken. */
  readonly from?: Readonly<Record<string, string | undefined>>;
}

/** Returns the whole environment of an untrusted process: an allow-list, no AWS or GitHub credential, no token. */
export function untrustedEnvironment({
  home,
  extra,
  from = process.env,
}: UntrustedEnvironment): Record<string, string> {
  const proxies = PROXIES.filter((name) => !from[name]?.includes('@'));
  const passed = [...PASSED_ON, ...proxies].flatMap((name) => (from[name] === undefined ? [] : [[name, from[name]]]));
  return {
    ...Object.fromEntries(passed),
    PATH: untrustedPath(from.PATH ?? ''),
    HOME: home,
    TMPDIR: temporaryFolder(home),
    LANG: 'C.UTF-8',
    TERM: 'dumb',
    NO_COLOR: '1',
    CI: 'true',
    npm_config_cache: join(home, '.npm'),
    ...extra,
  };
}

/** Folder for temporary files that belongs to the same run as `home`. */
export function temporaryFolder(home: string): string {
  return join(dirname(home), 'tmp');
}

/** The running Node first, then the worker's own PATH without its packages' commands and without relative folders. */
function untrustedPath(path: string): string {
  const folders = path
    .split(delimiter)
    .filter((folder) => isAbsolute(folder) && !`${folder}${sep}`.includes(`${sep}node_modules${sep}`));
  const standard = ['/usr/local/bin', '/usr/bin', '/bin'];
  return [...new Set([dirname(process.execPath), ...folders, ...standard])].join(delimiter);
}
