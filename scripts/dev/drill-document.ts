import { readFile, writeFile } from 'node:fs/promises';
import type { DrillReport } from '../../test/drill/drill.ts';

/** Replaces the table between the marks of an area in a Markdown file. Throws when the file has no such marks. */
export async function writeStrikes(
  file: string,
  { area, report }: { readonly area: string; readonly report: DrillReport },
): Promise<void> {
  const text = await readFile(file, 'utf8');
  const [start, end] = [`<!-- drill: ${area}, start -->`, `<!-- drill: ${area}, end -->`];
  const [from, to] = [text.indexOf(start), text.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`${file} has no place for the table: ${start} … ${end}`);
  await writeFile(file, `${text.slice(0, from + start.length)}\n${formatStrikes(report)}\n${text.slice(to)}`);
}

/** Returns what struck: a table of surfaces by kinds, and one of the rest. */
function formatStrikes({ strikes, runs, violations }: DrillReport): string {
  const pairs = [...strikes].flatMap(([key, count]) => {
    const [, surface, kind] = /^(.+): (.+)$/.exec(key) ?? [];
    return surface === undefined || kind === undefined ? [] : [{ surface, kind, count }];
  });
  const others = [...strikes].filter(([key]) => !key.includes(': '));
  const surfaces = [...new Set(pairs.map(({ surface }) => surface))];
  const kinds = [...new Set(pairs.map(({ kind }) => kind))];
  const countOf = (surface: string, kind: string) =>
    pairs.find((pair) => pair.surface === surface && pair.kind === kind)?.count ?? '–';
  return [
    `${runs} runs, ${violations.length} violations. In so many runs it struck:`,
    ...table(
      ['', ...kinds],
      surfaces.map((surface) => [surface, ...kinds.map((kind) => countOf(surface, kind))]),
    ),
    ...table(
      ['', 'runs'],
      others.map(([key, count]) => [key, count]),
    ),
  ].join('\n');
}

function table(head: readonly string[], rows: ReadonlyArray<readonly (string | number)[]>): string[] {
  if (rows.length === 0) return [];
  const line = (cells: readonly (string | number)[]) => `| ${cells.join(' | ')} |`;
  return ['', line(head), line(head.map(() => '---')), ...rows.map(line)];
}
