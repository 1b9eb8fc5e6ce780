import { createBoundedText } from '../../bounded-text.ts';

const TRANSCRIPT_CHARACTERS = 1024 * 1024;

/** What happened in a run, for people: the agent's words with marked lines between them, at most 1 MiB. */
export interface Transcript {
  /** Adds a piece of the agent's text as it is. */
  write(piece: string): void;
  /** Adds `[mark] line` on a line of its own. */
  writeLine(mark: string, line: string): void;
  toString(): string;
}

export function createTranscript(): Transcript {
  const text = createBoundedText(TRANSCRIPT_CHARACTERS);
  let atLineStart = true;
  function write(piece: string): void {
    text.append(piece);
    if (piece !== '') atLineStart = piece.endsWith('\n');
  }
  return {
    write,
    writeLine: (mark, line) => write(`${atLineStart ? '' : '\n'}[${mark}] ${line}\n`),
    toString: () => text.toString(),
  };
}
