import { createServer } from 'node:http';
import { isJsonObject, textIn } from '../../../src/fakes/github/json-object.ts';
import { type LoopbackServer, listenOnLoopback, readText } from '../../../src/fakes/loopback-server.ts';

const VERSION = '2018-06-01';

export type Answer =
  | { readonly kind: 'response'; readonly payload: unknown }
  | { readonly kind: 'error'; readonly errorType: string; readonly errorMessage: string };

export interface Delivery {
  readonly id: string;
  readonly event: unknown;
  readonly functionName: string;
  readonly timeoutMs: number;
}

/** What the process of a function asks its Runtime API. */
export interface RuntimeCalls {
  /** It is ready for an event, which may be delivered later. */
  onNext(deliver: (delivery: Delivery) => void): void;
  onInitError(error: Answer): void;
  /** Returns false when no invocation with this id is under way. */
  onAnswer(id: string, answer: Answer): boolean;
}

/** Serves Lambda's Runtime API (Lambda developer guide, "Runtime API") for one process on 127.0.0.1. */
export function serveRuntimeApi(calls: RuntimeCalls): Promise<LoopbackServer> {
  const server = createServer(async (request, response) => {
    const path = (request.url ?? '').replace(`/${VERSION}/runtime`, '');
    if (request.method === 'GET' && path === '/invocation/next') {
      return calls.onNext((delivery) =>
        response.writeHead(200, headersOf(delivery)).end(JSON.stringify(delivery.event)),
      );
    }
    const text = await readText(request);
    const body: unknown = text === '' ? null : JSON.parse(text);
    const [, id, verb] = /^\/invocation\/([^/]+)\/(response|error)$/.exec(path) ?? [];
    const answer: Answer = verb === 'response' ? { kind: 'response', payload: body } : errorOf(body);
    if (path === '/init/error') calls.onInitError(answer);
    else if (id === undefined) return void response.writeHead(404).end();
    else if (!calls.onAnswer(id, answer)) return void response.writeHead(400).end();
    response.writeHead(202).end('{}');
  });
  return listenOnLoopback(server);
}

export function failure(errorType: string, errorMessage: string): Answer {
  return { kind: 'error', errorType, errorMessage };
}

function headersOf({ id, functionName, timeoutMs }: Delivery): Record<string, string> {
  return {
    'content-type': 'application/json',
    'Lambda-Runtime-Aws-Request-Id': id,
    'Lambda-Runtime-Deadline-Ms': String(Date.now() + timeoutMs),
    'Lambda-Runtime-Invoked-Function-Arn': `arn:aws:lambda:us-east-1:123456789012:function:${functionName}`,
    'Lambda-Runtime-Trace-Id': `Root=1-${id.slice(0, 8)}-${id.replaceAll('-', '').slice(8)};Parent=0123456789abcdef;Sampled=0`,
  };
}

function errorOf(body: unknown): Answer {
  const error = isJsonObject(body) ? body : {};
  return failure(textIn(error, 'errorType') ?? 'Unknown', textIn(error, 'errorMessage') ?? '');
}
