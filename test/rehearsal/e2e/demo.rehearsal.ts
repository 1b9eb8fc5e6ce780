import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import { startCommand } from '../../support/command-line.ts';

describe('kiro-worker demo --json', () => {
  it('puts its files elsewhere when its folder cannot be written to', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'kiro-demo-'));
    try {
      await writeFile(path.join(folder, '.kiro-worker'), 'a file in the way');
      const running = startCommand(['demo', '--json'], { cwd: folder, env: { TMPDIR: folder } });
      await running.untilStderr("the demo's files go to");
      running.process.kill('SIGKILL');
      await running.result;
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });

  it('does the whole job and prints one JSON document, nothing else', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'kiro-demo-'));
    try {
      const { exitCode, stdout, stderr } = await startCommand(['demo', '--json'], {
        cwd: folder,
        env: { KIRO_DEMO_DELAY_MS: '0' },
      }).result;
      expect(exitCode, stderr).to.equal(0);
      const result = JSON.parse(stdout);
      expect(result).to.have.all.keys(
        'outcome',
        'cards',
        'tasks',
        'tests',
        'coverage',
        'pullRequest',
        'card',
        'lock',
        'runDirectory',
        'durationMs',
      );
      expect(result.outcome).to.equal('completed');
      expect(result.cards).to.have.length(8);
      expect(result.cards.filter((card: { decision: string }) => card.decision === 'picked')).to.have.length(1);
      expect(result.tasks).to.have.length(3);
      for (const task of result.tasks)
        expect(task)
          .to.include({ status: 'done' })
          .and.property('commit')
          .match(/^[0-9a-f]{40}$/);
      expect(result.tests.failed).to.equal(0);
      expect(result.tests.total).to.equal(result.tests.passed).and.be.above(5);
      expect(result.coverage.linesPct).to.be.within(result.coverage.threshold, 100);
      expect(result.pullRequest).to.include({ draft: false });
      expect(result.pullRequest.body).to.include('This text was written by a person').and.include('Test Results');
      expect(result.card.status).to.equal('In Review');
      expect(result.lock.released).to.equal(true);
      expect(existsSync(result.runDirectory)).to.equal(true);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});
