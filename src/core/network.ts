/** Hosts that untrusted programs may reach over the network; a `*.` in front stands for one or more labels, a port behind for that
 *  port alone, none for 80 and 443. */
export interface NetworkRules {
  readonly allow: readonly string[];
  /** Further ones of the agent's step, such as its service. */
  readonly agent: readonly string[];
}

/** What one entry of the lists may be. */
export const HOST_PATTERN =
  /^(?:(?:\*\.)?(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?|\[[0-9a-f:.]{2,45}\])(?::[1-9]\d{0,4})?$/;

const DEFAULT_PORTS = [80, 443];

/** Returns the entry that allows a host and port, null when none does. Host as a client names it: a name in any case, or an
 *  address, IPv6 with or without brackets. */
export function allowedBy(patterns: readonly string[], { host, port }: { host: string; port: number }): string | null {
  const name = bare(host.toLowerCase().replace(/\.$/, ''));
  return (
    patterns.find((pattern) => {
      const { host: allowed, ports } = parsePattern(pattern);
      if (!ports.includes(port)) return false;
      return allowed.startsWith('*.')
        ? name.endsWith(allowed.slice(1)) && name.length > allowed.length - 1
        : name === allowed;
    }) ?? null
  );
}

/** Host of an entry without port and brackets. */
export function hostOf(pattern: string): string {
  return parsePattern(pattern).host;
}

function parsePattern(pattern: string): { host: string; ports: readonly number[] } {
  const port = /:(\d+)$/.exec(pattern.replace(/^\[[^\]]*\]/, ''))?.[1];
  const host = port === undefined ? pattern : pattern.slice(0, -port.length - 1);
  return { host: bare(host), ports: port === undefined ? DEFAULT_PORTS : [Number(port)] };
}

function bare(host: string): string {
  return host.replace(/^\[(.*)\]$/, '$1');
}
