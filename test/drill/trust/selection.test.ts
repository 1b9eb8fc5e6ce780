import { expect } from 'chai';
import { drillArea } from '../drill.ts';
import { trustArea } from './area.ts';
import { ATTEMPTS } from './attempts.ts';

/** One attempt of each family, the same ones each time; `npm run drill -- --area trust` makes all of them. */
const SELECTED = new Set([
  'nested-repository/in-place-of-a-file',
  'git-of-the-workspace/hooks-path',
  'git-of-the-workspace/pipes-for-its-files',
  'special-file/pipe',
  'special-file/hard-link-to-a-secret',
  'name/line-break',
  'change/with-forged-times',
  'worker-writes-over/link-outside',
  'during-the-push/a-force-push-to-an-ancestor',
  'another-ref/ends-in-its-name',
  'secret/in-base64-of-columns',
  'redaction/between-invisible-characters',
  'report/second-name-of-a-secret',
  'test-report/of-entities-in-entities',
  'coverage-report/of-a-prototype',
  'protected-path/behind-a-line-break',
  'reach/secret-in-a-closed-folder',
  'reach/signal-to-the-worker',
  'leave-a-program/by-two-forks',
  'leave/a-closed-folder',
  'next-step/changed-package',
  'run-agent-leaves/an-ignored-test',
  'run-rules/of-a-base-of-ones-own',
  'run-tests/leave-a-daemon',
]);

describe('attempts against the trust boundary', () => {
  it('are at least 120, each with a key of its own', () => {
    const keys = ATTEMPTS.map(({ key }) => key);
    expect(new Set(keys).size).to.equal(keys.length).and.to.be.at.least(120);
    expect(keys).to.include.members([...SELECTED]);
  });

  it('break nothing, and strike, in one of each family', async () => {
    const area = await trustArea({ attempts: ATTEMPTS.filter(({ key }) => SELECTED.has(key)) });
    const { violations, runs } = await drillArea(area, { seed: 1, runs: area.fullRuns, report: () => {} });
    expect(violations).to.deep.equal([]);
    expect(runs).to.be.at.least(10);
  });
});
