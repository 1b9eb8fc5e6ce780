import type { Syntax } from './language.ts';

/** Returns the lines of a text with blanks in the place of comments and of what stands between quotes; as they are where a text or
 *  comment does not end, since then nothing is sure. */
export function bareLines(text: string, syntax: Syntax): string[] {
  const scanner = new Scanner(text, syntax);
  const bare = scanner.scan() ? scanner.bare() : text;
  return bare.split('\n');
}

/** After one of these, a slash begins a regular expression. */
const BEFORE_PATTERN =
  /(?:^|[(,=:[!&|?{};*%~^<>]|(?<![+-])[+-]|\b(?:return|typeof|case|in|of|delete|void|throw|new|else|do|yield|await))$/;
/** On one line, after the slash. */
const PATTERN = /(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/[\\\n])+\//y;

/** What begins neither a text nor a comment in any language. */
const PLAIN = /[\w\s.,;:()[\]=+*<>!&|?^%~@$-]+/y;

class Scanner {
  readonly #text: string;
  readonly #syntax: Syntax;
  readonly #parts: string[] = [];
  #at = 0;
  /** The end of what was kept, to tell a division from a regular expression. */
  #before = '';
  /** Braces that are open, for each `${` that is. */
  readonly #insertions: number[] = [];

  constructor(text: string, syntax: Syntax) {
    this.#text = text;
    this.#syntax = syntax;
  }

  bare(): string {
    return this.#parts.join('');
  }

  /** Returns false where a text or a comment does not end. */
  scan(): boolean {
    while (this.#at < this.#text.length) if (!this.#step()) return false;
    return this.#insertions.length === 0;
  }

  #step(): boolean {
    const { lineComments, blockComment, longQuotes, quotes, isScript } = this.#syntax;
    const character = this.#text[this.#at] ?? '';
    if (lineComments.some((mark) => this.#isAt(mark))) return this.#blankTo(this.#endOfLine());
    if (blockComment !== null && this.#isAt(blockComment[0])) return this.#blankPast(blockComment[1], 2);
    const long = longQuotes.find((quote) => this.#isAt(quote));
    if (long !== undefined) return isScript ? this.#template(true) : this.#quoted(long);
    if (quotes.includes(character)) return this.#short(character);
    if (isScript && character === '/' && BEFORE_PATTERN.test(this.#before)) return this.#pattern();
    if (isScript && (character === '{' || character === '}')) return this.#brace(character);
    PLAIN.lastIndex = this.#at;
    return this.#keep(PLAIN.exec(this.#text)?.[0] ?? character);
  }

  #isAt(mark: string): boolean {
    return this.#text.startsWith(mark, this.#at);
  }

  #endOfLine(): number {
    const end = this.#text.indexOf('\n', this.#at);
    return end < 0 ? this.#text.length : end;
  }

  #keep(piece: string): true {
    this.#parts.push(piece);
    this.#at += piece.length;
    const kept = piece.trim() === '' ? this.#before : `${this.#before}${piece}`.trimEnd();
    this.#before = kept.slice(-12);
    return true;
  }

  #blankTo(end: number): true {
    this.#parts.push(this.#text.slice(this.#at, end).replace(/[^\n]/g, ' '));
    this.#at = end;
    return true;
  }

  #blankPast(mark: string, from: number): boolean {
    const end = this.#text.indexOf(mark, this.#at + from);
    return end >= 0 && this.#blankTo(end + mark.length);
  }

  #quoted(quote: string): boolean {
    this.#keep(quote);
    return this.#blankPast(quote, 0) && this.#mark();
  }

  /** What was blanked is a value: a slash after it divides. */
  #mark(): true {
    this.#before = '"x';
    return true;
  }

  #short(quote: string): boolean {
    this.#keep(quote);
    const end = this.#endOfLine();
    let at = this.#at;
    while (at < end && this.#text[at] !== quote) at += this.#text[at] === '\\' ? 2 : 1;
    this.#blankTo(Math.min(at, end));
    if (this.#text[this.#at] === quote) this.#keep(quote);
    return this.#mark();
  }

  #pattern(): boolean {
    PATTERN.lastIndex = this.#at + 1;
    const found = PATTERN.exec(this.#text);
    if (found === null) return this.#keep('/');
    this.#blankTo(PATTERN.lastIndex);
    return this.#mark();
  }

  /** A template up to its end or its next `${`. */
  #template(isStart: boolean): boolean {
    if (isStart) this.#keep('`');
    let at = this.#at;
    while (at < this.#text.length) {
      const character = this.#text[at];
      if (character === '`') {
        this.#blankTo(at);
        this.#keep('`');
        return this.#mark();
      }
      if (character === '$' && this.#text[at + 1] === '{') {
        this.#blankTo(at);
        this.#insertions.push(0);
        return this.#keep('${');
      }
      at += character === '\\' ? 2 : 1;
    }
    return false;
  }

  #brace(character: string): boolean {
    const open = this.#insertions.at(-1);
    this.#keep(character);
    if (open === undefined) return true;
    if (character === '}' && open === 0) {
      this.#insertions.pop();
      return this.#template(false);
    }
    this.#insertions[this.#insertions.length - 1] = open + (character === '{' ? 1 : -1);
    return true;
  }
}
