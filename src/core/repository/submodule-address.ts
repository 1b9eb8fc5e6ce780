/** A repository's own name: no path, option, query or escape. */
const NAME = /^(?!\.{1,2}$)[A-Za-z0-9._-]{1,100}$/;

/** Returns the address of the repository that the url of a `.gitmodules` file means, when it lies on the host and with the owner of
 *  `repository` (an http or https address); null for any other. The address is built of names alone and contains nothing else of the
 *  text; ssh and git addresses of that host become the scheme of `repository`. */
export function submoduleAddress(written: string, repository: string): string | null {
  const own = new URL(repository);
  const ownPath = partsOf(own.pathname);
  const parts = /^\.\.?\//.test(written) ? relativeParts(written, ownPath) : absoluteParts(written, own);
  const above = ownPath.slice(0, -1);
  const owner = above.at(-1);
  const name = parts?.at(-1)?.replace(/\.git$/i, '');
  if (parts?.length !== ownPath.length || owner === undefined || name === undefined || !NAME.test(name)) return null;
  const isBeside = above.every((part, at) => part.toLowerCase() === parts[at]?.toLowerCase());
  return isBeside ? `${own.origin}/${above.join('/')}/${name}.git` : null;
}

/** As git does: each `../` takes away a part of the repository's own address. */
function relativeParts(written: string, ownPath: readonly string[]): string[] | null {
  const parts = [...ownPath];
  let rest = written;
  for (let step = /^\.\.?\/+/.exec(rest)?.[0]; step !== undefined; step = /^\.\.?\/+/.exec(rest)?.[0]) {
    if (step.startsWith('..') && parts.pop() === undefined) return null;
    rest = rest.slice(step.length);
  }
  return [...parts, ...partsOf(rest)];
}

function absoluteParts(written: string, own: URL): string[] | null {
  if (/[\s\p{Cc}?#%\\]/u.test(written)) return null;
  const [, user, host, place] = /^(?:([\w.-]+)@)?([\w.-]+):(?!\/\/)(.+)$/.exec(written) ?? [];
  if (host !== undefined) return user !== undefined && isOwnHost(host, own) ? partsOf(place ?? '') : null;
  const address = URL.canParse(written) ? new URL(written) : null;
  if (address === null) return null;
  // A port of http or https is another server; ssh and git have ports of their own.
  const isWeb = address.protocol === 'https:' || address.protocol === 'http:';
  const isOther = !isWeb && address.protocol !== 'ssh:' && address.protocol !== 'git:';
  if (isOther || (isWeb ? address.host !== own.host : !isOwnHost(address.hostname, own))) return null;
  return partsOf(address.pathname);
}

function isOwnHost(host: string, own: URL): boolean {
  return host.toLowerCase() === own.hostname;
}

function partsOf(path: string): string[] {
  return path.split('/').filter((part) => part !== '');
}
