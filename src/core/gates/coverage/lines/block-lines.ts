import { type Blocks, LineCollector, type LineHits } from '../line-hits.ts';
import { isCode } from './code-lines.ts';

/** Returns the lines of a file on which blocks have code; one counts as executed when each of its blocks was. `bare` is the file without
 *  texts and comments. */
export function lineHitsOfBlocks({ numbers }: Blocks, bare: readonly string[]): LineHits {
  const isHitOf = new Map<number, boolean>();
  let beyond = 0;
  for (let at = 0; at + 4 < numbers.length; at += 5) {
    const [from = 0, fromColumn = 0, to = 0, toColumn = 0, hit = 0] = numbers.subarray(at, at + 5);
    if (to > bare.length) beyond = Math.max(beyond, Math.min(to, 2 ** 31 - 1));
    for (let line = from; line <= Math.min(to, bare.length); line += 1) {
      const text = bare[line - 1] ?? '';
      const part = text.slice(line === from ? fromColumn - 1 : 0, line === to ? toColumn - 1 : text.length);
      if (isCode(part)) isHitOf.set(line, hit === 1 && isHitOf.get(line) !== false);
    }
  }
  const lines = new LineCollector();
  for (const [line, isHit] of isHitOf) lines.add(line, isHit);
  // A report of another text than this one is known by it.
  if (beyond > 0) lines.add(beyond, false);
  return lines.merged();
}
