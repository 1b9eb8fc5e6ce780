/** A process of contenders on one lock file: answers each round that its parent sends with the clients that won it.
 *  Usage: fork('lock-contender.ts', [file, clients]) */
import { createSqliteLockStore } from '../../../src/adapters/local/sqlite-lock-store.ts';
import type { Round } from './contention.ts';
import { contendersHere } from './contention.ts';

const [file = '', clients = '1'] = process.argv.slice(2);
const contenders = contendersHere(() => createSqliteLockStore({ file }), Number(clients), String(process.pid));

process.on('message', async (round: Round) => process.send?.(await contenders.compete(round)));
process.on('disconnect', () => process.exit());
process.send?.('ready');
