import { type Fields, fields } from '../../../../src/core/json-lines.ts';
import { listOf, type Wire } from './wire.ts';

/** OpenAI's responses, as streams of events. */
export const OPENAI_RESPONSES: Wire = {
  path: /\/responses$/,
  read: (body) => ({
    tools: listOf(body.tools).map((tool) => String(tool.name ?? fields(tool.function).name ?? tool.type)),
    hasResult: listOf(body.input).some(
      ({ type }) => type === 'function_call_output' || type === 'custom_tool_call_output',
    ),
  }),
  answer(response, { said }) {
    response.setHeader('content-type', 'text/event-stream');
    const event = (type: string, more: Fields) =>
      response.write(`event: ${type}\ndata: ${JSON.stringify({ type, ...more })}\n\n`);
    const item =
      said.kind === 'tool'
        ? {
            type: 'function_call',
            id: 'fc_1',
            call_id: 'call_1',
            name: said.name,
            arguments: JSON.stringify(said.input),
            status: 'completed',
          }
        : {
            type: 'message',
            id: 'msg_1',
            role: 'assistant',
            status: 'completed',
            content: [{ type: 'output_text', text: said.text, annotations: [] }],
          };
    const usage = {
      input_tokens: 100,
      input_tokens_details: { cached_tokens: 0 },
      output_tokens: 10,
      output_tokens_details: { reasoning_tokens: 0 },
      total_tokens: 110,
    };
    event('response.created', { response: { id: 'resp_1', object: 'response', status: 'in_progress', output: [] } });
    event('response.output_item.added', { output_index: 0, item });
    event('response.output_item.done', { output_index: 0, item });
    event('response.completed', {
      response: { id: 'resp_1', object: 'response', status: 'completed', output: [item], usage },
    });
    response.end();
  },
};
