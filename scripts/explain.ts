import path from 'node:path';
import { createEnvironmentSecrets } from '../src/adapters/environment-secrets.ts';
import { errorMessage } from '../src/core/errors.ts';
import type { Explained } from '../src/flows/explain.ts';
import { explain } from '../src/flows/explain.ts';
import { createMachine } from '../src/local/machine.ts';
import { createQuietTelemetry } from './quiet-telemetry.ts';
import { formatTable } from './table.ts';

export interface ConfigOptions {
  readonly config: string;
  readonly data: string;
  readonly json?: boolean;
}

/** `kiro-worker explain [item]`: exit code 0, or 1 when the named card is not on the board. */
export async function explainCards(item: string | undefined, options: ConfigOptions): Promise<number> {
  await createEnvironmentSecrets(process.env).githubToken();
  const machine = await createMachine({
    configFile: options.config,
    dataDirectory: path.resolve(options.data),
    env: process.env,
    release: null,
    telemetry: createQuietTelemetry((text) => process.stderr.write(`${text}\n`)),
  });
  try {
    const { ports, config } = machine;
    const found = await explain({
      config,
      github: ports.connectGitHub(config),
      locks: ports.locks,
      clock: ports.clock,
      ...(item === undefined ? {} : { item }),
    });
    if (options.json) process.stdout.write(`${JSON.stringify(found, null, 2)}\n`);
    else process.stdout.write(`${found.board.title} (${found.board.url})\n${formatCards(found.cards)}\n`);
    if (item === undefined || found.cards.length > 0) return 0;
    process.stderr.write(`No card on the board has the id, title or branch ${JSON.stringify(item)}.\n`);
    return 1;
  } finally {
    await machine.close().catch((error: unknown) => process.stderr.write(`${errorMessage(error)}\n`));
  }
}

/** Returns cards and reasons as a table for people. */
export function formatCards(cards: readonly Pick<Explained, 'title' | 'decision' | 'reason' | 'detail'>[]): string {
  return formatTable({
    head: ['Card', 'Picked', 'Why'],
    rows: cards.map(({ title, decision, reason, detail }) => [
      title,
      decision === 'left-out' ? 'no' : 'yes',
      reason === 'ready' ? detail : `${reason}: ${detail}`,
    ]),
  });
}
