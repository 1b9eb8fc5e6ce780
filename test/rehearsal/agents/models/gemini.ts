import { listOf, type Wire } from './wire.ts';

/** Gemini's generateContent and streamGenerateContent. */
export const GEMINI: Wire = {
  path: /:(?:streamGenerateContent|generateContent)$/,
  read: (body) => ({
    tools: listOf(body.tools).flatMap(({ functionDeclarations }) =>
      listOf(functionDeclarations).map(({ name }) => String(name)),
    ),
    hasResult: listOf(body.contents).some(({ parts }) =>
      listOf(parts).some((part) => part.functionResponse !== undefined),
    ),
  }),
  answer(response, { said, path }) {
    const part = said.kind === 'tool' ? { functionCall: { name: said.name, args: said.input } } : { text: said.text };
    const candidates = [{ index: 0, content: { role: 'model', parts: [part] }, finishReason: 'STOP' }];
    const usageMetadata = { promptTokenCount: 100, candidatesTokenCount: 10, totalTokenCount: 110 };
    const answer = JSON.stringify({ candidates, usageMetadata, modelVersion: 'scripted' });
    const isStream = path.endsWith(':streamGenerateContent');
    response.setHeader('content-type', isStream ? 'text/event-stream' : 'application/json');
    response.end(isStream ? `data: ${answer}\n\n` : answer);
  },
};
