import { nonProxyHosts } from './no-proxy.ts';

type Env = Readonly<Record<string, string | undefined>>;

/** The way to the network; curl and what is built on it read the lower case only, others the upper case. */
export const PROXY_VARIABLES: readonly string[] = ['HTTP_PROXY', 'HTTPS_PROXY', 'ALL_PROXY', 'NO_PROXY'].flatMap(
  (name) => [name, name.toLowerCase()],
);

/** Files and folders with the certificates of authorities that this machine trusts, by the names that Node, OpenSSL, git, curl,
 *  Python and Cargo know. */
export const CERTIFICATE_VARIABLES: readonly string[] = [
  'NODE_EXTRA_CA_CERTS',
  'NPM_CONFIG_CAFILE',
  'npm_config_cafile',
  'SSL_CERT_FILE',
  'SSL_CERT_DIR',
  'GIT_SSL_CAINFO',
  'GIT_SSL_CAPATH',
  'GIT_PROXY_SSL_CAINFO',
  'CURL_CA_BUNDLE',
  'REQUESTS_CA_BUNDLE',
  'PIP_CERT',
  'CARGO_HTTP_CAINFO',
  'DENO_CERT',
  'NIX_SSL_CERT_FILE',
  'AWS_CA_BUNDLE',
];

/** Where tool chains lie that have no place below a home. */
export const TOOLCHAIN_VARIABLES: readonly string[] = ['JAVA_HOME', 'JDK_HOME', 'GOROOT'];

/** Where package managers get their packages from on this machine; an address may contain credentials. */
const REGISTRY_VARIABLES: readonly string[] = [
  ...['npm_config_registry', 'NPM_CONFIG_REGISTRY', 'YARN_NPM_REGISTRY_SERVER', 'COREPACK_NPM_REGISTRY'],
  ...['PIP_INDEX_URL', 'PIP_EXTRA_INDEX_URL', 'PIP_FIND_LINKS', 'UV_DEFAULT_INDEX', 'UV_INDEX', 'UV_FIND_LINKS'],
  ...['PIP_TRUSTED_HOST', 'UV_INDEX_URL', 'UV_EXTRA_INDEX_URL'],
  ...['GOPROXY', 'GOSUMDB', 'GONOSUMDB', 'GOTOOLCHAIN', 'GOPRIVATE', 'GONOPROXY'],
];

/** Language, formats and time zone of this machine. */
export const LOCALE_VARIABLES: readonly string[] = [
  ...['LANG', 'LANGUAGE', 'LC_ALL', 'LC_COLLATE', 'LC_CTYPE', 'LC_MESSAGES', 'LC_MONETARY', 'LC_NUMERIC', 'LC_TIME'],
  'TZ',
];

/** The options of a Java machine that name its trust store and its proxies. */
const JAVA_NETWORK =
  /^-D(?:javax\.net\.ssl\.trustStore(?:Type|Password)?|https?\.proxy(?:Host|Port)|http\.nonProxyHosts)=/;

/** Returns those of the variables that are set. */
export function pickVariables(env: Env, names: readonly string[]): Record<string, string> {
  return Object.fromEntries(names.flatMap((name) => (env[name] ? [[name, env[name]]] : [])));
}

/** Returns where packages come from, as far as the addresses contain no credentials. */
export function registryVariables(env: Env): Record<string, string> {
  return pickVariables(
    env,
    REGISTRY_VARIABLES.filter((name) => !hasCredentials(env[name])),
  );
}

/** Returns what every process of this machine needs to reach the network: proxies, certificates, and Java's options for both. */
export function networkVariables(env: Env): Record<string, string> {
  return { ...pickVariables(env, [...PROXY_VARIABLES, ...CERTIFICATE_VARIABLES]), ...javaNetwork(env) };
}

/** Returns JAVA_TOOL_OPTIONS with the options for trust store and proxies alone; where it names no proxy, with those of the other
 *  variables, which no JVM reads. Nothing when there are none. */
export function javaNetwork(env: Env): Record<string, string> {
  const own = (env.JAVA_TOOL_OPTIONS ?? '').split(/\s+/).filter((option) => JAVA_NETWORK.test(option));
  const namesProxy = own.some((option) => option.includes('.proxyHost='));
  const options = [...own, ...(namesProxy ? [] : javaProxies(env))];
  return options.length === 0 ? {} : { JAVA_TOOL_OPTIONS: options.join(' ') };
}

function javaProxies(env: Env): string[] {
  const pick = (name: string) => env[name] || env[name.toUpperCase()] || '';
  const options = ['http', 'https'].flatMap((scheme) => {
    const address = pick(`${scheme}_proxy`) || pick('all_proxy');
    const url = /^[a-z][a-z0-9+.-]*:\/\//i.test(address) ? address : `http://${address}`;
    if (address === '' || hasCredentials(address) || !URL.canParse(url)) return [];
    const { protocol, hostname, port } = new URL(url);
    if (protocol !== 'http:' && protocol !== 'https:') return [];
    const number = port || (protocol === 'https:' ? '443' : '80');
    return [`-D${scheme}.proxyHost=${hostname}`, `-D${scheme}.proxyPort=${number}`];
  });
  return options.length === 0 ? [] : [...options, `-Dhttp.nonProxyHosts=${nonProxyHosts(pick('no_proxy'))}`];
}

/** Returns the environment with a home for Java, which takes its own from the account and not from HOME. The machine's options stay. */
export function withJavaHome(env: Readonly<Record<string, string>>, home: string): Record<string, string> {
  const option = `-Duser.home=${/\s/.test(home) ? `"${home}"` : home}`;
  return { ...env, JAVA_TOOL_OPTIONS: env.JAVA_TOOL_OPTIONS ? `${env.JAVA_TOOL_OPTIONS} ${option}` : option };
}

/** Returns the user names with passwords, and the passwords, of the machine's proxies, as they stand there and decoded. */
export function proxySecrets(env: Env): string[] {
  const secrets = PROXY_VARIABLES.flatMap((name) => {
    const [, user, password] = /^(?:[a-z][a-z0-9+.-]*:\/\/)?([^/@:]*):([^/]+)@/i.exec(env[name] ?? '') ?? [];
    if (user === undefined || password === undefined) return [];
    return [password, `${user}:${password}`].flatMap((text) => [text, decoded(text)]);
  });
  return [...new Set(secrets)];
}

/** Returns whether a proxy's address contains a user name. */
export function hasCredentials(address: string | undefined): boolean {
  return address?.includes('@') ?? false;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
