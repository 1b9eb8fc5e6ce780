import { expect } from 'chai';
import fc from 'fast-check';
import { createBoundedText } from './bounded-text.ts';

function boundedOf(limit: number, pieces: string[]): string {
  const text = createBoundedText(limit);
  for (const piece of pieces) text.append(piece);
  return text.toString();
}

describe('bounded text', () => {
  it('keeps everything up to the limit', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ maxLength: 30 })), (pieces) => {
        const whole = pieces.join('');
        expect(boundedOf(Math.max(8, whole.length), pieces)).to.equal(whole);
      }),
    );
  });

  it('keeps beginning and end beyond it, in whole lines, and says so', () => {
    const lines = Array.from({ length: 1_000 }, (_, n) => `line ${n}\n`);
    const text = boundedOf(400, lines);
    expect(text)
      .to.match(/^line 0\nline 1\n/)
      .and.match(/\nline 998\nline 999\n$/);
    expect(text).to.contain('[middle omitted]');
    for (const line of text.split('\n')) expect(line).to.match(/^(line \d+|\.\.\. \[middle omitted\] \.\.\.|)$/);
  });

  it('never grows beyond the limit and its notice, however the pieces are cut', () => {
    fc.assert(
      fc.property(fc.integer({ min: 8, max: 100 }), fc.array(fc.string({ maxLength: 60 })), (limit, pieces) => {
        expect(boundedOf(limit, pieces).length).to.be.at.most(limit + 30);
      }),
    );
  });
});
