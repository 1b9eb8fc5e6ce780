import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect } from 'chai';
import { expectError } from '../../../test/support/expect-error.ts';
import { openBuildRecords } from './build-records.ts';

describe('the records of builds', () => {
  let root: string;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'kiro-records-'));
  });
  afterEach(() => rmSync(root, { recursive: true }));
  const refused = async (use: () => unknown) =>
    (await expectError((async () => use())(), 'BUILD_SERVICE_FAILED')).message;

  it('are named with what to do where their file is none, or cannot be made', async () => {
    writeFileSync(join(root, 'builds.sqlite'), 'no database\n'.repeat(500));
    expect(await refused(() => openBuildRecords(root)))
      .to.include(join(root, 'builds.sqlite'))
      .and.include('not a database')
      .and.include('may be deleted');
    expect(await refused(() => openBuildRecords(join(root, 'builds.sqlite')))).to.include('EEXIST');
  });

  it('are named also where they fail later', async () => {
    const records = openBuildRecords(root);
    const other = new DatabaseSync(join(root, 'builds.sqlite'));
    other.exec('DROP TABLE builds');
    other.close();
    for (const use of [() => records.list(3), () => records.get('x'), () => records.insert(() => ({ result: 1 }))])
      expect(await refused(use)).to.include('no such table');
    records.close();
  });
});
