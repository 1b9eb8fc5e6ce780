/** A text as somebody would read it, and where each part of it stands in the original. */
export interface Reading {
  readonly text: string;
  /** Returns the place in the original of the characters from `start` to before `end`. */
  locate(start: number, end: number): Range;
}

/** From `start` to before `end`, in UTF-16 units. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

/** What a reading passes over: matches of the pattern, unless `decode` gives the one character that a match stands for. */
interface Rule {
  readonly pattern: RegExp;
  readonly decode?: (match: string) => string;
  /** A text without a match of it reads as it does by the rule before. */
  readonly applies: RegExp;
}

// All repetitions start at an ESC, a backslash or the like, or are bounded: no text makes them slow.
const BLANK = '[\\s\\p{Cc}\\p{Cf}\\p{Default_Ignorable_Code_Point}]';
const INVISIBLE = '[\\p{Cf}\\p{Default_Ignorable_Code_Point}]';
const ESCAPE = '(?:\\x1b|\\\\{1,8}(?:u001b|x1b|033|e))';
const SEQUENCE_START = `${ESCAPE}|\\x9b`;
const ANSI = `(?:${ESCAPE}\\[|\\x9b)[0-9;:<=>?]{0,64}[ -/]{0,8}[@-~]|\\x1b\\][^\\x07\\x1b]*(?:\\x07|\\x1b\\\\)|\\x1b[@-Z\\\\^_]`;
const BY_NAME: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };
const ENCODED =
  '\\\\{1,8}(?:u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|0?[01][0-7]{2}|[nrtbf/"\'])|%(?:25){0,4}[0-7][0-9a-fA-F]|&(?:#[0-9]{1,7}|#x[0-9a-fA-F]{1,6}|amp|lt|gt|quot|apos);';

/** Without blanks and invisible characters: what was broken into lines is whole again. */
const JOINED: Rule = { pattern: new RegExp(`${BLANK}+`, 'gu'), applies: /(?:)/ };
/** Also without colours, links and cursor movements. */
const UNCOLOURED: Rule = {
  pattern: new RegExp(`${ANSI}|${BLANK}`, 'gu'),
  applies: new RegExp(SEQUENCE_START),
};
/** Also with the escapes of JSON, shells, URLs and XML read as what they stand for. */
const DECODED: Rule = {
  pattern: new RegExp(`${ANSI}|${ENCODED}|${BLANK}`, 'gu'),
  decode,
  applies: /[\\%&]/,
};

/** Returns the text without blanks, and, where it makes a difference, without terminal sequences and with escapes decoded.
 *  `index` tells the readings apart. */
export function readingsOf(text: string): Array<Reading & { readonly index: number }> {
  return READING_RULES.flatMap((rule, index) => (rule.applies.test(text) ? [{ ...read(text, rule), index }] : []));
}

/** Returns a text in each reading, whether or not it makes a difference. */
export function allReadings(text: string): string[] {
  return READING_RULES.map((rule) => read(text, rule).text);
}

/** Returns the text with its blanks, but without terminal sequences and invisible characters; null when it has none. */
export function visibleReading(text: string): Reading | null {
  return VISIBLE.applies.test(text) ? read(text, VISIBLE) : null;
}

const READING_RULES: readonly Rule[] = [JOINED, UNCOLOURED, DECODED];
const VISIBLE: Rule = {
  pattern: new RegExp(`${ANSI}|${INVISIBLE}`, 'gu'),
  applies: new RegExp(`${SEQUENCE_START}|${INVISIBLE}`, 'u'),
};

/** A stretch of a reading: characters as they are, or one that was decoded. */
interface Stretch extends Range {
  readonly at: number;
  readonly isDecoded: boolean;
}

function read(text: string, { pattern, decode }: Rule): Reading {
  // Most texts contain nothing to locate, so where everything stands is not kept beforehand.
  let stretches: Stretch[] | null = null;
  return {
    text: text.replace(pattern, (match) => decode?.(match) ?? ''),
    locate(start, end) {
      stretches ??= findStretches(text, { pattern, decode });
      return { start: startOf(stretches, start), end: endOf(stretches, end - 1) };
    },
  };
}

function findStretches(
  text: string,
  { pattern, decode }: Pick<Rule, 'pattern'> & { decode: Rule['decode'] | undefined },
) {
  const stretches: Stretch[] = [];
  let length = 0;
  const keep = (characters: number, stretch: Omit<Stretch, 'at'>) => {
    if (characters === 0) return;
    stretches.push({ ...stretch, at: length });
    length += characters;
  };
  let from = 0;
  for (const match of text.matchAll(pattern)) {
    const end = match.index + match[0].length;
    keep(match.index - from, { start: from, end: match.index, isDecoded: false });
    keep(decode?.(match[0]).length ?? 0, { start: match.index, end, isDecoded: true });
    from = end;
  }
  keep(text.length - from, { start: from, end: text.length, isDecoded: false });
  return stretches;
}

function startOf(stretches: readonly Stretch[], at: number): number {
  const { start, at: first } = stretchAt(stretches, at);
  return start + at - first;
}

function endOf(stretches: readonly Stretch[], at: number): number {
  const stretch = stretchAt(stretches, at);
  return stretch.isDecoded ? stretch.end : stretch.start + at - stretch.at + 1;
}

function stretchAt(stretches: readonly Stretch[], at: number): Stretch {
  let [low, high] = [0, stretches.length - 1];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((stretches[middle]?.at ?? 0) <= at) low = middle;
    else high = middle - 1;
  }
  return stretches[low] ?? { at: 0, start: 0, end: 0, isDecoded: false };
}

function decode(match: string): string {
  if (match.startsWith('%')) return printable(Number.parseInt(match.slice(-2), 16));
  if (match.startsWith('&')) return decodeEntity(match.slice(1, -1));
  if (!match.startsWith('\\')) return '';
  const meaning = match.replace(/^\\+/, '');
  if (/^[ux][0-9a-fA-F]/.test(meaning)) return printable(Number.parseInt(meaning.slice(1), 16));
  if (/^[0-7]/.test(meaning)) return printable(Number.parseInt(meaning, 8));
  return /^[/"']/.test(meaning) ? meaning : '';
}

function decodeEntity(name: string): string {
  if (!name.startsWith('#')) return BY_NAME[name] ?? '';
  return printable(/^#x/i.test(name) ? Number.parseInt(name.slice(2), 16) : Number(name.slice(1)));
}

/** Secrets are printable ASCII; whatever else an escape stands for is passed over. */
function printable(code: number): string {
  return code > 0x20 && code < 0x7f ? String.fromCharCode(code) : '';
}
