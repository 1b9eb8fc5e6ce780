import { expect } from 'chai';
import { startRunMonitor } from './run-monitor.ts';
import type { RunResult, WorkerPorts } from './run-state.ts';
import type { WorkerSettings } from './settings.ts';

const SETTINGS = { itemId: 'ITEM', leaseMs: 900_000, timeLimitMs: 3_600_000, holder: { lockKey: 'k' } };

/** Ending that a look at the card leads to, null when the run goes on. */
async function endingFor(getColumn: () => Promise<string | null | undefined>): Promise<RunResult | null> {
  const ports = {
    config: { targetStatusColumn: 'For Implementation', inProgressColumn: 'In Progress' },
    clock: { now: () => 0 },
    telemetry: { log: () => undefined },
    github: { board: { getColumn } },
  };
  const guard = startRunMonitor(SETTINGS as WorkerSettings, ports as unknown as WorkerPorts);
  await guard.watchCard();
  guard.stop();
  return guard.signal.aborted ? (guard.signal.reason as RunResult) : null;
}

describe('the look at the card', () => {
  it('lets the run go on while the card stands where the system put it, and when nobody can tell', async () => {
    expect(await endingFor(async () => 'In Progress')).to.equal(null);
    expect(await endingFor(async () => 'For Implementation')).to.equal(null);
    expect(await endingFor(() => Promise.reject(new Error('GitHub is down')))).to.equal(null);
  });

  it('cancels the run of a card that a person has moved, archived or taken away', async () => {
    for (const [column, words] of [
      ['Done', '"Done"'],
      [null, 'no column'],
      [undefined, 'archived'],
    ] as const) {
      const ending = await endingFor(async () => column);
      expect(ending).to.include({ kind: 'cancelled' });
      expect(ending?.detail).to.include(words);
    }
  });
});
