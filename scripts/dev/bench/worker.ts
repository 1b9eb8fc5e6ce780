import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ENV } from '../../../src/core/names.ts';
import { createTestSystem } from '../../../test/support/system/test-system.ts';
import { compare, median, type Row } from './row.ts';

const SCRIPTED_KIRO = fileURLToPath(new URL('../../../test/fixtures/scripted-kiro.mjs', import.meta.url));

interface Moments {
  readonly overheadMs: number;
  readonly cloneMs: number;
}

/** From the start of the build's own phase to the start of the agent on its first task, without the clone. */
export async function measureWorker({ quick }: { quick: boolean }): Promise<Row[]> {
  const runs: Moments[] = [];
  for (let run = 0; run < (quick ? 2 : 5); run += 1) runs.push(await measureRun());
  return [
    compare({
      group: 'worker',
      what: 'start to the first byte of the agent, without the clone',
      value: median(runs.map(({ overheadMs }) => overheadMs)),
      unit: 'ms',
      against: { what: 'clone on this machine', value: median(runs.map(({ cloneMs }) => cloneMs)) },
      earlier: 'no phase could complete',
    }),
  ];
}

async function measureRun(): Promise<Moments> {
  const folder = await mkdtemp(join(tmpdir(), 'bench-worker-'));
  try {
    // The agent runs as a user of its own, and must still find its program and leave its time.
    await chmod(folder, 0o777);
    const times = join(folder, 'times');
    const program = join(folder, 'agent');
    const script = `#!/bin/sh\n[ "$1" = chat ] && date +%s%3N >>'${times}'\nexec '${process.execPath}' '${SCRIPTED_KIRO}' "$@"\n`;
    await writeFile(program, script, { mode: 0o755 });
    const system = await createTestSystem({ env: { [ENV.kiroCliPath]: program } });
    try {
      const [started] = (await system.run()).started;
      if (!started) throw new Error('No build was started.');
      const id = started.buildId.split(':')[1] ?? '';
      const log = await readFile(join(system.dataDirectory, 'builds', id, 'build.log'), 'utf8');
      const agentAtMs = Number((await readFile(times, 'utf8')).split('\n')[0]);
      return momentsOf(log, agentAtMs);
    } finally {
      await system.close();
    }
  } finally {
    await rm(folder, { recursive: true });
  }
}

function momentsOf(log: string, agentAtMs: number): Moments {
  const at = (pattern: RegExp) => {
    const [, time] = pattern.exec(log) ?? [];
    if (time === undefined) throw new Error(`The build's log has no ${pattern}:\n${log}`);
    return Date.parse(time);
  };
  const progressAt = (phase: string) =>
    at(new RegExp(`"message":"progress","timestamp":"([^"]+)"[^\\n]*"phase":"${phase}"`));
  const cloneMs = progressAt('spec') - progressAt('checkout');
  return { cloneMs, overheadMs: agentAtMs - at(/(\S+) Entering phase BUILD/) - cloneMs };
}
