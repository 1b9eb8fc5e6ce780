import { expect } from 'chai';
import { cpuMsOf, SUSPICIOUS_CPU_MS } from '../../../test/support/cpu-time.ts';
import { stripAnsi } from '../json-lines.ts';
import { createRedactor } from './redact.ts';

const KEY = 'ksq"Zq7/planted+secret==Rt5w&Lm2';
const SPELLINGS = {
  raw: KEY,
  url: encodeURIComponent(KEY),
  json: JSON.stringify(KEY).slice(1, -1),
  hex: Buffer.from(KEY).toString('hex'),
  base64: Buffer.from(KEY).toString('base64').slice(0, 42),
};
const AROUND: Record<string, (part: string) => string> = {
  nothing: (part) => part,
  'colours and line ends': (part) => `\x1b[31m${part.slice(0, 5)}\x1b[0;1m${part.slice(5)}\x1b[0m\r\n`,
  'invisible characters': (part) => [...part].join('\u200b'),
};

describe('a secret that is split over two texts', () => {
  const redact = createRedactor([KEY]);

  /** Pieces of the spelling with as many characters that a text still has. */
  const piecesIn = (text: string, spelling: string, length = 8) =>
    Array.from({ length: spelling.length - length + 1 }, (_, at) => spelling.slice(at, at + length)).filter((piece) =>
      text.includes(piece),
    );

  for (const [name, spelling] of Object.entries(SPELLINGS)) {
    for (const [what, wrap] of Object.entries(AROUND)) {
      it(`leaves no piece of 8 characters in either, as ${name} with ${what} around it`, () => {
        for (let at = 1; at < spelling.length; at += 1) {
          const one = redact(`The key is ${wrap(spelling.slice(0, at))}`);
          const other = redact(`${wrap(spelling.slice(at))} and no more`);
          const read = (text: string) => stripAnsi(text).replace(/\u200b|\s/g, '');
          expect(piecesIn(read(one), spelling), `${at}: ${one}`).to.deep.equal([]);
          const isMasked = spelling.length - at < 8 || other.includes('[redacted]');
          expect(isMasked, `${at}: ${other}`).to.equal(true);
        }
      });
    }
  }

  it('is masked on lines of one text that something stands between, and beside an omission', () => {
    const [one, two] = [KEY.slice(0, 14), KEY.slice(14)];
    for (const text of [`a ${one}\n[agent] b\n${two} c`, `a ${one}... and so on`, `a ${one}\u2026${two} b`])
      expect(redact(text)).to.include('a [redacted]').and.not.include(one);
    expect(redact(KEY.slice(8, 20))).to.equal('[redacted]');
  });

  it('leaves words and other values alone', () => {
    for (const text of ['planted', 'secret', 'a secret==\nnot of ours', 'the end of "Zq7/', '........', 'Lm2'])
      expect(redact(text)).to.equal(text);
  });

  it('costs little, however many lines and marks a text has', () => {
    const texts = [
      `${KEY.slice(0, 7)}\n`.repeat(100_000),
      `${KEY.slice(9, 17)}...`.repeat(50_000),
      'x'.repeat(1_000_000),
    ];
    for (const text of texts) expect(cpuMsOf(() => redact(text))).to.be.below(SUSPICIOUS_CPU_MS);
  });
});
