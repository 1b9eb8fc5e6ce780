type Env = Readonly<Record<string, string | undefined>>;

/** Returns the proxy that this machine's environment names for a host, null when it is to be reached directly: HTTP_PROXY, HTTPS_PROXY
 *  and NO_PROXY in both spellings, as curl reads them. */
export function upstreamProxy(env: Env, { host, isHttp }: { host: string; isHttp: boolean }): string | null {
  const read = (name: string) => env[name.toLowerCase()] || env[name] || null;
  const url = read(isHttp ? 'HTTP_PROXY' : 'HTTPS_PROXY');
  if (url === null || host === 'localhost' || host.startsWith('127.') || host === '::1') return null;
  const direct = (read('NO_PROXY') ?? '')
    .split(/[\s,]+/)
    .map((entry) => entry.replace(/^\*?\./, '').replace(/:\d+$/, ''));
  const isDirect = direct.some(
    (entry) => entry === '*' || (entry !== '' && (host === entry || host.endsWith(`.${entry}`))),
  );
  return isDirect ? null : url;
}
