import { createServer } from 'node:http';
import { fields } from '../../../../src/core/json-lines.ts';
import { type LoopbackServer, listenOnLoopback, readText } from '../../../../src/fakes/loopback-server.ts';
import { ANTHROPIC } from './anthropic.ts';
import { GEMINI } from './gemini.ts';
import { OPENAI_CHAT } from './openai-chat.ts';
import { OPENAI_RESPONSES } from './openai-responses.ts';
import { nextTurn } from './turn.ts';

const WIRES = [OPENAI_CHAT, OPENAI_RESPONSES, ANTHROPIC, GEMINI];

export interface ScriptedModel extends LoopbackServer {
  /** Path of each request so far, with what was answered. */
  readonly requests: readonly string[];
  /** Keys that came with the requests. */
  readonly keys: ReadonlySet<string>;
}

/** Starts a model that implements each task with one file, for agents that speak to any of four services. */
export async function startScriptedModel(log?: (text: string) => void): Promise<ScriptedModel> {
  const requests: string[] = [];
  const keys = new Set<string>();
  const server = createServer(async (request, response) => {
    const text = await readText(request);
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://127.0.0.1');
    const { authorization, 'x-api-key': own, 'x-goog-api-key': googles } = request.headers;
    for (const key of [authorization?.replace(/^Bearer /, ''), own, googles, searchParams.get('key')])
      if (typeof key === 'string') keys.add(key);
    log?.(`${request.method} ${request.url}\n${text}\n`);
    const wire = request.method === 'POST' ? WIRES.find(({ path }) => path.test(pathname)) : undefined;
    if (wire === undefined) {
      requests.push(`${request.method} ${pathname}: other`);
      response.setHeader('content-type', 'application/json');
      if (pathname.endsWith('/models')) response.end('{"object":"list","data":[{"id":"scripted","object":"model"}]}');
      else if (/count_?tokens/i.test(pathname)) response.end('{"input_tokens":100,"totalTokens":100}');
      else response.writeHead(404).end('{"error":{"message":"no such path","type":"not_found_error"}}');
      return;
    }
    const body = fields(JSON.parse(text));
    const said = nextTurn({ ...wire.read(body), text: unescaped(text) });
    requests.push(`${request.method} ${pathname}: ${said.kind}`);
    wire.answer(response, { body, said, path: pathname });
  });
  return { ...(await listenOnLoopback(server)), requests, keys };
}

/** Line breaks within the request's texts, as the texts have them. */
function unescaped(text: string): string {
  return text.replaceAll('\\n', '\n').replaceAll('\\"', '"');
}
