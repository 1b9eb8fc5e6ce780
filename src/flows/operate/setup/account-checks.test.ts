import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { expect } from 'chai';
import { createVirtualClock } from '../../../../test/support/virtual-clock.ts';
import type { Build, StartResult } from '../../../core/ports/builds.ts';
import { ACCOUNT_EXPERIMENTS, TRIED } from '../../../core/setup/account-experiments.ts';
import { isSystemError } from '../../../core/system-error.ts';
import { checkAccountAnswers } from './account-checks.ts';
import { READS_SCRIPT, STOP_SCRIPT } from './probe-builds.ts';

const ENDED: Build = {
  id: 'p:1',
  status: 'SUCCEEDED',
  ended: true,
  currentPhase: 'COMPLETED',
  startedAtMs: 0,
  endedAtMs: 1,
  logsUrl: null,
  variables: {},
};

/** An account that answers as the product takes for granted; a test changes what it is about. */
function account() {
  const answers = {
    fill: 0 as number | null,
    actions: ['Successfully executed action arn:aws:sns:us-east-1:123456789012:alerts'],
    /** Log of each script, by the script. */
    logs: new Map([
      [READS_SCRIPT, ['[Container] Running command useradd', 'KIRO-PROBE end']],
      [STOP_SCRIPT, [`trap 'echo "KIRO-PROBE term"'`, 'KIRO-PROBE ready']],
    ]),
    /** Builds that CodeBuild starts before it refuses. */
    capacity: 1,
    refusal: { kind: 'at-capacity', detail: 'Cannot have more than 1 builds in queue' } as StartResult,
  };
  const scripts: string[] = [];
  const running = new Set<string>();
  const rung: string[] = [];
  let release: string | null = 'ab'.repeat(32);
  const run = () =>
    checkAccountAnswers(
      {
        clock: createVirtualClock(),
        logs: {
          read: async ({ stream }) =>
            (answers.logs.get(scripts[Number(stream)] ?? '') ?? []).map((text, index) => ({
              ...{ id: String(index), atMs: index, stream: stream ?? '', text },
            })),
        },
        probe: {
          startScript: async (script) => `p:${scripts.push(script) - 1}`,
          ring: async (alarm) => void rung.push(alarm),
          actionsOf: async () => answers.actions,
          fillOfNothing: async () => answers.fill,
        },
        builds: {
          get: async (ids) => ids.map((id) => ({ ...ENDED, id })),
          start: async ({ token }) => {
            if (running.size === answers.capacity) return answers.refusal;
            running.add(token);
            return { kind: 'started', build: { ...ENDED, id: token, ended: false } };
          },
          stop: async (id) => void running.delete(id),
        },
      },
      {
        ...{ environment: 'test', maxConcurrentBuilds: 1, release, token: 'one', alarm: 'an-alarm' },
        onStep: () => undefined,
      },
    );
  return {
    ...{ answers, running, rung },
    withoutRelease: () => {
      release = null;
    },
    states: async () =>
      Object.fromEntries((await run()).map(({ name, state }) => [name.replace('account: ', ''), state])),
    run,
  };
}

describe('verify --account-checks', () => {
  it('passes an account that answers as the product takes for granted, and leaves no build running', async () => {
    const { states, running, rung } = account();
    expect(await states()).to.deep.equal({
      fill: 'passed',
      alarm: 'passed',
      reads: 'passed',
      stop: 'passed',
      limit: 'passed',
    });
    expect([...running]).to.deep.equal([]);
    expect(rung).to.deep.equal(['an-alarm']);
  });

  it('names what to change where the account answers otherwise', async () => {
    const { answers, run, running } = account();
    answers.fill = null;
    answers.actions = ['Failed to execute action arn:aws:sns:…: KMS access denied'];
    answers.logs.set(READS_SCRIPT, ['KIRO-PROBE finds /codebuild/output/env.sh', 'KIRO-PROBE end']);
    answers.logs.set(STOP_SCRIPT, ['KIRO-PROBE ready', 'KIRO-PROBE term']);
    answers.capacity = 9;
    const checks = await run();
    expect(checks.map(({ state }) => state)).to.deep.equal(['failed', 'failed', 'failed', 'failed', 'failed']);
    expect(checks.map(({ remedy }) => remedy)).to.have.members(Object.values(TRIED).map(({ change }) => change));
    expect(checks.map(({ detail }) => detail).join('\n'))
      .to.include('KMS access denied')
      .and.include('finds /codebuild/output/env.sh');
    expect([...running]).to.deep.equal([]);
  });

  it('passes nothing that could not be tried', async () => {
    const scene = account();
    scene.answers.actions = [];
    scene.answers.logs.clear();
    scene.withoutRelease();
    const states = await scene.states();
    expect(states).to.deep.equal({
      fill: 'passed',
      alarm: 'unknown',
      reads: 'unknown',
      stop: 'unknown',
      limit: 'unknown',
    });
  });

  it('says of every question what is taken for granted, what to change, and who tries it', () => {
    expect(new Set(ACCOUNT_EXPERIMENTS.map(({ id }) => id)).size).to.equal(11);
    for (const { assumed, change, lines } of ACCOUNT_EXPERIMENTS) {
      expect(assumed.length).to.be.greaterThan(20);
      expect(change.length).to.be.greaterThan(20);
      expect(lines).to.not.deep.equal([]);
    }
  });

  it('has a script that says when a signal reaches it, and one that a shell can read', async () => {
    expect(spawnSync('sh', ['-n', '-c', READS_SCRIPT]).status).to.equal(0);
    const child = spawn('sh', ['-c', STOP_SCRIPT], { stdio: ['ignore', 'pipe', 'inherit'], detached: true });
    const lines: string[] = [];
    for await (const line of createInterface({ input: child.stdout })) {
      lines.push(line);
      if (line === 'KIRO-PROBE ready') child.kill('SIGTERM');
      // What it started holds the pipe.
      if (line === 'KIRO-PROBE term') break;
    }
    if (child.exitCode === null) await once(child, 'exit');
    endGroup(child.pid);
    expect(lines).to.deep.equal(['KIRO-PROBE ready', 'KIRO-PROBE term']);
  });
});

/** What the script started may have ended with it. */
function endGroup(pid: number | undefined): void {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL');
  } catch (error) {
    if (!isSystemError(error, 'ESRCH')) throw error;
  }
}
