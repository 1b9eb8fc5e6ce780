import type { SourceCoverage } from './line-hits.ts';

interface Block {
  readonly statements: number;
  readonly hit: boolean;
}

/** Returns what a Go cover profile says of each source file. It counts statements in blocks, which stand for its lines; a
 *  block may come once per tested package. Throws an Error whose message is a clause for people. */
export function readGoProfile(text: string): SourceCoverage[] {
  const files = new Map<string, Map<string, Block>>();
  for (const line of text.split('\n').slice(1)) {
    if (line.trim() === '' || line.startsWith('mode: ')) continue;
    const match = /^(.+):(\d+\.\d+,\d+\.\d+) (\d+) (\d+)\s*$/.exec(line);
    if (match === null) throw new Error(`contains a line that is not a block: ${line.slice(0, 60)}`);
    const [, path = '', range = '', statements, hits] = match;
    const blocks = files.get(path) ?? new Map<string, Block>();
    files.set(path, blocks);
    blocks.set(range, { statements: Number(statements), hit: Number(hits) > 0 || blocks.get(range)?.hit === true });
  }
  return [...files].map(([path, blocks]) => {
    const all = [...blocks.values()];
    const lines = { covered: countStatements(all.filter(({ hit }) => hit)), total: countStatements(all) };
    return { path, lines, functions: null, branches: null, statements: lines };
  });
}

function countStatements(blocks: readonly Block[]): number {
  return blocks.reduce((total, { statements }) => total + statements, 0);
}
