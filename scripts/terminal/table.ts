import Table from 'cli-table3';
import { cleanText } from '../../src/core/markdown.ts';

const PLAIN = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: '  ',
};

/** What is copied from a table, such as the id of a build, is not cut. */
const LONGEST_WORD = 64;

function longestWord(rows: readonly (readonly string[])[], column: number): number {
  const words = rows.flatMap((row) => (row[column] ?? '').split(' '));
  return Math.min(LONGEST_WORD, Math.max(0, ...words.map((word) => word.length)));
}

/** Returns a borderless table as wide as the terminal (100 columns elsewhere); control characters are taken out. */
export function formatTable({ head, rows }: { head: readonly string[]; rows: readonly (readonly string[])[] }): string {
  const clean = rows.map((row) => row.map((cell) => cleanText(cell).replace(/\s+/g, ' ').trim()));
  const width = Math.max(60, Math.min(process.stdout.columns ?? 100, 140));
  const widths = head.map((title, column) =>
    Math.max(
      longestWord(clean, column),
      Math.min(40, Math.max(title.length, ...clean.map((row) => row[column]?.length ?? 0))),
    ),
  );
  const rest = width - widths.slice(0, -1).reduce((sum, each) => sum + each + 2, 0);
  widths[widths.length - 1] = Math.max(20, longestWord(clean, head.length - 1), rest - 2);
  const table = new Table({
    head: [...head],
    chars: PLAIN,
    colWidths: widths,
    wordWrap: true,
    style: { head: process.stdout.isTTY ? ['bold'] : [], border: [], 'padding-left': 0, 'padding-right': 0 },
  });
  table.push(...clean);
  return table.toString().replace(/[ \t]+$/gm, '');
}
