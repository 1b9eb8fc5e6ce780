import { writeFile } from 'node:fs/promises';
import { expect } from 'chai';
import { missingTools } from '../../../scripts/dev/rehearsal/tools.ts';
import { type Played, playRow } from './play-row.ts';
import type { Row } from './row.ts';
import { ROWS } from './rows/rows.ts';
import { formatMatrix, type TableRow } from './table.ts';

const AT_A_TIME = 2;
const LIMIT_MS = 20 * 60_000;

describe('real projects, carried through the worker', () => {
  // Names of rows by commas, for whoever adds one; all by default.
  const wanted = process.env.MATRIX_ROWS?.split(',');
  const rows = ROWS.filter(({ id }) => wanted?.includes(id) ?? true);
  const ready = new Map(rows.map((row) => [row, missingTools(row.tools)]));
  const table: TableRow[] = [];
  let started: Map<Row, Promise<Played>>;
  before(() => {
    started = startAll(rows.filter((row) => ready.get(row) === null));
  });

  for (const row of rows) {
    it(`${row.kind}: ${row.id}`, async function () {
      this.timeout(LIMIT_MS);
      const missing = ready.get(row) ?? null;
      if (missing !== null) table.push({ row, absent: missing });
      if (missing !== null && process.env.CI === 'true') throw new Error(missing);
      if (missing !== null) this.skip();
      const played = await started.get(row);
      if (played === undefined) throw new Error(`${row.id} was not started`);
      table.push({ row, played });
      expectCarried(played);
    });
  }

  // Each time, so that an interrupted rehearsal leaves what it has played.
  afterEach(async () => {
    const { MATRIX_TABLE: file } = process.env;
    if (file) await writeFile(file, formatMatrix(table));
  });
});

/** Plays the rows in their order, so many at a time. */
function startAll(rows: readonly Row[]): Map<Row, Promise<Played>> {
  const lanes: Promise<unknown>[] = Array.from({ length: AT_A_TIME }, () => Promise.resolve());
  const started = new Map<Row, Promise<Played>>();
  let free = Promise.resolve(0);
  for (const row of rows) {
    const turn = free.then((lane) => {
      const played = playRow(row);
      lanes[lane] = played.catch(() => undefined);
      return { played };
    });
    free = turn.then(() => Promise.race(lanes.map((busy, lane) => busy.then(() => lane))));
    const played = turn.then((one) => one.played);
    // Its own test tells.
    played.catch(() => undefined);
    started.set(row, played);
  }
  return started;
}

function expectCarried({ row, carried }: Played): void {
  const { outcome, tasks, column, tests, linesPct, changedLines, changedFiles } = carried;
  const printed = Object.entries(carried.output).map(([name, text]) => `${name}:\n${text.slice(-3000)}`);
  expect(outcome, [carried.metadata, ...printed].join('\n')).to.equal('completed');
  expect(carried.baseLine).to.equal('passed');
  expect(tasks).to.deep.equal(['1', '2']);
  expect(column).to.equal('In Review');
  expect(linesPct).to.be.within(1, 100);
  // Each task brings a function and its test.
  expect(changedLines?.total).to.be.at.least(2);
  expect(changedLines?.covered).to.equal(changedLines?.total);
  if (tests !== null) expect(tests.failed).to.equal(0);
  // Of the spec the branch itself is what it has before.
  const ofTasks = changedFiles.filter((file) => !file.startsWith('.kiro/'));
  const edited = new Set(row.edits.flatMap((edit) => Object.keys(edit)));
  expect([...ofTasks].sort()).to.deep.equal([...edited].sort());
}
