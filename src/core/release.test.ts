import { expect } from 'chai';
import * as fc from 'fast-check';
import { isWorkerError } from './errors.ts';
import { chooseRelease, isReleaseHash, releaseHashOf, releaseKey } from './release.ts';

const HASH = fc.stringMatching(/^[0-9a-f]{64}$/);

describe('release', () => {
  it('lies at a key that names its hash, and no other key names one', () => {
    fc.assert(fc.property(HASH, (hash) => releaseHashOf(releaseKey(hash)) === hash));
    fc.assert(
      fc.property(fc.string(), HASH, (text, hash) => {
        for (const key of [text, `releases/${text}/worker.zip`, `${releaseKey(hash)}${text}`, hash]) {
          const found = releaseHashOf(key);
          expect(found === null || releaseKey(found) === key, key).to.equal(true);
        }
      }),
    );
    for (const key of [`releases/${'a'.repeat(63)}/worker.zip`, `tools/${'a'.repeat(64)}/worker.zip`, 'releases/']) {
      expect(releaseHashOf(key), key).to.equal(null);
    }
  });

  it('has a hash of 64 lower-case digits and nothing else', () => {
    expect(isReleaseHash('0123456789abcdef'.repeat(4))).to.equal(true);
    for (const text of ['', 'none', 'A'.repeat(64), `${'a'.repeat(64)}\n`, ` ${'a'.repeat(64)}`, 'a'.repeat(65)]) {
      expect(isReleaseHash(text), JSON.stringify(text)).to.equal(false);
    }
  });

  it('is chosen by any beginning that it shares with no other', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(HASH, { minLength: 1 }),
        fc.nat(),
        fc.integer({ min: 4, max: 64 }),
        (hashes, n, length) => {
          const wanted = hashes[n % hashes.length] ?? '';
          const beginning = wanted.slice(0, length);
          const isAlone = hashes.filter((hash) => hash.startsWith(beginning)).length === 1;
          expect(chosen(beginning.toUpperCase(), hashes)).to.equal(isAlone ? wanted : 'RELEASE_INVALID');
        },
      ),
    );
  });

  it('is refused where several, none, or no sound hash is named, with the word in question', () => {
    const hashes = [`abcd1${'0'.repeat(59)}`, `abcd2${'0'.repeat(59)}`];
    const refusals: Array<[string, string]> = [
      ['abcd', 'beginning of 2 releases'],
      ['ffff', 'No release ffff'],
      ['abc', '"abc" is neither the content hash'],
      ['', '"" is neither the content hash'],
      ['latest', '"latest" is neither the content hash'],
      [`${hashes[0]}0`, 'neither the content hash'],
    ];
    for (const [wanted, words] of refusals) {
      expect(() => chooseRelease(wanted, { hashes, environment: 'staging' }), wanted)
        .to.throw(words)
        .and.include({ code: 'RELEASE_INVALID' })
        .with.property('remedy')
        .that.matches(/release list --env staging$/);
    }
    expect(chosen('abcd1', hashes)).to.equal(hashes[0]);
  });
});

function chosen(wanted: string, hashes: readonly string[]): string {
  try {
    return chooseRelease(wanted, { hashes, environment: 'staging' });
  } catch (error) {
    if (isWorkerError(error)) return error.code;
    throw error;
  }
}
