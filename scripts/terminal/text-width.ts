const WIDEST = 140;
const NARROWEST = 40;
/** Where there is no terminal. */
const USUAL = 100;

/** East Asian wide and full-width characters, and emoji (Unicode, EastAsianWidth.txt): two columns each. */
const WIDE =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/u;

/** Returns how many columns there are to write in. */
export function columnsOf({ columns }: { readonly columns?: number }): number {
  return columns ? Math.max(NARROWEST, Math.min(columns, WIDEST)) : USUAL;
}

/** Returns how many columns a text takes that holds no control characters. */
export function widthOf(text: string): number {
  let width = 0;
  for (const character of text) width += WIDE.test(character) ? 2 : 1;
  return width;
}

/** Returns a text in which no word is wider than that: a wider one goes on after a space. */
export function breakLongWords(text: string, width: number): string {
  return text
    .split(' ')
    .flatMap((word) => (widthOf(word) > width ? piecesOf(word, width) : [word]))
    .join(' ');
}

function piecesOf(word: string, width: number): string[] {
  const pieces: string[] = [];
  let piece = '';
  for (const character of word) {
    if (piece !== '' && widthOf(piece + character) > width) {
      pieces.push(piece);
      piece = '';
    }
    piece += character;
  }
  return [...pieces, piece];
}

/** Returns a paragraph in lines of that width, words whole: a wider one, such as an address, is left to the terminal, which can copy
 *  it in one piece. */
export function wrapWords(text: string, { width, indent = '' }: { width: number; indent?: string }): string {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/\s+/)) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (line !== '' && widthOf(longer) > width) {
      lines.push(line);
      line = indent + word;
    } else line = longer;
  }
  return [...lines, line].join('\n');
}
