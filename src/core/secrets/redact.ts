import { cutIndexOf, findCutSecrets } from './cut-secrets.ts';
import { allReadings, type Range, readingsOf, visibleReading } from './text-reading.ts';

const MASK = '[redacted]';
/** Shorter values would mask ordinary words. */
const SHORTEST_SECRET = 6;
const SHORTEST_FRAGMENT = 8;
const SHORTEST_SECRET_LINE = 16;

export type Redact = (text: string) => string;

/** Returns the function that masks secrets in text on its way out: the given ones in every usual spelling (raw,
 *  base64 at any offset and of UTF-16, URL, JSON, XML, hex with or without separators, octal), also with blanks, line breaks, terminal sequences or invisible characters in
 *  between; pieces of 8 and more characters where a text or line is cut in the middle of one; and what looks like a token, a key or
 *  credentials. Linear in the text's length. Secrets of fewer than 6
 *  characters are not looked for. */
export function createRedactor(secrets: readonly string[]): Redact {
  const known = patternsOf(secrets);
  const cut = cutIndexOf(spellingsOf(secrets));
  return (text) => {
    const visible = visibleReading(text);
    const inVisible =
      visible === null ? [] : findShapes(visible.text).map(({ start, end }) => visible.locate(start, end));
    return mask(text, [...findKnown(text, known), ...findCutSecrets(text, cut), ...findShapes(text), ...inVisible]);
  };
}

function findKnown(text: string, patterns: ReadonlyArray<RegExp | null>): Range[] {
  return readingsOf(text).flatMap((reading) => {
    const pattern = patterns[reading.index];
    if (!pattern) return [];
    return Array.from(reading.text.matchAll(pattern), ({ index, 0: { length } }) =>
      reading.locate(index, index + length),
    );
  });
}

function findShapes(text: string): Range[] {
  return SHAPES.flatMap(({ pattern, isSecret }) =>
    Array.from(text.matchAll(pattern)).flatMap(({ index, 0: match, 1: kept = '' }) => {
      const isFound = isSecret === undefined || isSecret(match.slice(kept.length));
      return isFound ? [{ start: index + kept.length, end: index + match.length }] : [];
    }),
  );
}

function mask(text: string, ranges: readonly Range[]): string {
  if (ranges.length === 0) return text;
  const sorted = [...ranges].sort((one, other) => one.start - other.start || other.end - one.end);
  const pieces: string[] = [];
  let from = 0;
  for (const { start, end } of sorted) {
    // What overlaps becomes one mask.
    if (start >= from) pieces.push(text.slice(from, start), MASK);
    from = Math.max(from, end);
  }
  return `${pieces.join('')}${text.slice(from)}`;
}

/** Returns the given secrets in each usual spelling, longest first. */
export function spellingsOf(secrets: readonly string[]): string[] {
  return [...new Set(secrets.flatMap(spell))].sort((a, b) => b.length - a.length);
}

/** Returns one pattern for each reading of a text, by the reading's index; null where there is no secret to look for. */
export function patternsOf(secrets: readonly string[], flags = 'g'): Array<RegExp | null> {
  const readings = spellingsOf(secrets).map(allReadings);
  return allReadings('').map((_, index) => {
    const wanted = new Set(
      readings.flatMap((each) => [each[0] ?? '', each[index] ?? '']).filter(({ length }) => length >= SHORTEST_SECRET),
    );
    const ordered = [...wanted].sort((a, b) => b.length - a.length);
    return ordered.length > 0 ? new RegExp(ordered.map(escapeForPattern).join('|'), flags) : null;
  });
}

const KEY_HEAD = '-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----';
const KEY_BODY = '(?:[A-Za-z0-9+/=\\s:,.]|\\\\[nr]|-(?!----))*';
const KEY_END = '-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----';
const CUT_BODY = '(?:(?:\\s|\\\\[nr])*[A-Za-z0-9+/=]{40,})+';

interface Shape {
  /** What stands in the first group is kept. */
  readonly pattern: RegExp;
  /** Tells whether the rest is a secret; it always is when absent. */
  readonly isSecret?: (value: string) => boolean;
}

