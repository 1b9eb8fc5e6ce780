import { expect } from 'chai';
import {
  formatManifest,
  isSameDeployment,
  MANIFESTS,
  type Manifest,
  manifestId,
  manifestIdAt,
  parseManifest,
} from './manifest.ts';

const MANIFEST: Manifest = {
  ...{ schema: 1, environment: 'test', account: '123456789012', region: 'us-east-1' },
  madeAt: '2026-11-27T14:05:09.123Z',
  release: 'a'.repeat(64),
  stacks: [{ stackName: 'Core', template: 'b'.repeat(64), parameters: {}, tags: {}, artifacts: [] }],
};

describe('the record of a deployment', () => {
  it('is read as it was written', () => {
    expect(parseManifest(formatManifest(MANIFEST), 'x')).to.deep.equal(MANIFEST);
  });

  it('is named by its moment, so that names sort by age, and found again by its key alone', () => {
    const id = manifestId(MANIFEST);
    expect(id).to.equal('20261127T140509Z-aaaaaaaaaaaa');
    expect(manifestId({ ...MANIFEST, madeAt: '2026-12-01T00:00:00.000Z' }) > id).to.equal(true);
    expect(manifestIdAt(MANIFESTS.keyOf(id))).to.equal(id);
    for (const key of [`${MANIFESTS.folder}other.json`, `x${MANIFESTS.keyOf(id)}`, MANIFESTS.folder, ''])
      expect(manifestIdAt(key), key).to.equal(null);
  });

  it('says the same whenever it was made, and another thing with any other value', () => {
    expect(isSameDeployment(MANIFEST, { ...MANIFEST, madeAt: '2027-01-01T00:00:00.000Z' })).to.equal(true);
    expect(isSameDeployment(MANIFEST, { ...MANIFEST, release: 'c'.repeat(64) })).to.equal(false);
  });

  it('names every problem of a text that is none', () => {
    for (const [text, problem] of [
      ['no JSON', /the record:/],
      [JSON.stringify({ ...MANIFEST, release: 'short', account: '1' }), /account:[\s\S]*release:/],
      [JSON.stringify({ ...MANIFEST, more: 1 }), /more/],
    ] as const)
      expect(() => parseManifest(text, 'x'), text)
        .to.throw(problem)
        .with.property('code', 'RELEASE_INVALID');
  });
});
