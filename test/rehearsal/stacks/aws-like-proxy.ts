import { createServer, type IncomingHttpHeaders, type ServerResponse, request as send } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { listenOnLoopback } from '../../../src/fakes/loopback-server.ts';
import {
  type Answer,
  type CloudFormationRules,
  createCloudFormationRules,
  type Files,
} from './aws-like/cloudformation.ts';
import { activateTags, answerCosts, type Bill, createBill } from './aws-like/cost-explorer.ts';
import { emptySecretRule } from './aws-like/secrets.ts';
import { errorXml } from './aws-like/xml.ts';

/** What goes wrong with a request: it is refused as too many, carried out without an answer, or signed with what has expired. */
type FaultKind = 'throttled' | 'lost' | 'expired';

export interface Fault {
  /** Name of the operation, such as ExecuteChangeSet. */
  readonly operation: string;
  readonly kind: FaultKind;
  /** How many requests it strikes. */
  times: number;
}

export interface AwsLikeProxy {
  /** For AWS_ENDPOINT_URL: one address for all services. */
  readonly endpoint: string;
  /** What is to go wrong; each takes itself out once it has struck. */
  readonly faults: Fault[];
  /** Operations in the order in which they were asked for, S3 as METHOD PATH. */
  readonly operations: string[];
  /** What the emulator lacks and did not get, each as `stack: id (type)`. */
  readonly dropped: Set<string>;
  /** CloudFormation itself fails at this resource the next time that it deploys the stack. */
  readonly failing: CloudFormationRules['failing'];
  /** CloudFormation, once begun, stays at work on these stacks until they are taken out. */
  readonly slow: CloudFormationRules['slow'];
  /** What Cost Explorer knows. */
  readonly bill: Bill;
  close(): Promise<void>;
}

/** Starts a proxy for all of AWS on 127.0.0.1 in front of the emulator that refuses as AWS does where the emulator does not, gives the
 *  values of a change set, which the emulator leaves out, and takes from templates what the emulator lacks. */
export async function openAwsLikeProxy(upstream: string): Promise<AwsLikeProxy> {
  const faults: Fault[] = [];
  const operations: string[] = [];
  const bill = createBill();
  const rules = createCloudFormationRules(filesOf(upstream));
  const server = createServer(async (request, response) => {
    const body = await buffer(request);
    const { headers, method = 'GET', url: path = '/' } = request;
    const onward = ({ body: sent, headers: other = {} }: Sent) =>
      forward(upstream, { method, path, body: sent, headers: { ...headers, ...other } });
    try {
      const form = formOf(headers, body);
      const operation = form?.get('Action') ?? targetOf(headers) ?? `${method} ${path.split('?')[0]}`;
      operations.push(operation);
      const fault = faults.find((one) => one.operation === operation && one.times > 0);
      if (fault !== undefined) fault.times -= 1;
      if (fault?.kind === 'throttled' || fault?.kind === 'expired')
        return void reply(response, refusal(fault.kind, { isQuery: form !== null }));
      const ofBill = ANSWERS_OF_BILL[operation];
      const answer =
        ofBill !== undefined
          ? ofBill(bill, body)
          : form === null
            ? await emptySecretRule({ operation, body, onward })
            : await rules.answer(form, (params) => onward({ body: Buffer.from(params.toString()) }));
      if (fault?.kind === 'lost') return void response.destroy();
      reply(response, answer);
    } catch (error) {
      // What breaks the emulator breaks the request.
      reply(response, { status: 500, headers: {}, body: Buffer.from(String(error)) });
    }
  });
  const { url, close } = await listenOnLoopback(server);
  return {
    endpoint: url,
    faults,
    operations,
    dropped: rules.dropped,
    failing: rules.failing,
    slow: rules.slow,
    bill,
    close,
  };
}

const ANSWERS_OF_BILL: Readonly<Record<string, (bill: Bill, body: Buffer) => Answer>> = {
  GetCostAndUsage: answerCosts,
  UpdateCostAllocationTagsStatus: activateTags,
};

/** The emulator looks at no signature, but tells services and accounts by it. */
function filesOf(upstream: string): Files {
  const authorization = 'AWS4-HMAC-SHA256 Credential=111111111111/20260101/us-east-1/s3/aws4_request';
  const ask = async (method: string, path: string, body: Buffer) => {
    const answer = await forward(upstream, { method, path, body, headers: { authorization } });
    if (answer.status !== 200) throw new Error(`${method} ${path} was answered with ${answer.status}`);
    return answer.body.toString('utf8');
  };
  return {
    read: (path) => ask('GET', path, Buffer.alloc(0)),
    write: async (path, text) => void (await ask('PUT', path, Buffer.from(text))),
  };
}

interface Sent {
  readonly body: Buffer;
  readonly headers?: IncomingHttpHeaders;
}

function formOf(headers: IncomingHttpHeaders, body: Buffer): URLSearchParams | null {
  const isCloudFormation = /\/cloudformation\//.test(headers.authorization ?? '');
  return isCloudFormation ? new URLSearchParams(body.toString('utf8')) : null;
}

function targetOf(headers: IncomingHttpHeaders): string | undefined {
  return String(headers['x-amz-target'] ?? '').split('.')[1];
}

/** By the names that the services give. */
function refusal(kind: 'throttled' | 'expired', { isQuery }: { isQuery: boolean }): Answer {
  const [code, message] =
    kind === 'throttled'
      ? [isQuery ? 'Throttling' : 'ThrottlingException', 'Rate exceeded']
      : [isQuery ? 'ExpiredToken' : 'ExpiredTokenException', 'The security token included in the request is expired'];
  const body = isQuery ? errorXml(code, message) : JSON.stringify({ __type: code, message });
  return {
    status: kind === 'throttled' ? 400 : isQuery ? 403 : 400,
    headers: { 'content-type': isQuery ? 'text/xml' : 'application/x-amz-json-1.1' },
    body: Buffer.from(body),
  };
}

/** Answers as the emulator or a rule did. */
export function reply(response: ServerResponse, { status, headers, body }: Answer): void {
  const { 'transfer-encoding': _, 'content-length': length, ...rest } = headers;
  // The answer to HEAD tells a length without having a body.
  const size = body.length === 0 && length !== undefined ? length : String(body.length);
  response.writeHead(status, { ...rest, 'content-length': size }).end(body);
}

/** Sends a request on to `upstream`. */
export async function forward(
  upstream: string,
  sent: Sent & { readonly method: string; readonly path: string },
): Promise<Answer> {
  const { headers = {}, method, path, body } = sent;
  const { host, 'transfer-encoding': _, expect: __, ...rest } = headers;
  return new Promise((resolve, reject) => {
    const onward = send(
      new URL(path, upstream),
      { method, headers: { ...rest, ...(host ? { host } : {}), 'content-length': String(body.length) } },
      async (answer) => {
        const answered = await buffer(answer);
        resolve({ status: answer.statusCode ?? 500, headers: answer.headers, body: answered });
      },
    );
    onward.on('error', reject);
    onward.end(body);
  });
}
