import { ADAPTER_ROWS, type Cell, RUN_ROWS } from './rows.ts';

export const TABLE_START = '<!-- contract of agents, start -->';
export const TABLE_END = '<!-- contract of agents, end -->';

/** Returns the contract as a Markdown table: what an agent does, and how that ends for each kind of agent. */
export function formatContract(): string {
  const rows = [
    ...ADAPTER_ROWS.map((row) => ({ ...row, by: 'its adapter' })),
    ...RUN_ROWS.map((row) => ({ ...row, by: 'a whole run' })),
  ].map(({ what, kiro, acp, by }) => [what, wordsOf(kiro), wordsOf(acp), by]);
  const head = ['the agent ...', 'Kiro CLI', 'ACP', 'shown by'];
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

/** Returns a document with the table between its marks. Throws when the document has no such place. */
export function withContract(document: string): string {
  const [from, to] = [document.indexOf(TABLE_START), document.indexOf(TABLE_END)];
  if (from < 0 || to < from) throw new Error(`The document has no place for the table: ${TABLE_START} … ${TABLE_END}`);
  return `${document.slice(0, from + TABLE_START.length)}\n${formatContract()}\n${document.slice(to)}`;
}

function wordsOf(cell: Cell<string>): string {
  return 'ends' in cell ? `\`${cell.ends}\`` : `not applicable: ${cell.notApplicable}`;
}
