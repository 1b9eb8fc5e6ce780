import { readFile, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { createIntegrityPlayer, type IntegrityPlayer } from '../../test/gates/play-integrity.ts';
import { RELEASES } from '../../test/gates/test-integrity/releases.ts';
import { rows as integrityRows } from '../../test/gates/test-integrity.ts';
import { changeBetween, readRelease } from '../../test/rehearsal/gates/read-release.ts';
import { type MeasuredRow, renderMeasured, withMeasured } from './gate-table/render.ts';

const FILE = 'docs/gates.md';

/** What plays the rows of each gate; a gate's rows stand in test/gates under its name. */
const GATES: Readonly<Record<string, () => Promise<MeasuredRow[]>>> = { 'test-integrity': measureIntegrity };

async function measureIntegrity(): Promise<MeasuredRow[]> {
  const player = await createIntegrityPlayer();
  try {
    const built = await playAll(player);
    process.env.REHEARSAL_FOLDER ??= resolve('.rehearsal');
    const released: MeasuredRow[] = [];
    for (const { name, language, expect, before, after } of RELEASES) {
      const findings = await player.play(changeBetween(await readRelease(before), await readRelease(after)));
      released.push({ name, language, expect, kind: 'release', found: findings.map(({ rule }) => rule) });
    }
    return [...built, ...released];
  } finally {
    await player.close();
  }
}

async function playAll(player: IntegrityPlayer): Promise<MeasuredRow[]> {
  const measured: MeasuredRow[] = [];
  for (const { change, ...row } of integrityRows) {
    const findings = await player.play(change);
    measured.push({ ...row, kind: 'built', found: findings.map(({ rule }) => rule) });
  }
  return measured;
}

const document = await readFile(FILE, 'utf8');
const sections: string[] = [];
for (const [gate, measure] of Object.entries(GATES)) sections.push(renderMeasured(gate, await measure()));
await writeFile(FILE, withMeasured(document, sections.join('\n')));
process.stdout.write(`${sections.join('\n')}\n`);
