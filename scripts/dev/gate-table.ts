import { readFile, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { SCRIPT_CHEATS } from '../../test/gates/changed-lines.ts';
import { SCRIPT_HONEST } from '../../test/gates/changed-lines-honest.ts';
import { OTHER_HONEST } from '../../test/gates/changed-lines-honest-others.ts';
import { OTHER_CHEATS } from '../../test/gates/changed-lines-others.ts';
import { DEPENDENCY_CHEATS, DEPENDENCY_HONEST, judgeDependencyRow } from '../../test/gates/dependencies.ts';
import { judgeLines } from '../../test/gates/judge-lines.ts';
import { createIntegrityPlayer, type IntegrityPlayer } from '../../test/gates/play-integrity.ts';
import { judgeSecretRow, SECRET_CHEATS, SECRET_HONEST } from '../../test/gates/secrets.ts';
import { RELEASES } from '../../test/gates/test-integrity/releases.ts';
import { rows as integrityRows } from '../../test/gates/test-integrity.ts';
import { changeBetween, readRelease } from '../../test/rehearsal/gates/read-release.ts';
import { type MeasuredRow, renderMeasured, withMeasured } from './gate-table/render.ts';

const FILE = 'docs/gates.md';

/** What plays the rows of each gate; a gate's rows stand in test/gates under its name. */
const GATES: Readonly<Record<string, () => Promise<MeasuredRow[]>>> = {
  'test-integrity': measureIntegrity,
  'changed-lines': async () =>
    [...SCRIPT_CHEATS, ...OTHER_CHEATS, ...SCRIPT_HONEST, ...OTHER_HONEST].map((row) =>
      built(
        row,
        judgeLines(row).findings.map(({ rule }) => rule),
      ),
    ),
  secrets: async () => [...SECRET_CHEATS, ...SECRET_HONEST].map((row) => built(row, judgeSecretRow(row))),
  'dependencies (beside new packages and versions, which are always named)': async () => [
    ...DEPENDENCY_CHEATS.map((row) => built(row, judgeDependencyRow(row))),
    ...DEPENDENCY_HONEST.map((row) =>
      built({ ...row, expect: beyondNaming(row.expect) }, beyondNaming(judgeDependencyRow(row))),
    ),
  ],
};

function built({ name, language, expect }: Omit<MeasuredRow, 'kind' | 'found'>, found: readonly string[]): MeasuredRow {
  return { name, language, expect, kind: 'built', found };
}

function beyondNaming(rules: readonly string[]): string[] {
  return rules.filter((rule) => rule !== 'dependencies/added' && rule !== 'dependencies/changed');
}

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
