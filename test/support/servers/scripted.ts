import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

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
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const text = Buffer.concat(chunks).toString('utf8');
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
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    answers,
    seen,
    close: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}
