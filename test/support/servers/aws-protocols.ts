import { createServer, type IncomingMessage } from 'node:http';
import { listenOnLoopback, readText } from '../../../src/fakes/loopback-server.ts';

export type Input = Readonly<Record<string, unknown>>;

/** What AWS answers instead of a result. */
export class AwsRefusal extends Error {
  readonly type: string;
  readonly status: number;

  constructor(type: string, { message, status = 400 }: { message: string; status?: number }) {
    super(message);
    this.type = type;
    this.status = status;
  }
}

interface AwsRequest {
  /** As IAM names the service, such as `secretsmanager`. */
  readonly service: string;
  readonly operation: string;
  readonly protocol: 'json' | 'query' | 'rest';
  readonly input: Input;
}

export interface AwsServer {
  /** For AWS_ENDPOINT_URL. */
  readonly url: string;
  /** `service:Operation` of each request. */
  readonly requests: string[];
  close(): Promise<void>;
}

/** Starts a server on 127.0.0.1 that speaks AWS's JSON and query protocols, and what Lambda and S3 have instead; `answer` returns the result
 *  of an operation, or throws AwsRefusal. */
export async function startAwsServer(answer: (request: AwsRequest) => unknown): Promise<AwsServer> {
  const requests: string[] = [];
  const server = createServer(async (message, response) => {
    const request = readRequest(message, await readText(message));
    requests.push(`${request.service}:${request.operation}`);
    try {
      const { type, body } = format(request, answer(request));
      response.writeHead(200, { 'content-type': type }).end(body);
    } catch (error) {
      const refusal =
        error instanceof AwsRefusal
          ? error
          : new AwsRefusal('InternalFailure', { message: String(error), status: 500 });
      const { type, body, headers } = formatRefusal(request, refusal);
      response.writeHead(refusal.status, { 'content-type': type, ...headers }).end(body);
    }
  });
  const { url, close } = await listenOnLoopback(server);
  return { url, requests, close };
}

function readRequest(message: IncomingMessage, text: string): AwsRequest {
  const [, service = 'unknown'] =
    /Credential=[^/]+\/\d+\/[^/]+\/([^/]+)\//.exec(message.headers.authorization ?? '') ?? [];
  const target = message.headers['x-amz-target'];
  if (typeof target === 'string') {
    const operation = target.split('.').at(-1) ?? '';
    return { service, operation, protocol: 'json', input: JSON.parse(text || '{}') };
  }
  const form = new URLSearchParams(text);
  const action = form.get('Action');
  if (action !== null) return { service, operation: action, protocol: 'query', input: Object.fromEntries(form) };
  const { pathname } = new URL(message.url ?? '/', 'http://127.0.0.1');
  const input = {
    name: decodeURIComponent(pathname.split('/').findLast((part) => part !== '' && part !== 'invocations') ?? ''),
    text,
  };
  if (service !== 'lambda')
    return { service, operation: message.method === 'HEAD' ? 'HeadBucket' : 'GetObject', protocol: 'rest', input };
  const invocation = message.headers['x-amz-invocation-type'] ?? 'RequestResponse';
  if (pathname.endsWith('/invocations'))
    return { service, operation: 'Invoke', protocol: 'rest', input: { ...input, invocation } };
  const operation = pathname.endsWith('/configuration') ? 'GetFunctionConfiguration' : 'GetFunction';
  return { service, operation, protocol: 'rest', input: { ...input, name: pathname.split('/')[3] ?? '' } };
}

function format({ operation, protocol }: AwsRequest, result: unknown): { type: string; body: string } {
  if (protocol !== 'query') return { type: 'application/x-amz-json-1.1', body: JSON.stringify(result ?? {}) };
  const inner = `<${operation}Result>${toXml(result ?? {})}</${operation}Result>`;
  return { type: 'text/xml', body: `<${operation}Response>${inner}</${operation}Response>` };
}

function formatRefusal({ protocol }: AwsRequest, { type: code, message }: AwsRefusal) {
  if (protocol !== 'query') {
    const body = JSON.stringify({ __type: code, message, Message: message });
    return { type: 'application/x-amz-json-1.1', body, headers: { 'x-amzn-errortype': code } };
  }
  const error = `<Error><Type>Sender</Type><Code>${code}</Code><Message>${escapeXml(message)}</Message></Error>`;
  return { type: 'text/xml', body: `<ErrorResponse>${error}</ErrorResponse>`, headers: {} };
}

function toXml(value: unknown): string {
  if (Array.isArray(value)) return value.map((member) => `<member>${toXml(member)}</member>`).join('');
  if (!(value instanceof Object)) return escapeXml(String(value));
  return Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .map(([name, member]) => `<${name}>${toXml(member)}</${name}>`)
    .join('');
}

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
