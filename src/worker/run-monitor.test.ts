import { expect } from 'chai';
import { waitUntil } from '../../test/process-state.ts';
import { createRecordingTelemetry } from '../../test/support/recording-telemetry.ts';
import { createSqliteLockStore } from '../adapters/local/sqlite-lock-store.ts';
import { isWorkerError } from '../core/errors.ts';
import { holderOf } from '../core/lock.ts';
import { startRunMonitor } from './run-monitor.ts';
import { endRun, type RunResult } from './run-result.ts';

const HOUR_MS = 3_600_000;
const LOCK_KEY = 'octo/app#feature/x';

type GetColumn = () => Promise<string | null | undefined>;

/** A run that holds its lock; `usurp` gives the lock to another build. */
async function startMonitor(
  {
    getColumn = async () => 'In Progress',
    findColumn = getColumn,
    columns = () => ['For Implementation', 'In Progress', 'Done'],
    timeLimitMs = 3_600_000,
    leaseMs = 900_000,
    clock = { wallMs: 0, monotonicMs: 0 },
  } = {} as {
    getColumn?: GetColumn;
    findColumn?: GetColumn;
    columns?: () => string[];
    timeLimitMs?: number;
    leaseMs?: number;
    clock?: { wallMs: number; monotonicMs: number };
  },
) {
  const locks = createSqliteLockStore({ file: ':memory:' });
  const request = { lockKey: LOCK_KEY, branch: 'feature/x', workItemId: 'ITEM', environment: 'test', leaseMs: 900_000 };
  const acquire = (owner: string, takeOver: { nowMs: number; takeOverFence?: number }) =>
    locks.acquire({ ...request, owner, startToken: owner, resetAttempts: false, ...takeOver });
  const { row } = await acquire('first', { nowMs: 0 });
  if (row === null) throw new Error('the lock is free');
  const monitor = startRunMonitor({
    settings: { itemId: 'ITEM', leaseMs, timeLimitMs, holder: holderOf(row) },
    config: { targetStatusColumn: 'For Implementation', inProgressColumn: 'In Progress' },
    locks,
    clock: { now: () => clock.wallMs, monotonicMs: () => clock.monotonicMs, sleep: async () => undefined },
    telemetry: createRecordingTelemetry(),
    github: {
      board: {
        async getColumn() {
          const column = await getColumn();
          return column === undefined ? undefined : { column, movedAtMs: null };
        },
        async findCard() {
          const column = await findColumn();
          return column === undefined ? undefined : { column, movedAtMs: null, columns: columns() };
        },
      },
    },
  });
  return {
    monitor,
    locks,
    lease: async () => (await locks.get(LOCK_KEY))?.leaseExpiresAtMs,
    usurp: () => acquire('second', { nowMs: 900_000, takeOverFence: row.fence }),
    stop() {
      monitor.stop();
      locks.close();
    },
  };
}

/** Result that a look at the card leads to, null when the run goes on. */
async function resultFor(getColumn: GetColumn, findColumn = getColumn): Promise<RunResult | null> {
  const { monitor, stop } = await startMonitor({ getColumn, findColumn });
  await monitor.checkCard();
  stop();
  expect(monitor.signal.aborted).to.equal(monitor.ended() !== null);
  return monitor.ended();
}