/** Repetitions are bounded or start at a token's edge, so that no text makes them slow. */
const SHAPES: readonly Shape[] = [
  { pattern: new RegExp(`${KEY_HEAD}${KEY_BODY}${KEY_END}|${KEY_HEAD}${CUT_BODY}`, 'g') },
  { pattern: /(?<![A-Za-z0-9])gh[pousr]_[A-Za-z0-9][A-Za-z0-9_.-]{14,}(?<![_.-])/g },
  { pattern: /(?<![A-Za-z0-9])github_pat_[A-Za-z0-9_]{20,}/g },
  { pattern: /(?<![A-Za-z0-9])glpat-[A-Za-z0-9_-]{16,}/g },
  { pattern: /(?<![A-Za-z0-9])ksk_[A-Za-z0-9_-]{8,}/g },
  { pattern: /(?<![A-Za-z0-9])(?:AKIA|ASIA)[A-Z0-9]{16}(?![A-Za-z0-9])/g },
  {
    pattern: /(?<![A-Za-z0-9_-])eyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}/g,
  },
  {
    pattern: /(?<![a-z0-9+.-])([a-z][a-z0-9+.-]{0,20}:\/\/)[^\s/@:]{0,300}:[^\s/@]{1,1000}(?=@)/gi,
  },
  {
    pattern:
      /((?:authorization|x-api-key|private-token|x-amz-security-token)["']?\s{0,9}[:=]\s{0,9}["']?(?:(?:basic|bearer|token)\s{1,9})?)([A-Za-z0-9._~+/=-]{8,})/gi,
    isSecret: looksMade,
  },
  { pattern: /((?<![A-Za-z0-9])(?:basic|bearer)\s{1,9})([A-Za-z0-9._~+/=-]{16,})/gi, isSecret: looksMade },
  {
    pattern:
      /((?:secret_?access_?key|session_?token|client_?secret)["']?\s{0,9}[:=]\s{0,9}["']?)([A-Za-z0-9._~+/=-]{16,})/gi,
    isSecret: looksMade,
  },
  {
    pattern: /([?&](?:access_token|token|x-amz-signature|x-amz-security-token|x-amz-credential)=)([^&\s"'<>]{8,})/gi,
    isSecret: looksMade,
  },
];

/** Words have no digits; tokens, hashes and base64 nearly always do. */
function looksMade(value: string): boolean {
  return /\d/.test(value) && /[A-Za-z]/.test(value);
}

function spell(secret: string): string[] {
  const value = secret.trim();
  const lines = value.split(/\r?\n/).map((line) => line.trim());
  const parts = lines.length > 1 ? lines.filter((line) => line.length >= SHORTEST_SECRET_LINE) : [];
  return [value, ...parts].filter((part) => part.length >= SHORTEST_SECRET).flatMap(spellPart);
}

function spellPart(value: string): string[] {
  const bytes = new TextEncoder().encode(value);
  const url = encodeURIComponent(value);
  const strictUrl = url.replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
  const json = JSON.stringify(value).slice(1, -1);
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0'));
  return [
    value,
    ...[url, strictUrl].flatMap((text) => [text, text.replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase())]),
    url.replaceAll('%20', '+'),
    json,
    JSON.stringify(json).slice(1, -1),
    ...['', ':', '-'].map((separator) => hex.join(separator)).flatMap((text) => [text, text.toUpperCase()]),
    Array.from(bytes, (byte) => byte.toString(8).padStart(3, '0')).join(''),
    ...[bytes, asUtf16(value)].flatMap((each) => [0, 1, 2].flatMap((offset) => base64Fragments(each, offset))),
  ];
}

/** Bytes of a text in UTF-16 from the first byte that is not a zero of either order to the last. */
function asUtf16(text: string): Uint8Array {
  const codes = Array.from({ length: text.length }, (_, at) => text.charCodeAt(at));
  return Uint8Array.from(codes.flatMap((code) => [code & 0xff, code >> 8])).subarray(0, -1);
}

/** The characters of base64 text that the bytes alone decide when `offset` other bytes stand before them, in both
 *  alphabets. */
function base64Fragments(bytes: Uint8Array, offset: number): string[] {
  const padded = new Uint8Array(offset + bytes.length);
  padded.set(bytes, offset);
  const text = btoa(Array.from(padded, (byte) => String.fromCharCode(byte)).join(''));
  const fragment = text.slice(Math.ceil((offset * 8) / 6), Math.floor((padded.length * 8) / 6));
  if (fragment.length < SHORTEST_FRAGMENT) return [];
  return [fragment, fragment.replaceAll('+', '-').replaceAll('/', '_')];
}

function escapeForPattern(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/-]/g, '\\$&');
}
