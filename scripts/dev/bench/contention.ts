import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { contendAcrossProcesses } from '../../../test/contract/locks/processes.ts';
import type { Row } from './row.ts';

/** Rounds of 50 clients in 5 processes on one lock file; each must end with one owner. */
export async function measureContention({ rounds }: { rounds: number }): Promise<Row[]> {
  const folder = await mkdtemp(join(tmpdir(), 'bench-contention-'));
  try {
    const report = await contendAcrossProcesses({ folder, processes: 5, clientsEach: 10, rounds });
    const { wins, renewals, durationMs, problems } = report;
    const group = 'locks: contention on the embedded store';
    const note = problems.length > 0 ? `PROBLEMS: ${problems.slice(0, 3).join('; ')}` : 'no round without or with two';
    return [
      {
        group,
        what: '50 clients in 5 processes, rounds',
        value: (rounds / durationMs) * 1000,
        unit: 'rounds/s',
        against: null,
        ratio: null,
      },
      {
        group,
        what: `rounds with one owner (${wins} wins + ${renewals} renewals)`,
        value: wins + renewals,
        unit: 'rounds',
        against: { what: 'rounds played', value: rounds },
        ratio: (wins + renewals) / rounds,
        note,
      },
    ];
  } finally {
    await rm(folder, { recursive: true });
  }
}
