import { styleText } from 'node:util';
import Table from 'cli-table3';
import { cleanText } from '../../src/core/markdown.ts';
import { breakLongWords, columnsOf, widthOf } from './text-width.ts';

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
const GAP = PLAIN.middle.length;

/** What is copied from a table, such as the id of a build, is not broken while the terminal is wide enough. */
const LONGEST_WORD = 64;
/** What names a row stays in one line up to this width. */
const NAME = 24;
const NARROWEST_COLUMN = 8;

interface Rows {
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** Returns a borderless table no wider than the terminal (100 columns elsewhere); control characters are taken out. */
export function formatTable({ head, rows }: Rows): string {
  const clean = rows.map((row) => row.map((cell) => cleanText(cell).replace(/\s+/g, ' ').trim()));
  const widths = columnWidths({ head, rows: clean }, columnsOf(process.stdout));
  const table = new Table({
    head: [...head],
    chars: PLAIN,
    colWidths: widths,
    wordWrap: true,
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
  });
  table.push(...clean.map((row) => row.map((cell, column) => breakLongWords(cell, widths[column] ?? LONGEST_WORD))));
  const [title = '', ...lines] = table.toString().replace(/ +$/gm, '').split('\n');
  return [styleText('bold', title, { stream: process.stdout }), ...lines].join('\n');
}

/** Returns the widths of columns: as wide as what is in them where that fits, else taken from those with most to spare. */
function columnWidths({ head, rows }: Rows, width: number): number[] {
  const all = head.map((title, column) => [title, ...rows.map((row) => row[column] ?? '')]);
  const widths = all.map((cells) => Math.max(1, ...cells.map(widthOf)));
  const words = all.map((cells) => Math.max(...cells.flatMap((cell) => cell.split(' ')).map(widthOf)));
  const comfortable = words.map((word, column) =>
    Math.max(Math.min(word, LONGEST_WORD), Math.min(widths[column] ?? 0, NAME)),
  );
  for (const floors of [comfortable, words.map(() => NARROWEST_COLUMN)]) {
    let over = widths.reduce((sum, each) => sum + each + GAP, -GAP) - width;
    for (; over > 0; over -= 1) {
      const spare = widths.map((each, column) => each - (floors[column] ?? 0));
      const most = Math.max(...spare);
      if (most <= 0) break;
      const column = spare.lastIndexOf(most);
      widths[column] = (widths[column] ?? 0) - 1;
    }
  }
  return widths;
}
