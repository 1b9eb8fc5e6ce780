import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { createDynamoLockStore } from '../../../src/adapters/aws/dynamo-lock-store.ts';
import { createLocksTable, dynamoClientAt, startDynalite } from '../../support/servers/dynamodb.ts';
import { contend, contendersHere } from './contention.ts';
import { contendAcrossProcesses } from './processes.ts';

describe('lock contention: one owner and one new fence per round', () => {
  it('SQLite, 50 clients in 5 processes, 1,000 rounds', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'contention-'));
    try {
      const report = await contendAcrossProcesses({ folder, processes: 5, clientsEach: 10, rounds: 1_000 });
      expect(report.problems).to.deep.equal([]);
      expect(report.wins + report.renewals).to.equal(1_000);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('dynalite, 50 clients, 200 rounds', async function () {
    this.timeout(60_000);
    const dynalite = await startDynalite({ oldItem: true });
    const client = dynamoClientAt(dynalite.endpoint);
    try {
      await createLocksTable(client, 'locks');
      const makeStore = () => createDynamoLockStore({ client, tableName: 'locks' });
      const report = await contend(makeStore(), { groups: [contendersHere(makeStore, 50)], rounds: 200 });
      expect(report.problems).to.deep.equal([]);
      expect(report.wins + report.renewals).to.equal(200);
    } finally {
      client.destroy();
      await dynalite.stop();
    }
  });
});
