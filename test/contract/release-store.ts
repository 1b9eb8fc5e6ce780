import { expect } from 'chai';
import type { ReleaseStore } from '../../src/core/ports/releases.ts';
import { expectError } from '../support/expect-error.ts';

export interface ReleaseStoreHarness {
  readonly store: ReleaseStore;
  /** Bytes of a stored release. */
  zipOf(hash: string): Uint8Array | undefined;
  /** Says when a stored release was published. */
  date(hash: string, atMs: number): void;
  /** The same store while there is no place for releases yet. */
  readonly withoutPlace: ReleaseStore;
  /** Puts any text where the hash of the chosen release belongs. */
  spoilCurrent(text: string): void;
  close(): Promise<void>;
}

/** What every ReleaseStore promises. */
export function releaseStoreContract(name: string, open: () => Promise<ReleaseStoreHarness>): void {
  describe(`release store: ${name}`, () => {
    let harness: ReleaseStoreHarness;
    let store: ReleaseStore;
    beforeEach(async () => {
      harness = await open();
      store = harness.store;
    });
    afterEach(() => harness.close());

    it('holds nothing at first, and no release is chosen', async () => {
      expect(await store.list()).to.deep.equal([]);
      expect(await store.has(hashOf(1))).to.equal(false);
      expect(await store.current()).to.equal(null);
    });

    it('returns byte for byte what was put under the hash, and knows no other', async () => {
      const zip = Uint8Array.from({ length: 100_000 }, (_, index) => (index * 31) % 256);
      await store.put(hashOf(1), zip);
      expect(await store.has(hashOf(1))).to.equal(true);
      expect(await store.has(hashOf(2))).to.equal(false);
      expect(Buffer.compare(harness.zipOf(hashOf(1)) ?? new Uint8Array(), zip)).to.equal(0);
    });

    it('leaves a release that is there as it is', async () => {
      await store.put(hashOf(1), Uint8Array.of(1, 2, 3));
      await store.put(hashOf(1), Uint8Array.of(4));
      expect([...(harness.zipOf(hashOf(1)) ?? [])]).to.deep.equal([1, 2, 3]);
    });

    it('lists all releases, newest first, with their sizes', async () => {
      const order = [4, 1, 7, 2, 6, 3, 5];
      for (const n of order) await store.put(hashOf(n), new Uint8Array(n));
      for (const [age, n] of order.entries()) harness.date(hashOf(n), Date.UTC(2026, 0, 20 - age));
      const listed = await store.list();
      expect(listed.map(({ hash }) => hash)).to.deep.equal(order.map(hashOf));
      expect(listed.map(({ sizeBytes }) => sizeBytes)).to.deep.equal(order);
      expect(listed[0]?.publishedAtMs).to.equal(Date.UTC(2026, 0, 20));
    });

    it('remembers what was chosen last', async () => {
      await store.setCurrent(hashOf(1));
      expect(await store.current()).to.equal(hashOf(1));
      await store.setCurrent(hashOf(2));
      expect(await store.current()).to.equal(hashOf(2));
    });

    it('says what to set up while there is no place for releases, and never that there are none', async () => {
      await expectError(harness.withoutPlace.list(), 'SETUP_INCOMPLETE');
      await expectError(harness.withoutPlace.put(hashOf(1), Uint8Array.of(1)), 'SETUP_INCOMPLETE');
      expect(await harness.withoutPlace.has(hashOf(1))).to.equal(false);
    });

    it('refuses a chosen text that is not a hash, until another is chosen', async () => {
      harness.spoilCurrent('latest');
      expect((await expectError(store.current(), 'RELEASE_INVALID')).message).to.include('latest');
      await store.setCurrent(hashOf(1));
      expect(await store.current()).to.equal(hashOf(1));
    });
  });
}

export function hashOf(n: number): string {
  return n.toString(16).padStart(64, '0');
}
