import { expect } from 'chai';
import { codeKey } from './package-template.ts';
import {
  describeSameRelease,
  formatManifest,
  manifestHashOf,
  manifestKey,
  parseManifest,
  type ReleaseManifest,
  templateHashOf,
  templateKey,
} from './release-manifest.ts';

const hash = 'a'.repeat(64);
const code = 'c'.repeat(64);
const MANIFEST: ReleaseManifest = {
  version: 1,
  hash,
  madeAt: '2026-11-27T12:00:00.000Z',
  environment: 'test',
  stacks: [
    {
      name: 'KiroWorkerCore',
      templateKey: templateKey('b'.repeat(64)),
      parameters: { Environment: 'test', Retention: '30' },
      tags: { Environment: 'test' },
    },
  ],
  functions: [{ name: 'src/functions/poller', key: codeKey(code), sha256: code }],
};
const read = (text: string) => parseManifest(text, { source: 'The manifest', environment: 'test' });
const readWith = (changed: object) => read(JSON.stringify({ ...MANIFEST, ...changed }));

describe('the manifest of a release', () => {
  it('is read as it was written', () => {
    expect(read(formatManifest(MANIFEST))).to.deep.equal(MANIFEST);
  });

  it('lies beside its release, and its templates lie where their content says', () => {
    expect(manifestKey(hash)).to.equal(`releases/${hash}/manifest.json`);
    expect(manifestHashOf(manifestKey(hash))).to.equal(hash);
    for (const key of ['', `releases/${hash}/worker.zip`, `releases/${hash}/x/manifest.json`])
      expect(manifestHashOf(key), key).to.equal(null);
    expect(templateHashOf(templateKey(hash))).to.equal(hash);
    for (const key of ['', codeKey(hash), `templates/stacks/../${hash}.yaml`])
      expect(templateHashOf(key), key).to.equal(null);
  });

  for (const [name, changed, said] of [
    ['of another environment', { environment: 'staging' }, /environment staging, not test/],
    ['of a later form', { version: 2 }, /version/],
    ['without stacks', { stacks: [] }, /stacks/],
    ['that names a stack twice', { stacks: [...MANIFEST.stacks, ...MANIFEST.stacks] }, /one stack twice/],
    ['whose release is none', { hash: 'main' }, /hash: is no SHA-256/],
    [
      'whose template lies elsewhere',
      { stacks: MANIFEST.stacks.map((stack) => ({ ...stack, templateKey: 'test/runs/template.yaml' })) },
      /stacks\.0\.templateKey: is no place of a template/,
    ],
    [
      'whose code lies elsewhere',
      { functions: [{ name: 'poller', key: 'test/runs/code.zip', sha256: code }] },
      /functions\.0: is not at the place/,
    ],
  ] as const) {
    it(`${name} is refused`, () => {
      expect(() => readWith(changed))
        .to.throw(said)
        .with.property('code', 'RELEASE_INVALID');
    });
  }

  it('that is no JSON is refused', () => {
    expect(() => read('{"version": 1'))
      .to.throw(/no JSON/)
      .with.property('code', 'RELEASE_INVALID');
  });

  it('says the same as another whenever that was made, and whatever its parameters are sorted by', () => {
    const [core] = MANIFEST.stacks;
    if (core === undefined) throw new Error('no stack');
    const again = {
      ...MANIFEST,
      madeAt: '2026-11-28T12:00:00.000Z',
      stacks: [{ ...core, parameters: { Retention: '30', Environment: 'test' } }],
    };
    expect(describeSameRelease(MANIFEST, again)).to.equal(true);
    const other = { ...MANIFEST, stacks: [{ ...core, parameters: { ...core.parameters, Retention: '31' } }] };
    expect(describeSameRelease(MANIFEST, other)).to.equal(false);
  });
});
