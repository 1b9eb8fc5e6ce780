import { createServer, type IncomingMessage, type ServerResponse, request as send } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { AwsCall, RoleId } from './aws-call.ts';
import { callsOf } from './aws-call.ts';

export interface RecordingDoor {
  /** For AWS_ENDPOINT_URL: the one address for every service. */
  readonly url: string;
  /** What IAM would have been asked so far, in order. */
  readonly calls: readonly AwsCall[];
  /** Requests that nobody here can tell the meaning of; a proof needs that there are none. */
  readonly unknown: readonly string[];
  /** Files that were stored in S3, by `bucket/key`. */
  readonly files: ReadonlyMap<string, Buffer>;
  /** Variables that make an SDK come here, signing as this role. */
  variablesOf(role: RoleId): Record<string, string>;
  /** Sends requests of the other services on to these addresses. */
  forward(upstreams: Readonly<Record<string, string>>): void;
  close(): Promise<void>;
}

/** Opens a door for all of AWS on 127.0.0.1 that notes who asks for what and sends it on; S3 it answers itself. */
export async function openRecordingDoor(): Promise<RecordingDoor> {
  const calls: AwsCall[] = [];
  const unknown: string[] = [];
  const files = new Map<string, Buffer>();
  let upstreams: Readonly<Record<string, string>> = {};

  const server = createServer(async (request, response) => {
    const body = await read(request);
    const { method = '', url: path = '/' } = request;
    const { role, service } = signerOf(request);
    const target = String(request.headers['x-amz-target'] ?? '');
    try {
      calls.push(...callsOf({ role, service, method, path, target, body: body.toString('utf8') }));
      if (service === 's3') {
        files.set(decodeURIComponent(new URL(path, 'http://s3').pathname.slice(1)), body);
        return void response.writeHead(200, { etag: '"0"' }).end();
      }
      sendOn({ request, body, response, to: upstreams[service] ?? '' });
    } catch (error) {
      unknown.push(String(error));
      response.writeHead(400).end();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
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

/** A signature names key id and service: `Credential=PollerRole/20300101/us-east-1/dynamodb/aws4_request`. */
function signerOf(request: IncomingMessage): { role: RoleId; service: string } {
  const found = /Credential=([^/]+)\/\d+\/[^/]+\/([^/]+)\//.exec(String(request.headers.authorization ?? ''));
  return { role: (found?.[1] ?? 'nobody') as RoleId, service: found?.[2] ?? 'unsigned' };
}

function sendOn(exchange: { request: IncomingMessage; body: Buffer; response: ServerResponse; to: string }): void {
  const { request, body, response, to } = exchange;
  const { host: _, ...headers } = request.headers;
  const onward = send(new URL(request.url ?? '/', to), { method: request.method, headers }, (answer) => {
    response.writeHead(answer.statusCode ?? 500, answer.headers);
    answer.pipe(response);
  });
  // An answer that gets lost behind us gets lost before us.
  onward.on('error', () => response.destroy());
  onward.end(body);
}

async function read(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
