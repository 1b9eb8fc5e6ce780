import { expect } from 'chai';
import { createRecordingLogger } from '../../../test/support/recording-logger.ts';
import { WorkerError } from '../../core/errors.ts';
import type { Breaker } from '../../core/lifecycle/breaker.ts';
import type { OutcomeKind } from '../../core/outcome.ts';
import { endRun } from '../run-result.ts';
import { noteGitService } from './probe-git.ts';

const UNAVAILABLE = new WorkerError({
  code: 'GIT_UNAVAILABLE',
  what: 'The git server could not be used.',
  why: 'HTTP 503',
  remedy: 'Wait.',
});

/** A row of the breaker, and a server that answers or does not. */
function scene() {
  const seen: { row: Breaker | null; probes: number; fault: Error | null } = { row: null, probes: 0, fault: null };
  const context = {
    repository: {
      probe: async () => {
        seen.probes += 1;
        if (seen.fault !== null) throw seen.fault;
      },
    },
    locks: {
      getBreaker: async () => seen.row,
      swapBreaker: async ({ after }: { after: Breaker }) => {
        seen.row = after;
        return true;
      },
    },
    clock: { now: () => 1_000_000 },
    startedAtMs: 500_000,
    telemetry: createRecordingLogger(() => undefined),
  };
  const end = (kind: Exclude<OutcomeKind, 'completed'>) => noteGitService(context, endRun({ kind, detail: 'Over.' }));
  return { seen, end };
}

describe('noteGitService', () => {
  it('pauses starts only where the server does not answer to the worker itself', async () => {
    const { seen, end } = scene();
    await end('service-unavailable');
    expect(seen).to.include({ row: null, probes: 1 });
    seen.fault = UNAVAILABLE;
    await end('service-unavailable');
    expect(seen.row).to.include({ service: 'git', isOpen: true, said: 'The git server could not be used. HTTP 503' });
  });

  it('asks nothing while all is well, and lets starts go on with the first answer, however its run ended', async () => {
    const { seen, end } = scene();
    await end('tests-failed');
    expect(seen.probes).to.equal(0);
    seen.fault = UNAVAILABLE;
    await end('service-unavailable');
    seen.fault = null;
    await end('fence-lost');
    expect(seen.row?.isOpen).to.equal(true);
    await end('tests-failed');
    expect(seen.row?.isOpen).to.equal(false);
  });

  it('takes nothing else for an outage, and ends no run', async () => {
    const { seen, end } = scene();
    seen.fault = new Error('The disk is full.');
    await end('service-unavailable');
    expect(seen.row).to.equal(null);
  });
});
