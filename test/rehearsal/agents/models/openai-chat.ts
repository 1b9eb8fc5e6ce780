import type { ServerResponse } from 'node:http';
import { type Fields, fields } from '../../../../src/core/json-lines.ts';
import { listOf, type Wire } from './wire.ts';

/** OpenAI's chat completions: `data:` chunks, tool calls with whole arguments, a last chunk with usage. */
export const OPENAI_CHAT: Wire = {
  path: /\/chat\/completions$/,
  read: (body) => ({
    tools: listOf(body.tools).map((tool) => String(fields(tool.function).name)),
    hasResult: listOf(body.messages).some(({ role }) => role === 'tool'),
  }),
  answer(response, { body, said }) {
    const call = said.kind === 'tool';
    const message = call
      ? {
          role: 'assistant',
          content: null,
          tool_calls: [
            {
              index: 0,
              id: 'call_1',
              type: 'function',
              function: { name: said.name, arguments: JSON.stringify(said.input) },
            },
          ],
        }
      : { role: 'assistant', content: said.text };
    const finish = call ? 'tool_calls' : 'stop';
    const usage = { prompt_tokens: 100, completion_tokens: 10, total_tokens: 110 };
    if (body.stream !== true) return whole(response, { message, finish, usage });
    response.setHeader('content-type', 'text/event-stream');
    const chunk = (more: Fields) =>
      response.write(
        `data: ${JSON.stringify({ id: 'c1', object: 'chat.completion.chunk', created: 1, model: 'scripted', ...more })}\n\n`,
      );
    chunk({ choices: [{ index: 0, delta: message, finish_reason: null }] });
    chunk({ choices: [{ index: 0, delta: {}, finish_reason: finish }] });
    chunk({ choices: [], usage });
    response.end('data: [DONE]\n\n');
  },
};

function whole(response: ServerResponse, { message, finish, usage }: Readonly<Record<string, unknown>>): void {
  response.setHeader('content-type', 'application/json');
  const choices = [{ index: 0, message, finish_reason: finish }];
  response.end(JSON.stringify({ id: 'c1', object: 'chat.completion', created: 1, model: 'scripted', choices, usage }));
}
