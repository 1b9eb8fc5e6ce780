import { expect } from 'chai';
import fc from 'fast-check';
import { characters, privateKey, TOKENS } from '../../../../test/gates/made-tokens.ts';
import { RECOMMENDED_RULES } from './recommended-rules.ts';
import { createSecretStream } from './secret-windows.ts';

describe('a stream that is looked through for secrets', () => {
  const look = (parts: readonly Uint8Array[], path = 'a.txt') => {
    const stream = createSecretStream(path);
    for (const part of parts) stream.feed(part);
    return stream.end();
  };

  it('has every recommended rule but the one that obeys comments', () => {
    expect(RECOMMENDED_RULES).to.have.length.above(20);
    expect(RECOMMENDED_RULES).to.include.members([
      'aws',
      'privatekey',
      'slack',
      'github',
      'database-connection-string',
    ]);
    expect(RECOMMENDED_RULES.filter((name) => /filter|comment/.test(name))).to.deep.equal([]);
  });

  it('finds each once, at its line, wherever windows and parts end', () => {
    const secrets = [TOKENS.github, TOKENS.jwt, privateKey('RSA').trim(), TOKENS.postgres.replace(/.orders$/, '')];
    fc.assert(
      fc.property(
        fc.constantFrom(...secrets),
        fc.integer({ min: 60_000, max: 90_000 }),
        fc.nat(70_000),
        (secret, at, cut) => {
          const before = 'word \n'.repeat(Math.floor(at / 6));
          const bytes = Buffer.from(`${before}${secret}\n${'more\n'.repeat(20_000)}`);
          const found = look([bytes.subarray(0, cut), bytes.subarray(cut)]);
          expect(found.map(({ text, line }) => [text, line])).to.deep.equal([[secret, Math.floor(at / 6) + 1]]);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('takes nothing for a secret that a window cuts out of a longer word', () => {
    const word = `x${characters('word', { length: 70_000 })}${TOKENS.npm}`;
    for (let shift = 0; shift < 8; shift += 1)
      expect(look([Buffer.from(`${' '.repeat(shift * 977)}${word}`)])).to.deep.equal([]);
  });

  it('reads no file of the worker for a path of the branch', () => {
    expect(look([Buffer.from('x')], '/etc/passwd.p12')).to.deep.equal([]);
  });

  it('tells a bounded number of one file', () => {
    expect(look([Buffer.from(`${TOKENS.github}\n`.repeat(5000))])).to.have.length(1000);
  });
});
