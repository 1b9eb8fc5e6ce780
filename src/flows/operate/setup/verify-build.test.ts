import { expect } from 'chai';
import { createVirtualClock } from '../../../../test/support/virtual-clock.ts';
import type { Build, StartBuild, StartResult } from '../../../core/ports/builds.ts';
import { passed } from '../../../core/setup/check.ts';
import { formatSelfTestReport } from '../../../core/setup/self-test-report.ts';
import { verifyBuild } from './verify-build.ts';

const HASH = 'ab'.repeat(32);
const RUNNING: Build = {
  id: 'kiro-worker-test:1',
  status: 'QUEUED',
  ended: false,
  currentPhase: 'QUEUED',
  startedAtMs: 0,
  endedAtMs: null,
  logsUrl: null,
  variables: {},
};

describe('verify --build', () => {
  async function run(scene: {
    release?: string | null;
    start?: StartResult;
    /** What CodeBuild says of the build, look after look. */
    looks?: ReadonlyArray<Partial<Build> | null>;
    files?: Readonly<Record<string, string>>;
  }) {
    const { release = HASH, start = { kind: 'started', build: RUNNING }, files = {} } = scene;
    const looks = [...(scene.looks ?? [{ status: 'SUCCEEDED' as const, ended: true }])];
    const asked: StartBuild[] = [];
    const checks = await verifyBuild(
      {
        state: { release: async () => release },
        builds: {
          start: async (request) => {
            asked.push(request);
            return start;
          },
          get: async () => {
            const look = looks.shift();
            return look ? [{ ...RUNNING, ...look }] : [];
          },
        },
        files: { read: async (key) => files[key] ?? null },
        clock: createVirtualClock(),
      },
      { environment: 'test', token: 'one', onStep: () => undefined },
    );
    return { asked, checks, lines: checks.map(({ name, state, detail }) => `${name} ${state}: ${detail}`) };
  }
  const REPORT = { 'test/kiro-worker-test-1/self-test.json': formatSelfTestReport([passed('bundle', 'it runs')]) };

  it('waits for the build, and shows what it stored', async () => {
    const running = { status: 'IN_PROGRESS' as const, currentPhase: 'BUILD' };
    const { asked, lines } = await run({ looks: [{}, running, { status: 'SUCCEEDED', ended: true }], files: REPORT });
    expect(asked).to.deep.equal([{ token: 'one', variables: { SELF_TEST: '1' }, release: HASH }]);
    expect(lines.map((line) => line.split(':').slice(0, 2).join(':'))).to.deep.equal([
      'build: bundle passed',
      'build: artifact passed',
    ]);
  });

  it('passes no build that stored nothing, ended otherwise, or is not known any more', async () => {
    const silent = await run({});
    expect(silent.lines.join()).to.match(/failed: .*SUCCEEDED, and stored no self-test.json/);
    const failedYetWell = await run({ looks: [{ status: 'FAILED', ended: true }], files: REPORT });
    expect(failedYetWell.lines.at(-1)).to.match(/self-test build failed: .*FAILED/);
    const gone = await run({ looks: [null], files: REPORT });
    expect(gone.lines.at(-1)).to.match(/self-test build failed: .*FAULT/);
    const strange = await run({ files: { 'test/kiro-worker-test-1/self-test.json': '{"checks":[]}' } });
    expect(strange.lines.join()).to.match(/self-test build failed/);
  });

  it('tells a build that ended before its commands from one that stored nothing', async () => {
    const notRun = {
      by: 'set-up',
      said: 'CodeBuild ended it in the phase DOWNLOAD_SOURCE (FAILED): AccessDenied',
    } as const;
    const refused = await run({ looks: [{ status: 'FAILED', ended: true, notRun }] });
    expect(refused.lines.join()).to.include('DOWNLOAD_SOURCE (FAILED): AccessDenied');
    expect(refused.checks[0]?.remedy).to.include('npx kiro-worker deploy --env test');
    const fault = await run({ looks: [{ status: 'FAULT', ended: true, notRun: { by: 'service', said: 'fault' } }] });
    expect(fault.checks[0]?.remedy).to.include('Type the command again');
    const silent = await run({ looks: [{ status: 'FAILED', ended: true }] });
    expect(silent.checks[0]?.remedy).to.include('npx kiro-worker logs kiro-worker-test:1 --env test');
  });

  it('says what keeps a build from starting', async () => {
    expect((await run({ release: null })).checks[0]?.remedy).to.equal('npx kiro-worker release --env test');
    const full = await run({ start: { kind: 'at-capacity', detail: 'Cannot have more than 1 builds in queue' } });
    expect(full.lines.join()).to.match(/self-test build unknown: .*more than 1 builds/);
    const none = await run({ start: { kind: 'not-set-up', detail: 'no project' } });
    expect(none.lines).to.deep.equal(['self-test build failed: no project']);
  });
});
