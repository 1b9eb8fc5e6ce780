import { existsSync } from 'node:fs';
import path from 'node:path';
import { createDynamoClient, createDynamoLockStore } from '../../src/adapters/aws/dynamo-lock-store.ts';
import { createSqliteLockStore } from '../../src/adapters/local/sqlite-lock-store.ts';
import { cleanText } from '../../src/core/markdown.ts';
import { resourceNames } from '../../src/core/names.ts';
import type { LockStore } from '../../src/core/ports/lock-store.ts';
import { type Retried, retry } from '../../src/flows/retry.ts';
import { locksFileOf } from '../../src/local/runtime.ts';
import { formatJson } from '../terminal/json.ts';

export interface RetryOptions {
  readonly data: string;
  readonly env?: string;
  readonly json?: boolean;
}

/** `kiro-worker retry <item>`: exit code 0, or 1 while a build holds the card's branch. Throws CONFIG_INVALID for a card that
 *  no build was ever started for. */
export async function retryCard(item: string, options: RetryOptions): Promise<number> {
  const { locks, close } = openLocks(options);
  try {
    const retried = await retry({ locks, item });
    process.stdout.write(options.json ? formatJson(retried) : `${cleanText(describe(retried))}\n`);
    return retried.held.length === 0 ? 0 : 1;
  } finally {
    close();
  }
}

function openLocks({ data, env }: RetryOptions): { locks: LockStore; close: () => void } {
  if (env !== undefined) {
    const client = createDynamoClient();
    const locks = createDynamoLockStore({ client, tableName: resourceNames(env).locksTable });
    return { locks, close: () => client.destroy() };
  }
  const file = locksFileOf(path.resolve(data));
  const locks = createSqliteLockStore({ file: existsSync(file) ? file : ':memory:' });
  return { locks, close: () => locks.close() };
}

function describe({ workItemId, branches, held }: Retried): string {
  const anew = `${workItemId} begins anew${branches.length > 0 ? ` on ${branches.join(', ')}` : ''}.`;
  if (held.length === 0) return `${anew} It starts with the next poll, when its card is in the target column.`;
  return `${anew} A build holds ${held.join(', ')}: name it again when that has ended.`;
}
