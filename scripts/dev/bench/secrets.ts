import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { createSecretScanner } from '../../../src/core/gates/secret-scanner.ts';
import { createSecretStream } from '../../../src/core/gates/secrets/secret-windows.ts';
import { compare, median, type Row } from './row.ts';

const MIB = 1024 * 1024;
const PART = 64 * 1024;
const SOURCE = join(import.meta.dirname, '../../../node_modules/typescript/lib/typescript.js');

/** Looks through source code for shapes of secrets, beside the search for one known secret that each commit had before. */
export async function measureSecrets({ quick }: { quick: boolean }): Promise<Row[]> {
  const source = await readFile(SOURCE);
  const bytes = Buffer.concat(Array.from({ length: quick ? 1 : 8 }, () => source));
  const known = createSecretScanner(['ksk_of-this-measurement-alone']);
  const shapes = () => {
    const stream = createSecretStream('typescript.js');
    return { feed: (part: Uint8Array) => stream.feed(part), end: () => stream.end().length };
  };
  const one = () => {
    const feed = known();
    return { feed: (part: Uint8Array) => void feed(part), end: () => 0 };
  };
  const perSecond = (start: () => Stream) => median([0, 1, 2].map(() => bytes.length / MIB / secondsOf(start, bytes)));
  return [
    compare({
      ...{ group: 'secrets', what: 'source code looked through for shapes', value: perSecond(shapes), unit: 'MiB/s' },
      against: { what: 'for one known secret', value: perSecond(one) },
      note: `${Math.round(bytes.length / MIB)} MiB`,
    }),
  ];
}

interface Stream {
  feed(part: Uint8Array): void;
  end(): number;
}

function secondsOf(start: () => Stream, bytes: Uint8Array): number {
  const stream = start();
  const begun = performance.now();
  for (let at = 0; at < bytes.length; at += PART) stream.feed(bytes.subarray(at, at + PART));
  if (stream.end() > 0) throw new Error('There is no secret in it.');
  return (performance.now() - begun) / 1000;
}
