/** A row of a gate's table, and what the gate found. */
export interface MeasuredRow {
  readonly name: string;
  readonly language: string;
  /** Built by hand, or two releases of a published package. */
  readonly kind: 'built' | 'release';
  readonly expect: readonly string[];
  readonly found: readonly string[];
}

const HEADING = '## Measured';

/** Returns the table of one gate: how many changes of each kind it takes for what they are, and each that it does not. */
export function renderMeasured(gate: string, rows: readonly MeasuredRow[]): string {
  const languages = [...new Set(rows.map(({ language }) => language))];
  const lines = languages.map((language) =>
    lineOf(
      language,
      rows.filter((row) => row.language === language),
    ),
  );
  const wrong = rows.filter((row) => !isRight(row));
  const listed = wrong.map(
    ({ name, language, expect, found }) => `- ${name} (${language}): expected ${list(expect)}, found ${list(found)}`,
  );
  const told = rows.filter(({ kind, expect }) => kind === 'release' && expect.length > 0);
  return [
    `### ${gate}`,
    '',
    '| language | cheats seen | honest changes that raise nothing | honest releases that raise nothing |',
    '|---|---|---|---|',
    ...lines,
    lineOf('**all**', rows),
    '',
    ...(wrong.length > 0 ? ['Not as expected:', '', ...listed, ''] : []),
    ...(told.length > 0
      ? [
          `Of ${told.length} further pairs of releases the gate tells, rightly: ${told.map(({ name }) => name).join(', ')}.`,
          '',
        ]
      : []),
  ].join('\n');
}

function lineOf(language: string, rows: readonly MeasuredRow[]): string {
  const cell = (some: readonly MeasuredRow[]) =>
    some.length === 0 ? '' : `${some.filter(isRight).length} of ${some.length}`;
  const honest = rows.filter(({ expect }) => expect.length === 0);
  const cheats = rows.filter(({ kind, expect }) => kind === 'built' && expect.length > 0);
  const ofKind = (kind: MeasuredRow['kind']) => honest.filter((row) => row.kind === kind);
  return `| ${language} | ${cell(cheats)} | ${cell(ofKind('built'))} | ${cell(ofKind('release'))} |`;
}

function isRight({ expect, found }: MeasuredRow): boolean {
  const [wanted, seen] = [new Set(expect), new Set(found)];
  return wanted.size === seen.size && [...wanted].every((rule) => seen.has(rule));
}

function list(rules: readonly string[]): string {
  return rules.length === 0 ? 'nothing' : [...new Set(rules)].join(', ');
}

/** Returns the document with its section of measured tables in place of the one that it had; it is the last one. */
export function withMeasured(document: string, tables: string): string {
  const at = document.indexOf(`\n${HEADING}\n`);
  const before = at === -1 ? `${document.trimEnd()}\n` : document.slice(0, at);
  return `${before}\n${HEADING}\n\nWritten by \`node scripts/dev/gate-table.ts\` from the rows in test/gates.\n\n${tables}`;
}
