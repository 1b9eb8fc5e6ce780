import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { createDynamoLockStore } from '../../../src/adapters/aws/dynamo-lock-store.ts';
import { createLocksTable, dynamoClientAt, startDynalite } from '../../support/servers/dynamodb.ts';
import { contend, contendersHere } from './contention.ts';
import { contendAcrossProcesses } from './processes.ts';

/** What no lock store may let happen however many ask at once, on the embedded store and on DynamoDB's stand-in. */
export function describeLockContention({
  sqliteRounds,
  dynaliteRounds,
  processes = 5,
}: {
  sqliteRounds: number;
  dynaliteRounds: number;
  processes?: number;
}) {
  describe('lock contention: one owner and one new fence per round', () => {
    it(`SQLite, 50 clients in ${processes} processes, ${sqliteRounds} rounds`, async () => {
      const folder = mkdtempSync(join(tmpdir(), 'contention-'));
      try {
        const clientsEach = 50 / processes;
        const report = await contendAcrossProcesses({ folder, processes, clientsEach, rounds: sqliteRounds });
        expect(report.problems).to.deep.equal([]);
        expect(report.wins + report.renewals).to.equal(sqliteRounds);
      } finally {
        rmSync(folder, { recursive: true });
      }
    });

    it(`dynalite, 50 clients, ${dynaliteRounds} rounds`, async () => {
      const dynalite = await startDynalite({ oldItem: true });
      const client = dynamoClientAt(dynalite.endpoint);
      try {
        await createLocksTable(client, 'locks');
        const makeStore = () => createDynamoLockStore({ client, tableName: 'locks' });
        const report = await contend(makeStore(), { groups: [contendersHere(makeStore, 50)], rounds: dynaliteRounds });
        expect(report.problems).to.deep.equal([]);
        expect(report.wins + report.renewals).to.equal(dynaliteRounds);
      } finally {
        client.destroy();
        await dynalite.stop();
      }
    });
  });
}
