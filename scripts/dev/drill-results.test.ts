import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import type { DrillArea } from '../../test/drill/area.ts';
import { drillArea } from '../../test/drill/drill.ts';
import { addResult, readResults } from './drill-results.ts';

describe('a file of results of the drill', () => {
  let file: string;
  let performed: number[];

  /** Seed 3 strikes what no other seed does, and breaks a promise. */
  const area: DrillArea = {
    name: 'numbers',
    shows: 'how ranges come together',
    strikes: ['usual', 'rare'],
    fullRuns: 4,
    plan: async ({ seed: first, runs }) =>
      Array.from({ length: runs }, (_, at) => first + at).map((seed) => ({
        seed,
        name: `number ${seed}`,
        perform: async () => {
          performed.push(seed);
          return seed === 3 ? { violations: ['it broke'], struck: ['rare'] } : { violations: [], struck: ['usual'] };
        },
      })),
    close: async () => {},
  };

  beforeEach(() => {
    file = path.join(mkdtempSync(path.join(tmpdir(), 'kiro-results-')), 'drill.jsonl');
    performed = [];
  });
  afterEach(() => rmSync(path.dirname(file), { recursive: true }));

  const drill = (seed: number, runs: number) =>
    drillArea(area, {
      seed,
      runs,
      report: () => {},
      known: readResults(file, area.name),
      keep: (run) => addResult(file, { area: area.name, run }),
    });

  it('brings ranges of seeds together, each seed run once', async () => {
    addResult(file, { area: 'another', run: { seed: 1, name: 'other', violations: ['not ours'], struck: [] } });
    await drill(3, 2);
    const whole = await drill(1, 4);
    expect(performed).to.deep.equal([3, 4, 1, 2]);
    expect(whole).to.deep.equal({
      runs: 4,
      violations: [{ seed: 3, name: 'number 3', violation: 'it broke' }],
      strikes: new Map([
        ['usual', 3],
        ['rare', 1],
      ]),
    });
  });

  it('judges what never struck over all ranges together', async () => {
    expect((await drill(1, 2)).violations).to.deep.equal([]);
    expect((await drill(4, 2)).violations).to.deep.equal([{ seed: 4, name: 'rare', violation: 'never struck' }]);
  });

  it('is refused when a line is no result', () => {
    appendFileSync(file, '{"area":"numbers","seed":"one"}\n');
    expect(() => readResults(file, area.name)).to.throw('seed');
  });
});
