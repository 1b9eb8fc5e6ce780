import { createSourceParser } from '../../../src/adapters/parsers/source-parser.ts';
import { createIntegrityPlayer } from '../../../test/gates/play-integrity.ts';
import { compare, median, type Row } from './row.ts';

const FILES = 20;
const BYTES = 1_000_000;

/** The test-integrity gate on a change of 1 MB of TypeScript, beside reading it once by the parser. */
export async function measureIntegrity({ quick }: { quick: boolean }): Promise<Row[]> {
  const before = filesOf(1);
  const after = filesOf(2);
  const runs = quick ? 1 : 3;
  const player = await createIntegrityPlayer();
  const gateMs: number[] = [];
  const readMs: number[] = [];
  try {
    for (let run = 0; run < runs; run += 1) {
      gateMs.push(await timed(() => player.play({ before, after })));
      readMs.push(await timed(() => readAll(after)));
    }
  } finally {
    await player.close();
  }
  return [
    compare({
      group: 'gates',
      what: `test integrity of ${FILES} changed files, 1 MB of TypeScript on each side`,
      value: median(gateMs),
      unit: 'ms',
      against: { what: 'reading one side', value: median(readMs) },
    }),
  ];
}

async function readAll(files: Readonly<Record<string, string>>): Promise<void> {
  const parser = createSourceParser();
  try {
    await parser.read(Object.entries(files).map(([path, text]) => ({ path, text })));
  } finally {
    await parser.close();
  }
}

/** Files of tests that say something else with each `value`. */
function filesOf(value: number): Record<string, string> {
  return Object.fromEntries(Array.from({ length: FILES }, (_, file) => [`src/part-${file}.test.ts`, fileOf(value)]));
}

function fileOf(value: number): string {
  const parts = ["import { expect, it } from 'vitest';\nimport { sum } from './sum';\n"];
  for (let size = 0, test = 0; size < BYTES / FILES; test += 1) {
    const text = `it('adds ${test}', async () => {\n  const total = sum(${test}, ${value});\n  expect(total).toBe(${test + value});\n  expect(await Promise.resolve(total)).toEqual(${test + value});\n});\n`;
    parts.push(text);
    size += text.length;
  }
  return parts.join('');
}

async function timed(what: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await what();
  return performance.now() - startedAt;
}
