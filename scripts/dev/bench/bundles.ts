import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { zipSync } from 'fflate';
import { buildFunctionBundles } from '../../../src/adapters/bundle/function-bundles.ts';
import { buildRelease } from '../../../src/adapters/bundle/release-bundle.ts';
import { measurePrograms } from './processes.ts';
import { compare, type Row } from './row.ts';

const EARLIER = { bytes: 1_045_047, zip: 289_975 };

/** Sizes of what is uploaded, and how long Node takes to import a function, beside Node with nothing to do. */
export async function measureBundles({ quick }: { quick: boolean }): Promise<Row[]> {
  const bundles = await buildFunctionBundles();
  const rows = Object.entries(bundles).flatMap(([name, code]) => sizeRows(name, code));
  const release = await buildRelease();
  const size = { group: 'bundle size', unit: 'bytes', against: null, ratio: null };
  return [
    ...rows,
    { ...size, what: 'worker release, zip', value: release.zip.length },
    ...(await importRows(bundles, quick ? 5 : 15)),
  ];
}

function sizeRows(name: string, code: Uint8Array): Row[] {
  const zip = zipSync({ 'handler.mjs': code }, { level: 9 }).length;
  const size = { group: 'bundle size', unit: 'bytes' };
  if (name !== 'poller') {
    return [
      { ...size, what: name, value: code.length, against: null, ratio: null },
      { ...size, what: `${name}, zip`, value: zip, against: null, ratio: null },
    ];
  }
  const earlier = (value: number) => ({ against: { what: 'earlier', value }, earlier: value.toLocaleString('en') });
  return [
    compare({ ...size, what: name, value: code.length, ...earlier(EARLIER.bytes) }),
    compare({ ...size, what: `${name}, zip`, value: zip, ...earlier(EARLIER.zip) }),
  ];
}

async function importRows(bundles: Readonly<Record<string, Uint8Array>>, runs: number): Promise<Row[]> {
  const folder = await mkdtemp(join(tmpdir(), 'bench-import-'));
  try {
    await writeFile(join(folder, 'empty.mjs'), '');
    for (const [name, code] of Object.entries(bundles)) await writeFile(join(folder, `${name}.mjs`), code);
    const programs = { empty: ['empty.mjs'], poller: ['poller.mjs'], finalizer: ['finalizer.mjs'] };
    const wallMs = await measurePrograms(programs, { runs, cwd: folder });
    const against = { what: 'empty Node process', value: wallMs('empty') };
    const row = { group: 'cold start', unit: 'ms', against };
    return [
      compare({
        ...row,
        what: 'Node imports the poller',
        value: wallMs('poller'),
        earlier: '197–204 beside 77 (require 125)',
      }),
      compare({ ...row, what: 'Node imports the finalizer', value: wallMs('finalizer') }),
    ];
  } finally {
    await rm(folder, { recursive: true });
  }
}
