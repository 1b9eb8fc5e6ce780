import { type LookupAddress, lookup, promises as names } from 'node:dns';
import { once } from 'node:events';
import { BlockList, connect, createServer, isIP } from 'node:net';
import { pipeline } from 'node:stream';
import { type PrepareRequestFunctionResult, RequestError, Server } from 'proxy-chain';
import { allowedBy, hostOf } from '../../../core/network.ts';
import { upstreamProxy } from './upstream-proxy.ts';

export interface FilteringProxyOptions {
  /** Path of the unix socket that it listens on. */
  readonly socket: string;
  /** Entries of core/network.ts. */
  readonly allow: readonly string[];
  /** The worker's own, which may name a proxy to go through. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly resolve?: (host: string) => Promise<readonly LookupAddress[]>;
}

/** Starts a proxy for HTTP and CONNECT that reaches the allowed hosts only, and answers 403 for all others. Names are resolved here, and
 *  a name that leads to this machine or to link-local addresses (such as instance metadata) is refused unless it is localhost
 *  itself. Returns how to end it with all its connections. */
export async function startFilteringProxy(options: FilteringProxyOptions): Promise<{ close(): Promise<void> }> {
  // It takes connections over TCP alone.
  const proxy = new Server({
    host: '127.0.0.1',
    port: 0,
    prepareRequestFunction: ({ hostname, port, isHttp }) => judge(options, { host: hostname, port, isHttp }),
  });
  proxy.on('requestFailed', () => {});
  await proxy.listen();
  const entrance = createServer((from) => {
    const to = connect(proxy.port, '127.0.0.1');
    pipeline(from, to, from, () => {});
  });
  await once(entrance.listen(options.socket), 'listening');
  return {
    async close() {
      entrance.close();
      await proxy.close(true);
    },
  };
}

interface Asked {
  readonly host: string;
  readonly port: number;
  readonly isHttp: boolean;
}

async function judge(
  { allow, env = process.env, resolve = resolveAll }: FilteringProxyOptions,
  { host, port, isHttp }: Asked,
): Promise<PrepareRequestFunctionResult> {
  const entry = allowedBy(allow, { host, port });
  if (entry === null) throw refused(`${host}:${port} is not among the allowed hosts of "network".`);
  const upstreamProxyUrl = upstreamProxy(env, { host, isHttp });
  const isMeant = hostOf(entry) === 'localhost' || isIP(hostOf(entry)) !== 0;
  if (upstreamProxyUrl !== null || isMeant) return { upstreamProxyUrl };
  const addresses = await resolve(host).catch(() => []);
  const here = addresses.find(({ address, family }) => HERE.check(address, family === 6 ? 'ipv6' : 'ipv4'));
  if (here !== undefined) throw refused(`${host} leads to ${here.address}, which is not meant by a name.`);
  if (addresses.length === 0) throw new RequestError(`${host} has no address.`, 502);
  return { dnsLookup: lookupOf(addresses) };
}

/** This machine and its link: loopback, unspecified and link-local addresses, and EC2's metadata over IPv6. */
const HERE = new BlockList();
for (const [network, bits] of [
  ['0.0.0.0', 8],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
] as const)
  HERE.addSubnet(network, bits, 'ipv4');
for (const [network, bits] of [
  ['::', 127],
  ['fe80::', 10],
  ['fd00:ec2::', 32],
] as const)
  HERE.addSubnet(network, bits, 'ipv6');

function resolveAll(host: string): Promise<LookupAddress[]> {
  return names.lookup(host, { all: true });
}

function refused(message: string): RequestError {
  return new RequestError(message, 403);
}

/** As dns.lookup, with the addresses that were judged: another look could find others. */
function lookupOf(addresses: readonly LookupAddress[]): typeof lookup {
  const answer = (_: string, ...rest: readonly unknown[]) => {
    const [options, callback] = [rest.find((one) => typeof one === 'object'), rest.at(-1)];
    if (typeof callback !== 'function') throw new TypeError('lookup without a callback');
    const wantsAll = options !== null && options !== undefined && 'all' in options && options.all === true;
    if (wantsAll) callback(null, addresses);
    else callback(null, addresses[0]?.address, addresses[0]?.family);
  };
  return Object.assign(answer, { __promisify__: lookup.__promisify__ });
}
