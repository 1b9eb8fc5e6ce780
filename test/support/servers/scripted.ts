import { createServer } from 'node:http';
import { listenOnLoopback, readText } from '../../../src/fakes/loopback-server.ts';

/** One planned answer. `drop` ends the connection instead, after `body` when there is one; `stall` never ends it. */
interface ScriptedAnswer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly delayMs?: number;
  readonly drop?: boolean;
  readonly stall?: boolean;
}

interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: unknown;
}

export interface ScriptedServer {
  readonly url: string;
  /** Answers to come, in order; the last one stays. */
  readonly answers: ScriptedAnswer[];
  readonly seen: SeenRequest[];
  close(): Promise<void>;
}

/** Starts a loopback HTTP server that gives the planned answers and remembers what it was asked. */
export async function startScriptedServer(): Promise<ScriptedServer> {
  const answers: ScriptedAnswer[] = [];
  const seen: SeenRequest[] = [];
  const server = createServer(async (request, response) => {
    const text = await readText(request);
    const { method = 'GET', url: path = '/', headers } = request;
    seen.push({ method, path, headers, body: text === '' ? null : JSON.parse(text) });
    const answer = (answers.length > 1 ? answers.shift() : answers[0]) ?? { status: 500 };
    const body = typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body ?? {});
    if (answer.delayMs) await new Promise((resolve) => setTimeout(resolve, answer.delayMs).unref());
    if (answer.drop && answer.body === undefined) return void request.socket.destroy();
    response.writeHead(answer.status ?? 200, { 'content-type': 'application/json', ...answer.headers });
    if (answer.stall) response.write(body);
    else if (answer.drop) response.write(body, () => request.socket.destroy());
    else response.end(body);
  });
  const { url, close } = await listenOnLoopback(server);
  return {
    url,
    answers,
    seen,
    close,
  };
}
