import { createServer, type IncomingMessage } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { listenOnLoopback } from '../../../../src/fakes/loopback-server.ts';
import { forward, reply } from '../../stacks/aws-like-proxy.ts';

/** A request of a command to AWS. */
export interface RecordedCall {
  /** The command, as the SDK's application id says. */
  readonly by: string;
  /** `service:Operation`, the service as requests are signed for it. */
  readonly call: string;
}

export interface CallRecorder {
  readonly calls: readonly RecordedCall[];
  /** Requests that were not understood; there must be none. */
  readonly unknown: readonly string[];
  /** Returns variables that lead a command's requests through here: its addresses of AWS with those of taps in front of them. */
  variablesFor(by: string, env: Readonly<Record<string, string>>): Promise<Record<string, string>>;
  close(): Promise<void>;
}

/** Records on 127.0.0.1 what commands ask AWS for, whichever server stands for it. Who asks is told by the SDK's application id, so that
 *  commands may run side by side. */
export function createCallRecorder(): CallRecorder {
  const calls: RecordedCall[] = [];
  const unknown: string[] = [];
  const taps = new Map<string, ReturnType<typeof openTap>>();
  const record = (request: IncomingMessage, body: Buffer) => {
    const [, by = 'nobody'] = / app\/(\S+)/.exec(String(request.headers['user-agent'])) ?? [];
    const call = callOf(request, body);
    if (call === null) unknown.push(`${by}: ${request.method} ${request.url}`);
    else calls.push({ by, call });
  };
  const tapOf = (upstream: string) => {
    const tap = taps.get(upstream) ?? openTap(upstream, record);
    taps.set(upstream, tap);
    return tap;
  };
  return {
    calls,
    unknown,
    async variablesFor(by, env) {
      const addresses = Object.entries(env).filter(([name]) => name.startsWith('AWS_ENDPOINT_URL'));
      const tapped = addresses.map(async ([name, url]) => [name, (await tapOf(url)).url] as const);
      return { ...Object.fromEntries(await Promise.all(tapped)), AWS_SDK_UA_APP_ID: by };
    },
    async close() {
      for (const tap of taps.values()) await (await tap).close();
    },
  };
}

function openTap(upstream: string, record: (request: IncomingMessage, body: Buffer) => void) {
  const server = createServer(async (request, response) => {
    try {
      const body = await buffer(request);
      record(request, body);
      const { headers, method = 'GET', url: path = '/' } = request;
      reply(response, await forward(upstream, { method, path, headers, body }));
    } catch {
      // An answer that is lost behind the tap is lost for the command too.
      response.destroy();
    }
  });
  return listenOnLoopback(server);
}

function callOf({ headers, method = '', url = '/' }: IncomingMessage, body: Buffer): string | null {
  const [, service] = /Credential=[^/]+\/\d+\/[^/]+\/([^/]+)\//.exec(headers.authorization ?? '') ?? [];
  if (service === undefined) return null;
  const { pathname, searchParams } = new URL(url, 'http://aws');
  const named =
    String(headers['x-amz-target'] ?? '').split('.')[1] ??
    /^\/service\/[^/]+\/operation\/(\w+)$/.exec(pathname)?.[1] ??
    searchParams.get('x-id') ??
    REST[service]?.find(([of, pattern]) => of === method && pattern.test(url))?.[2] ??
    new URLSearchParams(body.toString('utf8')).get('Action');
  return named === null ? null : `${service}:${named}`;
}

/** What says its operation by method and path alone. */
const REST: Readonly<Record<string, ReadonlyArray<readonly [method: string, url: RegExp, operation: string]>>> = {
  lambda: [
    ['GET', /\/functions\/[^/]+\/configuration$/, 'GetFunctionConfiguration'],
    ['POST', /\/functions\/[^/]+\/invocations$/, 'Invoke'],
  ],
  s3: [
    ['GET', /\?(?:.*&)?list-type=2/, 'ListObjectsV2'],
    ['GET', /\?(?:.*&)?versions(?:[&=]|$)/, 'ListObjectVersions'],
    ['GET', /\?(?:.*&)?tagging(?:[&=]|$)/, 'GetBucketTagging'],
    ['GET', /\?(?:.*&)?encryption(?:[&=]|$)/, 'GetBucketEncryption'],
    ['POST', /\?(?:.*&)?delete(?:[&=]|$)/, 'DeleteObjects'],
    ['HEAD', /^\/[^/?]+\/[^?]/, 'HeadObject'],
    ['HEAD', /^\/[^/?]+\/?(?:\?|$)/, 'HeadBucket'],
  ],
};
