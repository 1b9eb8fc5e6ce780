import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { answerApi } from './api-answers.ts';
import { type Answer, type Exchange, jsonAnswer, type ServerParts, send } from './exchange.ts';
import type { Fault } from './faults.ts';
import { serveGit } from './git/serve.ts';
import { answerPage } from './pages/page.ts';
import { type Incoming, readIncoming, recordOf } from './requests.ts';

type HttpExchange = Pick<Exchange, 'message' | 'response'>;

/** Makes the one request handler: record, faults, then GraphQL, REST, git or a page. */
export function createApi(parts: ServerParts): (message: IncomingMessage, response: ServerResponse) => void {
  return (message, response) => {
    serve(parts, { message, response }).catch((error: unknown) => {
      if (response.headersSent || parts.signal.aborted) return void response.destroy();
      if (error instanceof URIError)
        return send(response, jsonAnswer({ message: 'Problems parsing the path' }, { status: 400 }));
      const detail = error instanceof Error ? error.message : String(error);
      send(response, jsonAnswer({ message: `local GitHub failed: ${detail}` }, { status: 500 }));
    });
  };
}

async function serve(parts: ServerParts, { message, response }: HttpExchange): Promise<void> {
  if (!/^(127\.0\.0\.1|localhost)(:\d+)?$/.test(message.headers.host ?? '')) {
    return send(
      response,
      jsonAnswer({ message: 'This server answers to its loopback address only.' }, { status: 421 }),
    );
  }
  const incoming = await readIncoming(message, parts.context.serverUrl).catch((error: unknown) => {
    if (error instanceof SyntaxError) return null;
    throw error;
  });
  if (!incoming) return send(response, jsonAnswer({ message: 'Problems parsing JSON' }, { status: 400 }));
  const record = recordOf(incoming);
  if (incoming.kind !== 'page') parts.requests.push(record);
  response.on('finish', () => {
    record.status = response.statusCode;
  });
  const fault = await applyEarlyFaults(parts, incoming);
  await answer({ parts, message, response, incoming, fault });
}

async function answer(exchange: Exchange): Promise<void> {
  const { parts, message, response, incoming, fault } = exchange;
  if (incoming.kind === 'git') return serveGit(exchange);
  if (incoming.kind === 'page')
    return send(response, await answerPage(parts.context, decodeURI(incoming.url.pathname)));
  const reply = await answerApi(exchange);
  if (fault?.kind === 'dropAfterEffect') message.socket.destroy();
  else if (fault?.kind === 'dropInBody') cutInBody(exchange, reply);
  else send(response, reply);
}

/** Promises the whole body, sends the half of it, and ends the connection. */
function cutInBody({ message, response }: Exchange, { status, headers, body }: Answer): void {
  response.writeHead(status, { ...headers, 'content-length': String(Buffer.byteLength(body)) });
  response.write(body.slice(0, body.length / 2), () => message.socket.destroy());
}

/** Applies the faults that come before the answer (delays, changes by other people); returns the one that shapes it. */
async function applyEarlyFaults({ faults, signal }: ServerParts, incoming: Incoming): Promise<Fault | null> {
  let shaping: Fault | null = null;
  for (const fault of faults.take(incoming)) {
    if (fault.kind === 'before') await fault.run();
    else if (fault.kind === 'slow') await delay(fault.ms, undefined, { signal });
    else shaping = fault;
  }
  return shaping;
}
