import { existsSync, statSync } from 'node:fs';
import path from 'node:path';
import { createEnvironmentSecrets } from '../../src/adapters/local/environment-secrets.ts';
import { proxySecrets } from '../../src/adapters/process/machine-variables.ts';
import { WorkerError } from '../../src/core/errors.ts';
import { type Breaker, describePause, openBreakers } from '../../src/core/lifecycle/breaker.ts';
import { describeDamage } from '../../src/core/lifecycle/stored-row.ts';
import type { LockRow } from '../../src/core/lock.ts';
import { cleanText } from '../../src/core/markdown.ts';
import { createKnownSecrets } from '../../src/core/secrets/known-secrets.ts';
import type { LocalBuild } from '../../src/local/builds/build-view.ts';
import { createLocalRuntime, locksFileOf } from '../../src/local/runtime.ts';
import { DEFAULT_DATA } from '../cli/options.ts';
import { formatJson } from '../terminal/json.ts';
import { createQuietTelemetry } from '../terminal/quiet-telemetry.ts';
import { formatTable } from '../terminal/table.ts';
import { formatTime } from '../terminal/time.ts';
import type { ConfigOptions } from './explain.ts';

/** `kiro-worker status`: locks and the last builds of this machine. Reads nothing from GitHub. */
export async function showStatus(options: ConfigOptions): Promise<number> {
  const folder = path.resolve(options.data);
  const isThere = statSync(folder, { throwIfNoEntry: false })?.isDirectory() ?? false;
  if (!isThere && options.data !== DEFAULT_DATA) throw noFolder(folder);
  if (!existsSync(locksFileOf(folder))) {
    const empty = { breakers: [], locks: [], damaged: [], builds: [] };
    process.stdout.write(
      options.json ? `${JSON.stringify(empty, null, 2)}\n` : `${options.data} contains no locks and no builds yet.\n`,
    );
    return 0;
  }
  const { redact, watch } = createKnownSecrets(proxySecrets(process.env));
  const runtime = await createLocalRuntime({
    configFile: options.config,
    dataDirectory: folder,
    env: process.env,
    secrets: watch(createEnvironmentSecrets(process.env)),
    release: null,
    telemetry: createQuietTelemetry({ redact, write: (text) => process.stderr.write(`${text}\n`) }),
  });
  try {
    const damaged: string[] = [];
    const locks = await runtime.locks.list((_, damage) => damaged.push(describeDamage(damage)));
    const builds = await runtime.builds.list(20);
    const breakers = await openBreakers(runtime.locks.getBreaker);
    if (options.json) {
      process.stdout.write(formatJson({ breakers, locks, damaged, builds }));
      return 0;
    }
    process.stdout.write(
      `${breakers.map(formatBreaker).join('')}${damaged.map((text) => `${cleanText(text)}\n\n`).join('')}${formatStatus(locks, builds)}`,
    );
    return 0;
  } finally {
    await runtime.close();
  }
}

function noFolder(folder: string): WorkerError {
  return new WorkerError({
    code: 'CONFIG_INVALID',
    what: `There is no data folder ${folder}.`,
    remedy: 'Name the folder that "local poll" was given with --data; without --data both take .kiro-worker.',
  });
}

/** The last outcome, and where it is still to be written. */
function describeOutcome({ lastOutcome, pending }: LockRow): string {
  if (pending === null) return lastOutcome ?? '';
  return `${lastOutcome} (to be written: ${pending.surfaces.join(', ')})`;
}

/** `said` may be of any program's making. */
function formatBreaker(breaker: Breaker): string {
  return `${cleanText(describePause(breaker))}\n\n`;
}

function formatStatus(locks: readonly LockRow[], builds: readonly LocalBuild[]): string {
  const lockTable = formatTable({
    head: ['Branch', 'Lock', 'Fence', 'Attempts', 'Last outcome', 'Lease until', 'Build'],
    rows: locks.map((row) => [
      row.branch,
      row.status,
      String(row.fence),
      String(row.attempts),
      describeOutcome(row),
      row.status === 'held' ? formatTime(row.leaseExpiresAtMs) : '',
      row.buildId ?? '',
    ]),
  });
  const buildTable = formatTable({
    head: ['Build', 'Status', 'Phase', 'Started', 'Ended'],
    rows: builds.map(({ id, status, currentPhase, startedAtMs, endedAtMs }) => [
      id,
      status,
      currentPhase ?? '',
      formatTime(startedAtMs),
      endedAtMs === null ? '' : formatTime(endedAtMs),
    ]),
  });
  return `Locks (${locks.length})\n${lockTable}\n\nBuilds (the last ${builds.length})\n${buildTable}\n`;
}