describe('the look at the card', () => {
  it('lets the run go on while the card stands where the system put it, and when its column is unknown', async () => {
    expect(await resultFor(async () => 'In Progress')).to.equal(null);
    expect(await resultFor(async () => 'For Implementation')).to.equal(null);
    expect(await resultFor(() => Promise.reject(new Error('GitHub is down')))).to.equal(null);
  });

  it('lets the run go on when a second look in another way says that the card stands where it was', async () => {
    for (const first of [undefined, null, 'Done']) {
      expect(
        await resultFor(
          async () => first,
          async () => 'In Progress',
        ),
      ).to.equal(null);
    }
    const isDown = () => Promise.reject(new Error('GitHub is down'));
    expect(await resultFor(async () => undefined, isDown)).to.equal(null);
  });

  it('lets the run go on when somebody renames or removes the column, and cancels it when the card leaves that', async () => {
    let column: string | null = 'In Progress';
    let columns = ['For Implementation', 'In Progress', 'Done'];
    const { monitor, stop } = await startMonitor({ getColumn: async () => column, columns: () => columns });
    const seen = async () => {
      await monitor.checkCard();
      return monitor.ended()?.kind ?? monitor.cardColumn();
    };
    expect(await seen()).to.equal('In Progress');
    [column, columns] = ['Doing', ['For Implementation', 'Doing', 'Done']];
    expect(await seen()).to.equal('Doing');
    [column, columns] = [null, ['For Implementation', 'Done']];
    expect(await seen()).to.equal('Doing');
    [column, columns] = ['Done', ['For Implementation', 'Doing', 'Done']];
    expect(await seen()).to.equal('cancelled');
    stop();
  });

  it('cancels the run of a card that a person has moved, archived or taken away', async () => {
    for (const [column, words] of [
      ['Done', '"Done"'],
      [null, 'no column'],
      [undefined, 'archived'],
    ] as const) {
      const result = await resultFor(async () => column);
      expect(result).to.include({ kind: 'cancelled' });
      expect(result?.detail).to.include(words);
    }
  });
});

describe('the run monitor', () => {
  it('keeps the first result that ends a run', async () => {
    const { monitor, stop } = await startMonitor();
    monitor.end(endRun({ kind: 'partial', detail: 'The build was asked to stop.' }));
    monitor.end(endRun({ kind: 'cancelled', detail: 'The card was moved.' }));
    expect(monitor.ended()).to.include({ kind: 'partial' });
    stop();
  });

  it('lets a run write while it holds the lock, and no longer', async () => {
    const { monitor, usurp, stop } = await startMonitor();
    await monitor.assertLockHeld();
    expect(await usurp()).to.include({ kind: 'acquired' });
    const error: unknown = await monitor.assertLockHeld().catch((thrown: unknown) => thrown);
    expect(isWorkerError(error, 'FENCE_LOST')).to.equal(true);
    stop();
  });

  it('measures its limit by the clock that never jumps', async () => {
    const clock = { wallMs: 0, monotonicMs: 0 };
    const { monitor, stop } = await startMonitor({ clock });
    for (const wallMs of [10 * HOUR_MS, -10 * HOUR_MS]) {
      clock.wallMs = wallMs;
      expect(monitor.remainingMs()).to.equal(3_420_000);
    }
    clock.monotonicMs = 3_400_000;
    expect(monitor.remainingMs()).to.equal(20_000);
    stop();
  });

  it('keeps a lock that it can renew, wherever the clock jumps, and gives up one that it cannot', async () => {
    const clock = { wallMs: 10 * HOUR_MS, monotonicMs: 0 };
    const { monitor, locks, lease } = await startMonitor({ clock, leaseMs: 1000 });
    await waitUntil(async () => (await lease()) === 10 * HOUR_MS + 1000, 'the lease is renewed');
    clock.wallMs = -10 * HOUR_MS;
    await waitUntil(async () => (await lease()) === -10 * HOUR_MS + 1000, 'the lease is renewed again');
    await monitor.assertLockHeld();
    locks.close();
    clock.wallMs = 20 * HOUR_MS;
    await new Promise((resolve) => setTimeout(resolve, 1100));
    expect(monitor.ended()).to.equal(null);
    clock.monotonicMs = 2000;
    await waitUntil(() => monitor.ended()?.kind === 'fence-lost', 'the run ends');
    monitor.stop();
  });

  it('keeps time back for the report: three minutes, or a quarter of a short limit', async () => {
    for (const [timeLimitMs, remainingMs] of [
      [3_600_000, 3_420_000],
      [60_000, 45_000],
    ] as const) {
      const { monitor, stop } = await startMonitor({ timeLimitMs });
      expect(monitor.remainingMs()).to.equal(remainingMs);
      stop();
    }
  });
});
