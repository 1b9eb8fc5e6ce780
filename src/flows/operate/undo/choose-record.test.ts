import { expect } from 'chai';
import { expectError } from '../../../../test/support/expect-error.ts';
import { type Manifest, manifestId } from '../../../core/deploy/manifest.ts';
import type { DeploymentRecords } from '../../../core/ports/operate/deployment-records.ts';
import { chooseRecord } from './choose-record.ts';

const [A, B, C] = ['a', 'b', 'c'].map((digit) => digit.repeat(64)) as [string, string, string];
const deployment = (day: number, release: string, template = A): Manifest => ({
  ...{ schema: 1, environment: 'test', account: '111111111111', region: 'us-east-1', release },
  madeAt: `2026-11-${String(day).padStart(2, '0')}T12:00:00.000Z`,
  stacks: [{ stackName: 'KiroWorkerCore', template, parameters: {}, tags: {}, artifacts: [] }],
});

describe('the deployment to go back to', () => {
  const recordsOf = (...recorded: readonly Manifest[]): DeploymentRecords => ({
    list: async () => recorded.map(manifestId).sort().reverse(),
    async read(id) {
      const found = recorded.find((one) => manifestId(one) === id);
      if (found === undefined) throw new Error(`no ${id}`);
      return found;
    },
    write: async (manifest) => manifestId(manifest),
    readTemplate: async () => '',
  });
  const choose = async (recorded: readonly Manifest[], standing: Manifest, wanted: string | null = null) =>
    (await chooseRecord({ records: recordsOf(...recorded), standing, wanted })).manifest.madeAt.slice(8, 10);
  const now = (release: string, template = A) => deployment(27, release, template);

  it('is the one before what stands, also where a stack alone differs', async () => {
    expect(await choose([deployment(1, A), deployment(2, B)], now(B))).to.equal('01');
    expect(await choose([deployment(1, A, A), deployment(2, A, B)], now(A, B))).to.equal('01');
  });

  it('is one further back after a roll-back, and not the one that was left', async () => {
    const recorded = [deployment(1, A), deployment(2, B), deployment(3, C)];
    expect(await choose(recorded, now(B))).to.equal('01');
    await expectError(choose(recorded, now(A)), 'RELEASE_INVALID');
  });

  it('passes over records that say what stands already', async () => {
    expect(await choose([deployment(1, B), deployment(2, A), deployment(3, A)], now(A))).to.equal('01');
  });

  it('is the newest where what stands was never recorded, and where only its worker was', async () => {
    expect(await choose([deployment(1, A), deployment(2, B)], now(C))).to.equal('02');
    expect(await choose([deployment(1, A), deployment(2, B)], now(B, C))).to.equal('01');
  });

  it('is none where nothing was recorded', async () => {
    const error = await expectError(choose([], now(A)), 'RELEASE_INVALID');
    expect(error.remedy).to.include('git checkout');
  });

  it('is the one that is named, by its record or its worker, the newest of several', async () => {
    const recorded = [deployment(1, A), deployment(2, B), deployment(3, B, C)];
    for (const wanted of [B, 'bbbb', 'B'.repeat(12), manifestId(deployment(3, B))])
      expect(await choose(recorded, now(B, C), wanted), wanted).to.equal('03');
    expect(await choose(recorded, now(B), manifestId(deployment(1, A)))).to.equal('01');
    for (const wanted of ['', 'bbb', 'main', `${B.slice(0, 12)}0000`]) {
      const error = await expectError(choose(recorded, now(B), wanted), 'RELEASE_INVALID');
      expect(error.remedy, wanted).to.include(manifestId(deployment(3, B)));
    }
  });
});
