import type { Fields } from '../../../../src/core/json-lines.ts';
import { listOf, type Wire } from './wire.ts';

/** Anthropic's messages, streamed or whole. */
export const ANTHROPIC: Wire = {
  path: /\/v1\/messages$/,
  read: (body) => ({
    tools: listOf(body.tools).map(({ name }) => String(name)),
    hasResult: listOf(body.messages).some(({ content }) => listOf(content).some(({ type }) => type === 'tool_result')),
  }),
  answer(response, { body, said }) {
    const isTool = said.kind === 'tool';
    const block = isTool
      ? { type: 'tool_use', id: 'toolu_1', name: said.name, input: said.input }
      : { type: 'text', text: said.text };
    const stop = isTool ? 'tool_use' : 'end_turn';
    const message = { id: 'msg_1', type: 'message', role: 'assistant', model: body.model, stop_sequence: null };
    if (body.stream !== true) {
      response.setHeader('content-type', 'application/json');
      const usage = { input_tokens: 100, output_tokens: 10 };
      response.end(JSON.stringify({ ...message, content: [block], stop_reason: stop, usage }));
      return;
    }
    response.setHeader('content-type', 'text/event-stream');
    const event = (type: string, more: Fields) =>
      response.write(`event: ${type}\ndata: ${JSON.stringify({ type, ...more })}\n\n`);
    const usage = { input_tokens: 100, output_tokens: 1 };
    event('message_start', { message: { ...message, content: [], stop_reason: null, usage } });
    const empty = isTool ? { ...block, input: {} } : { type: 'text', text: '' };
    event('content_block_start', { index: 0, content_block: empty });
    const delta = isTool
      ? { type: 'input_json_delta', partial_json: JSON.stringify(said.input) }
      : { type: 'text_delta', text: said.text };
    event('content_block_delta', { index: 0, delta });
    event('content_block_stop', { index: 0 });
    event('message_delta', { delta: { stop_reason: stop, stop_sequence: null }, usage: { output_tokens: 10 } });
    event('message_stop', {});
    response.end();
  },
};
