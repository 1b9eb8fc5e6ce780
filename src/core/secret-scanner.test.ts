import { expect } from 'chai';
import fc from 'fast-check';
import { createSecretScanner } from './secret-scanner.ts';

const KEY = 'ksk_a1b2+c3/d4=e5';

describe('secret scanner', () => {
  const found = (parts: readonly Uint8Array[], secrets = [KEY]) => {
    const feed = createSecretScanner(secrets)();
    return parts.map((part) => feed(part)).at(-1) ?? false;
  };
  const bytes = (text: string) => new TextEncoder().encode(text);

  it('finds a secret wherever the parts end', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(KEY, btoa(`user:${KEY}`), encodeURIComponent(KEY)),
        fc.array(fc.nat(60)),
        (text, cuts) => {
          const whole = bytes(`before ${text} after`);
          const ends = [...cuts.map((cut) => cut % whole.length).sort((a, b) => a - b), whole.length];
          const parts = ends.map((end, index) => whole.subarray(ends[index - 1] ?? 0, end));
          expect(found(parts)).to.equal(true);
        },
      ),
    );
  });

  it('stays with what it found, and starts anew for the next text', () => {
    const start = createSecretScanner([KEY]);
    const feed = start();
    expect(feed(bytes(KEY))).to.equal(true);
    expect(feed(bytes('nothing'))).to.equal(true);
    expect(start()(bytes('nothing'))).to.equal(false);
  });

  it('takes no other text for a secret, nor anything when there is none', () => {
    expect(found([bytes('ksk_a1b2'), bytes('ghp_0123456789abcdef')])).to.equal(false);
    expect(found([bytes('anything')], [])).to.equal(false);
    expect(found([bytes('')], [''])).to.equal(false);
  });
});
