import { expect } from 'chai';
import { expectError } from '../../test/support/expect-error.ts';
import { createMemoryReleases, type MemoryReleases } from '../../test/support/memory-release-store.ts';
import { chooseStoredRelease, listReleases, publishRelease } from './release.ts';

const OLD = `01d${'0'.repeat(61)}`;
const NEW = `1234${'0'.repeat(60)}`;
const ZIP = Uint8Array.of(1, 2, 3);

describe('releases', () => {
  let releases: MemoryReleases;
  beforeEach(() => {
    releases = createMemoryReleases();
  });
  const publish = (hash: string) => publishRelease({ store: releases.store, release: { hash, zip: ZIP } });

  it('are uploaded before new builds run them', async () => {
    expect(await publish(OLD)).to.deep.equal({ hash: OLD, uploaded: true, previous: null });
    expect(await publish(NEW)).to.deep.equal({ hash: NEW, uploaded: true, previous: OLD });
    expect(releases.writes).to.deep.equal([`put ${OLD}`, `choose ${OLD}`, `put ${NEW}`, `choose ${NEW}`]);
  });

  it('are written once: what is there and in use changes nothing', async () => {
    await publish(NEW);
    releases.writes.length = 0;
    expect(await publish(NEW)).to.deep.equal({ hash: NEW, uploaded: false, previous: NEW });
    expect(releases.writes).to.deep.equal([]);
  });

  it('that are there are taken into use again without an upload', async () => {
    await publish(OLD);
    await publish(NEW);
    releases.writes.length = 0;
    expect(await publish(OLD)).to.deep.equal({ hash: OLD, uploaded: false, previous: NEW });
    expect(releases.writes).to.deep.equal([`choose ${OLD}`]);
  });

  it('are not taken into use when the upload fails', async () => {
    const store = { ...releases.store, put: () => Promise.reject(new Error('no way')) };
    const failure: unknown = await publishRelease({ store, release: { hash: NEW, zip: ZIP } }).catch((e: unknown) => e);
    expect(failure).to.have.property('message', 'no way');
    expect(releases.chosen).to.equal(null);
  });

  it('go back by the beginning of a hash', async () => {
    await publish(OLD);
    await publish(NEW);
    const result = await chooseStoredRelease({ store: releases.store, environment: 'test', wanted: '01d0' });
    expect(result).to.deep.equal({ hash: OLD, previous: NEW });
    expect(releases.chosen).to.equal(OLD);
  });

  it('that nobody published are never taken into use', async () => {
    await publish(OLD);
    for (const wanted of [NEW, '1234', 'nonsense']) {
      await expectError(chooseStoredRelease({ store: releases.store, environment: 'test', wanted }), 'RELEASE_INVALID');
    }
    expect(releases.chosen).to.equal(OLD);
  });

  it('are listed with the one in use', async () => {
    await publish(OLD);
    await publish(NEW);
    await chooseStoredRelease({ store: releases.store, environment: 'test', wanted: OLD });
    const list = await listReleases(releases.store);
    expect(list.releases.map(({ hash, inUse }) => [hash, inUse])).to.deep.equal([
      [NEW, false],
      [OLD, true],
    ]);
    expect(list).to.include({ inUse: OLD, problem: null });
  });

  it('are listed with the reason why new builds cannot run', async () => {
    await publish(OLD);
    releases.chosen = 'latest';
    expect(await listReleases(releases.store)).to.include({ inUse: null, problem: 'latest is not a content hash.' });
    releases.chosen = NEW;
    expect((await listReleases(releases.store)).problem).to.include(NEW);
  });

  it('repair a choice that is not valid', async () => {
    await publish(OLD);
    for (const repair of [
      () => publish(OLD),
      () => chooseStoredRelease({ store: releases.store, environment: 'test', wanted: OLD }),
    ]) {
      releases.chosen = 'latest';
      expect(await repair()).to.include({ hash: OLD, previous: null });
      expect(releases.chosen).to.equal(OLD);
    }
  });
});
