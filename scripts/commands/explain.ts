import { existsSync } from 'node:fs';
import path from 'node:path';
import { createConnectGitHub, githubAddresses } from '../../src/adapters/github/connect.ts';
import { createEnvironmentSecrets } from '../../src/adapters/local/environment-secrets.ts';
import { createSqliteLockStore } from '../../src/adapters/local/sqlite-lock-store.ts';
import { proxySecrets } from '../../src/adapters/process/machine-variables.ts';
import { systemClock } from '../../src/adapters/system-clock.ts';
import { cleanText } from '../../src/core/markdown.ts';
import { createKnownSecrets, type KnownSecrets } from '../../src/core/secrets/known-secrets.ts';
import { redactErrors } from '../../src/core/secrets/redact-error.ts';
import type { Explained } from '../../src/flows/explain.ts';
import { explain } from '../../src/flows/explain.ts';
import { locksFileOf, readLocalConfig } from '../../src/local/runtime.ts';
import { formatJson } from '../terminal/json.ts';
import { createQuietTelemetry } from '../terminal/quiet-telemetry.ts';
import { formatTable } from '../terminal/table.ts';

export interface ConfigOptions {
  readonly config: string;
  readonly data: string;
  readonly json?: boolean;
}

/** `kiro-worker explain [item]`: exit code 0, or 1 when the named card is not on the board. */
export async function explainCards(item: string | undefined, options: ConfigOptions): Promise<number> {
  const known = createKnownSecrets(proxySecrets(process.env));
  return redactErrors(known.redact, () => run(item, { ...options, known }));
}

async function run(item: string | undefined, options: ConfigOptions & { known: KnownSecrets }): Promise<number> {
  const { redact, watch } = options.known;
  const config = await readLocalConfig(options.config);
  const { githubToken } = watch(createEnvironmentSecrets(process.env));
  await githubToken();
  const telemetry = createQuietTelemetry({ redact, write: (text) => process.stderr.write(`${text}\n`) });
  const connect = createConnectGitHub({
    addresses: githubAddresses(process.env),
    token: githubToken,
    log: telemetry,
  });
  const locksFile = locksFileOf(path.resolve(options.data));
  // Where nothing was ever locked, nothing is created either: an explanation writes nothing anywhere.
  const locks = createSqliteLockStore({ file: existsSync(locksFile) ? locksFile : ':memory:' });
  try {
    const found = await explain({
      config,
      github: connect(config),
      locks,
      clock: systemClock,
      ...(item === undefined ? {} : { item }),
    });
    if (options.json) process.stdout.write(formatJson(found));
    else
      process.stdout.write(
        `${cleanText(found.board.title)} (${cleanText(found.board.url)})\n${formatCards(found.cards)}\n`,
      );
    if (item === undefined || found.cards.length > 0) return 0;
    process.stderr.write(`No card on the board has the id, title or branch ${JSON.stringify(item)}.\n`);
    return 1;
  } finally {
    locks.close();
  }
}

/** Returns cards and reasons as a table for people. */
export function formatCards(cards: readonly Pick<Explained, 'title' | 'decision' | 'reason' | 'detail'>[]): string {
  return formatTable({
    head: ['Card', 'Eligible', 'Why'],
    rows: cards.map(({ title, decision, reason, detail }) => [
      title,
      decision === 'left-out' ? 'no' : 'yes',
      reason === 'ready' ? detail : `${reason}: ${detail}`,
    ]),
  });
}
