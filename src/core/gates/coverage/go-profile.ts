import { linesOf } from '../report-text.ts';
import { Blocks, type OnSource } from './line-hits.ts';

const MOST_BLOCKS = 500_000;
const MOST_STATEMENTS = 2 ** 30;

/** Statements of a block times two, plus one when it was executed. */
type Block = number;

/** Hands over what a Go cover profile says of each source file. It counts statements in blocks, which stand for its lines; a
 *  block may come once per tested package. Throws an Error whose message is a clause for people. */
export function readGoProfile(bytes: Uint8Array, onSource: OnSource): void {
  const files = new Map<string, Map<string, Block>>();
  let count = 0;
  for (const line of linesOf(bytes)) {
    if (line.trim() === '' || line.startsWith('mode: ')) continue;
    const match = /^(.+):(\d+\.\d+,\d+\.\d+) (\d+) (\d+)\s*$/.exec(line);
    if (match === null || Number(match[3]) > MOST_STATEMENTS)
      throw new Error(`contains a line that is not a block: ${line.slice(0, 60)}`);
    const [, path = '', range = '', statements, hits] = match;
    const blocks = files.get(path) ?? new Map<string, Block>();
    files.set(path, blocks);
    const known = blocks.get(range);
    if (known === undefined) count += 1;
    if (count > MOST_BLOCKS) throw new Error(`contains more than ${MOST_BLOCKS} blocks`);
    blocks.set(range, 2 * Number(statements) + (Number(hits) > 0 || isHit(known) ? 1 : 0));
  }
  for (const [path, blocks] of files) {
    const lines = countStatements(blocks.values());
    onSource({ path, lines, functions: null, branches: null, statements: lines, places: placesOf(blocks) });
  }
}

/** Columns are of bytes. */
function placesOf(blocks: ReadonlyMap<string, Block>): Blocks {
  const numbers = new Uint32Array(5 * blocks.size);
  let at = 0;
  for (const [range, block] of blocks) {
    numbers.set([...range.split(/[.,]/).map(Number), isHit(block) ? 1 : 0], at);
    at += 5;
  }
  return new Blocks(numbers);
}

function isHit(block: Block | undefined): boolean {
  return block !== undefined && block % 2 === 1;
}

function countStatements(blocks: Iterable<Block>) {
  let [covered, total] = [0, 0];
  for (const block of blocks) {
    const statements = Math.floor(block / 2);
    total += statements;
    if (isHit(block)) covered += statements;
  }
  return { covered, total };
}
