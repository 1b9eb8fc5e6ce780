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

  const every = (spell: (code: string) => string) =>
    [...KEY].map((char) => spell(char.charCodeAt(0).toString(16).padStart(2, '0'))).join('');
  for (const [name, text] of Object.entries({
    JSON: every((code) => `\\u00${code}`),
    URL: every((code) => `%${code}`),
    hex: every((code) => `\\x${code}`),
    XML: every((code) => `&#x${code};`),
    'hex with colons': every((code) => `${code}:`),
    octal: every((code) => `\\${Number.parseInt(code, 16).toString(8).padStart(3, '0')}`),
    'base64 of UTF-16': Buffer.from(KEY, 'utf16le').toString('base64'),
    'one escape': `\\u006b${KEY.slice(1)}`,
    'broken string': `${KEY.slice(0, 9)}\\n${KEY.slice(9)}`,
    colours: [...KEY].join('\u001b[0m'),
    'invisible characters': [...KEY].join('\u200b'),
  })) {
    it(`finds one that is spelled in ${name}, also in two parts`, () => {
      const whole = bytes(`${'x'.repeat(999)}\u00e9${text}`);
      expect(found([whole])).to.equal(true);
      expect(found([whole.subarray(0, 1030), whole.subarray(1030)])).to.equal(true);
    });
  }

  it('finds one with blanks without end in its middle', () => {
    expect(found([bytes(KEY.slice(0, 5)), ...Array(9).fill(bytes(' \n'.repeat(9999))), bytes(KEY.slice(5))])).to.equal(
      true,
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
