/** What package managers and git print when a network or a registry fails them: no sign of the repository's own requests. */
const SIGNS: readonly RegExp[] = [
  // npm, pnpm, Yarn
  /\bnpm (?:ERR!|error) (?:code|errno|network) ?(?:E(?:AI_AGAIN|NOTFOUND|CONNRESET|CONNREFUSED|TIMEDOUT|HOSTUNREACH|NETUNREACH|SOCKETTIMEDOUT|RR_SOCKET_TIMEOUT)|ETIMEOUT|E429|E50\d|ERR_SOCKET_TIMEOUT|FETCH_ERROR)/i,
  /\bnpm (?:ERR!|error) (?:network|503|502|504|500|429)\b/i,
  /\bERR_PNPM_(?:META_FETCH_FAIL|FETCH_(?:429|5\d\d))/,
  /\bWARN\b.*\b(?:GET|get) https?:\S+ error \((?:E[A-Z_]+|5\d\d|429)\)/,
  /There appears to be trouble with your network connection/,
  /\bYN0035\b.*\b(?:429|5\d\d)\b|\bYN0001\b.*RequestError: (?:getaddrinfo|connect|read|Timeout)/,
  /error An unexpected error occurred: "https?:\S+: (?:getaddrinfo|connect|read|tunneling socket|ETIMEDOUT|ESOCKETTIMEDOUT)/,
  // pip, uv, poetry, pdm
  /Retrying \(Retry\(total=0\b.*after connection broken by/,
  /Max retries exceeded with url: \/(?:simple|pypi|packages)\//,
  /ReadTimeoutError: HTTPSConnectionPool\(host='[^']*(?:pypi|pythonhosted)/,
  /error: (?:Failed|Request failed)[\s\S]{0,300}(?:dns error|tcp connect error|operation timed out|error sending request for url)/,
  /All attempts to connect to \S+ failed/,
  // Go
  /Get "https?:\/\/[^"]+": (?:dial tcp|net\/http: TLS handshake timeout|read tcp|EOF|context deadline exceeded)/,
  /reading https?:\/\/\S+: (?:429|5\d\d)\b/,
  // Maven, Gradle
  /Could not transfer artifact [\s\S]{0,400}(?:Unknown host|Connection (?:reset|refused|timed out)|timed out|status code: (?:429|5\d\d)|(?:429|50\d) [A-Z])/,
  /Could not (?:GET|HEAD) 'https?:[^']+'\.(?: Received status code (?:429|5\d\d)|[\s\S]{0,300}(?:UnknownHost|timed out|Connection re(?:set|fused)))/,
  // cargo, git, curl
  /spurious network error|failed to download from `https?:/,
  /Could not resolve host: |RPC failed; (?:curl|HTTP (?:429|5\d\d))|The requested URL returned error: (?:429|5\d\d)/,
];

/** Returns the line in which the output of a command says that a network or a registry failed it, null where none does. What a
 *  proxy or registry forbids, or does not have, is no such failure: it stays. */
export function passingFailure(output: string): string | null {
  const text = output.slice(-TAIL);
  for (const sign of SIGNS) {
    const at = sign.exec(text);
    if (at === null) continue;
    const start = text.lastIndexOf('\n', at.index) + 1;
    return text.slice(start).split('\n', 1)[0]?.trim().slice(0, 300) || at[0];
  }
  return null;
}

const TAIL = 64 * 1024;
