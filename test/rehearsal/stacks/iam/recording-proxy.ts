import { createServer, type IncomingMessage, type Server, type ServerResponse, request as send } from 'node:http';
import type { AwsCall, RoleId, SeenRequest } from './aws-call.ts';
import { callsOf, ROLE_IDS } from './aws-call.ts';

export interface RecordingProxy {
  /** For AWS_ENDPOINT_URL: one address for all services. */
  readonly url: string;
  /** The calls recorded so far, in order. */
  readonly calls: readonly AwsCall[];
  /** Requests that were not understood; the proof requires that there are none. */
  readonly unknown: readonly string[];
  /** Files stored in S3, by `bucket/key`. */
  readonly files: ReadonlyMap<string, Buffer>;
  /** Returns variables that make an SDK use this proxy and sign as this role. */
  variablesOf(role: RoleId): Record<string, string>;
  /** Forwards requests of the other services to these addresses. */
  forward(upstreams: Readonly<Record<string, string>>): void;
  close(): Promise<void>;
}

/** Starts a proxy for all of AWS on 127.0.0.1 that records every request and forwards it; S3 it answers itself. */
export async function openRecordingProxy(): Promise<RecordingProxy> {
  const calls: AwsCall[] = [];
  const unknown: string[] = [];
  const files = new Map<string, Buffer>();
  let upstreams: Readonly<Record<string, string>> = {};
  const server = createServer(async (request, response) => {
    const body = await read(request);
    try {
      const seen = requestSeen(request, body);
      calls.push(...callsOf(seen));
      if (seen.service === 's3') {
        files.set(decodeURIComponent(new URL(seen.path, 'http://s3').pathname.slice(1)), body);
        return void response.writeHead(200, { etag: '"0"' }).end();
      }
      forwardRequest({ request, body, response, to: upstreams[seen.service] ?? '' });
    } catch (error) {
      unknown.push(String(error));
      response.writeHead(400).end();
    }
  });
  const url = await listen(server);
  return {
    url,
    calls,
    unknown,
    files,
    variablesOf: (role) => ({
      AWS_ENDPOINT_URL: url,
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: role,
      AWS_SECRET_ACCESS_KEY: 'test',
    }),
    forward(addresses) {
      upstreams = addresses;
    },
    close: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The proxy has no port.');
  return `http://127.0.0.1:${address.port}`;
}

function requestSeen(request: IncomingMessage, body: Buffer): SeenRequest {
  const { method = '', url: path = '/' } = request;
  const target = String(request.headers['x-amz-target'] ?? '');
  return { ...signerOf(request), method, path, target, body: body.toString('utf8') };
}

/** A signature names key id and service: `Credential=PollerRole/20300101/us-east-1/dynamodb/aws4_request`. */
function signerOf(request: IncomingMessage): { role: RoleId; service: string } {
  const found = /Credential=([^/]+)\/\d+\/[^/]+\/([^/]+)\//.exec(String(request.headers.authorization ?? ''));
  const role = ROLE_IDS.find((id) => id === found?.[1]);
  if (role === undefined) throw new Error(`${request.method} ${request.url} is not signed by a role`);
  return { role, service: found?.[2] ?? 'unsigned' };
}

function forwardRequest(exchange: {
  request: IncomingMessage;
  body: Buffer;
  response: ServerResponse;
  to: string;
}): void {
  const { request, body, response, to } = exchange;
  const { host: _, ...headers } = request.headers;
  const onward = send(new URL(request.url ?? '/', to), { method: request.method, headers }, (answer) => {
    response.writeHead(answer.statusCode ?? 500, answer.headers);
    answer.pipe(response);
  });
  // A response lost upstream is lost for the caller too.
  onward.on('error', () => response.destroy());
  onward.end(body);
}

async function read(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
}
