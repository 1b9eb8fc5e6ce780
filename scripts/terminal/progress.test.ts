import { PassThrough } from 'node:stream';
import { expect } from 'chai';
import { createProgress } from './progress.ts';

/** What progress writes to a stream that says this of itself. */
function shown(stream: { isTTY?: boolean; columns?: number }): string {
  const output = new PassThrough();
  let text = '';
  output.setEncoding('utf8').on('data', (part: string) => {
    text += part;
  });
  const progress = createProgress({ stream: Object.assign(output, stream) as unknown as NodeJS.WriteStream });
  progress.show({ phase: 'implement', text: 'Add a page', n: 1, m: 3 });
  progress.show({ phase: 'implement', text: 'Add a page', n: 1, m: 3 });
  progress.buildLine('{"level":"INFO","message":"progress","phase":"verify","text":"Testing"}');
  progress.buildLine('{"level":"WARN","message":"slow","error":"late"}');
  progress.buildLine('{"level":"INFO","message":"quiet"}');
  progress.buildLine('no JSON at all');
  progress.stop();
  output.read();
  return text;
}

describe('progress', () => {
  for (const [name, stream] of [
    ['a file', {}],
    ['a terminal that does not know how wide it is', { isTTY: true, columns: 0 }],
  ] as const) {
    it(`is one plain line per step on ${name}`, () => {
      const lines = shown(stream).trim().split('\n');
      expect(lines.map((line) => line.replace(/^\[[\d.]+ s\] /, ''))).to.deep.equal([
        'implement 1 of 3: Add a page',
        'verify: Testing',
        'warn: slow: late',
      ]);
    });
  }
});
