import type { Advice, FailedCommand, Sign } from './sign.ts';

const REACHABLE =
  'Let the machine reach the registry (proxy, DNS, VPC: HTTPS_PROXY, NO_PROXY and NODE_EXTRA_CA_CERTS are passed on to the commands)';
const TRUST =
  'Let the machine trust the certificate: install it among those of the system, and name it in NODE_EXTRA_CA_CERTS, PIP_CERT or SSL_CERT_FILE of the worker; all are passed on to the commands.';

/** Somebody has to do something. */
const LASTING = { isOfMachine: true, actsNext: 'operator' } as const;
/** May be over by itself. What tests could say of connections of their own is read so of an install alone. */
const PASSING = { isOfMachine: true, isPassing: true } as const;

/** Network and registries, as their clients tell it. What tests say of connections of their own comes last, and is final. */
export const NETWORK_SIGNS: readonly Sign[] = [
  {
    id: 'certificate',
    pattern:
      /\b(SELF_SIGNED_CERT_IN_CHAIN|DEPTH_ZERO_SELF_SIGNED_CERT|UNABLE_TO_VERIFY_LEAF_SIGNATURE|UNABLE_TO_GET_ISSUER_CERT(?:_LOCALLY)?|CERTIFICATE_VERIFY_FAILED)\b|x509: certificate signed by unknown authority|PKIX path building failed|invalid peer certificate/,
    of: ['install'],
    ...LASTING,
    advise: ([said]) => ({ says: `Its output says that a certificate is not trusted (${said}).`, remedy: TRUST }),
  },
  {
    id: 'certificate',
    pattern:
      /(?:Could not (?:transfer artifact|GET|HEAD)\b|: reading https?:|Get "https?:).{0,800}(PKIX path building failed|certificate signed by unknown authority)/,
    ...LASTING,
    advise: ([, said]) => ({ says: `Its output says that a certificate is not trusted (${said}).`, remedy: TRUST }),
  },
  {
    id: 'proxy-authentication',
    pattern:
      /\b407\b.{0,20}Proxy Authentication Required|Proxy Authentication Required|(?:npm error|npm ERR!) code E407/i,
    ...LASTING,
    advise: () => ({
      says: 'Its output says that the proxy asks for a name and password (407).',
      remedy: 'Put valid credentials of the proxy into HTTPS_PROXY of the worker.',
    }),
  },
  {
    id: 'registry-refused',
    pattern:
      /(?:npm error|npm ERR!) code (E401|E403)\b|ERR_PNPM_FETCH_(401|403)\b|terminal prompts disabled|could not read Username for|status code: (401|403)\b|\b(401|403) (?:Client )?Error\b|HTTP status client error \((401|403)\b/,
    of: ['install'],
    ...LASTING,
    advise: adviseRights,
  },
  {
    id: 'registry-refused',
    pattern:
      /Could not (?:transfer artifact|GET|HEAD|get|head)\b.{0,800}\b(?:status code:? (401|403)|(401|403) (?:Unauthorized|Forbidden))|: reading https?:\S{1,300}: (401|403)\b/,
    ...LASTING,
    advise: adviseRights,
  },
  {
    id: 'registry-down',
    pattern: anyOf(
      /(?:npm error|npm ERR!) (?:code )?E?(429|5\d\d)\b/,
      /ERR_PNPM_FETCH_(429|5\d\d)\b/,
      /\bYN0035\b.{0,300}\b(429|5\d\d)\b/,
      /Could not (?:transfer artifact|GET|HEAD)\b.{0,800}\b(?:status code:? (429|5\d\d)|(429|5\d\d) [A-Z])/,
      /(?:^|: )reading https?:\S{1,300}: (429|5\d\d)\b/,
      /fatal: unable to access '.{0,300}The requested URL returned error: (429|5\d\d)/,
    ),
    ...PASSING,
    actsNext: 'nobody',
    advise: adviseRegistry,
  },
  {
    id: 'registry-down',
    pattern: anyOf(
      /\b(429|50[0-4]) (?:Server Error|Too Many Requests|Service Unavailable|Bad Gateway|Gateway Time-?out)/i,
      /status code: (429|5\d\d)\b|HTTP error (429|5\d\d) while |HTTP status \w+ error \((429|5\d\d)\b|RPC failed; HTTP (429|5\d\d)\b/,
    ),
    of: ['install'],
    ...PASSING,
    actsNext: 'nobody',
    advise: adviseRegistry,
  },
  {
    id: 'network',
    pattern: anyOf(
      /(?:npm error|npm ERR!|error Error:|error An unexpected error occurred:|YN0001:|ERR_PNPM_META_FETCH_FAIL).{0,300}\b(ENOTFOUND|EAI_AGAIN|ETIMEDOUT|ETIMEOUT|ESOCKETTIMEDOUT|ECONNRESET|ECONNREFUSED|EHOSTUNREACH|ENETUNREACH|ERR_SOCKET_TIMEOUT|FETCH_ERROR)\b/,
      /There appears to be trouble with your network connection|ERR_PNPM_META_FETCH_FAIL|\bYN0001\b.{0,20}RequestError: Timeout/,
      /Retrying \(Retry\(total=0\b.{0,200}connection broken by '(\w{1,40})/,
      /Max retries exceeded with url: \/(?:simple|pypi|packages)\//,
      /All attempts to connect to \S+ failed/,
      /Could not (?:transfer artifact|GET|HEAD)\b.{0,800}(Unknown host|UnknownHostException|Connect to|Connection (?:reset|refused|timed out|closed)|[Tt]imed out|No route to host|Network is unreachable|Temporary failure in name resolution|Name or service not known|No such host)/,
      /Could not (?:GET|HEAD) 'https?:[^']{1,500}'\.$/,
      /Downloading https?:\/\/\S+gradle-\S+\.zip.{0,40}(?:failed|timeout)|java\.net\.(UnknownHostException|ConnectException|SocketTimeoutException): (?:services\.gradle|repo|plugins\.gradle)/,
      /(?:^go: |@v\d[^:\s]{0,80}: ).{0,400}(no such host|connection refused|i\/o timeout|connection reset|network is unreachable|server misbehaving|TLS handshake timeout|context deadline exceeded|\bEOF$)/,
      /fatal: unable to access '.{0,300}': (?:Could not resolve host|Failed to connect|Recv failure)|RPC failed; curl/,
    ),
    ...PASSING,
    actsNext: 'operator',
    advise: adviseNetwork,
  },
  {
    id: 'network',
    pattern: anyOf(
      /(?:Get "https?:\/\/|proxyconnect|dial tcp).{0,300}(no such host|connection refused|i\/o timeout|connection reset|network is unreachable|server misbehaving)/,
      /^\s*(?:cause|Caused by): .{0,200}(dns error|tcp connect error|operation timed out|error sending request for url|[Cc]onnection re(?:set|fused))/,
      /failed to download from .https?:/,
      /Could not resolve host: \S/,
    ),
    of: ['install'],
    ...PASSING,
    actsNext: 'operator',
    advise: adviseNetwork,
  },
  {
    id: 'network-of-tests',
    pattern:
      /\b(ENOTFOUND|EAI_AGAIN|ENETUNREACH)\b|Temporary failure in name resolution|Name or service not known|java\.net\.UnknownHostException|dial tcp: lookup \S+.{0,80}no such host|(?:MaxRetryError|NameResolutionError|NewConnectionError)\b/,
    of: ['test', 'coverage'],
    ...{ isOfMachine: true, actsNext: 'repository-owner' },
    advise: ([said]): Advice => ({
      says: `Its output names an address that could not be reached (${said}).`,
      remedy:
        'Let the tests work without a network, leave those that need one out of the test command, or let the machine reach what they need.',
    }),
  },
];

function anyOf(...patterns: readonly RegExp[]): RegExp {
  return new RegExp(patterns.map(({ source }) => source).join('|'));
}

function adviseRegistry([, ...codes]: RegExpMatchArray, failed: FailedCommand): Advice {
  return {
    says: `Its output says that a registry did not answer as it should${codeOf(codes)}.`,
    remedy: `Look at the status page of the registry, ${againAfter(failed)}.`,
    ...(failed.name !== 'install' && { actsNext: 'author' }),
  };
}

function adviseNetwork([, ...codes]: RegExpMatchArray, failed: FailedCommand): Advice {
  return {
    says: `Its output says that a registry could not be reached${codeOf(codes)}.`,
    remedy: `${REACHABLE}, ${againAfter(failed)}.`,
  };
}

function adviseRights(): Advice {
  return {
    says: 'Its output says that a registry or repository asks for rights that the command does not have.',
    remedy:
      'The commands of a repository get no credentials of the worker: use packages that can be read without, a registry that the machine reaches without a login, or commit them with the repository.',
  };
}

/** Only an install is tried again by itself. */
function againAfter({ name }: FailedCommand): string {
  return name === 'install' ? 'or wait: the worker tries again by itself' : 'and move the card back';
}

function codeOf(groups: readonly (string | undefined)[]): string {
  const code = groups.find((group) => group !== undefined);
  return code === undefined ? '' : ` (${code})`;
}
