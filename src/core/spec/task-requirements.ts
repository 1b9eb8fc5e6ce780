import { trimComments } from './html-comments.ts';

/** The words that spec files use for requirements, as seen in public repositories, in lower case. */
const WORDS = [
  ...['requirement(?:s|\\(s\\))?', 'reqs?', 'anforderung(?:en)?', 'requisitos?', 'exigences?', 'требовани[ея]'],
  ...['需求', '要求', '要件', '요구\\s?사항', 'דריש(?:ות|ה)'],
].join('|');

const VALIDATES = '(?:validates|验证|驗證|検証)[*_]{0,3}\\s{0,3}[:：]\\s{0,3}[*_]{0,3}\\s{0,3}';
const LINE = new RegExp(
  `^[\\s>*+-]*?(?<open>[*_]{0,3})(?<validates>${VALIDATES})?(?:${WORDS})(?!\\p{L})(?<close>[*_]{0,3})\\s*(?<colon>[:：])?(?<list>.*)$`,
  'isu',
);
/** Where emphasised references begin behind other text: `**Property 1: …** - _Requirements: 1.1_`. */
const BEGINNING = new RegExp(`(?<=[\\s(])(?=[*_]{1,3}(?:${VALIDATES})?(?:${WORDS})(?!\\p{L}))`, 'iu');
/** What a reference looks like where nothing but the word before it says that it is one. */
const REFERENCE = /^(?:all|[\p{L}_-]{0,12}\d[\p{L}\d._–-]*)$/iu;

/**
 * Returns the requirement references that the lines name, as written, each once: `_Requirements: 1.2, 2.6_`,
 * `**Validates: Requirements 5.1**`, `**Requirements**: 1.1`, `_Requirements: [1.1, 1.2]_`, `_需求: 1.1_`. Ranges (`1.1-1.7`)
 * and `All` stay as they are.
 */
export function readRequirements(lines: readonly string[]): string[] {
  return [...new Set(lines.flatMap((line) => trimComments(line).split(BEGINNING)).flatMap((part) => readPart(part)))];
}

function readPart(part: string): string[] {
  const { open = '', validates = '', close = '', colon = '', list = '' } = LINE.exec(part.trim())?.groups ?? {};
  if (list === '' || open + validates + colon === '') return [];
  const isAround = open !== '' && close === '' && !/[*_]/.test(validates) && !list.trimStart().startsWith(open);
  const isMarked = isAround && validates + colon !== '';
  return (isAround ? withinEmphasis(list, open) : list)
    .replaceAll(/(?<=\S)\s\((?!\d)[^()]*\)/g, '')
    .replace(/^[\s*_]+/, '')
    .split(/[,，、;；]|\s(?:and|und|e|и|&)\s/u)
    .flatMap((reference) => splitAtSpaces(cleanReference(reference)))
    .filter((reference) => reference !== '' && (isMarked || REFERENCE.test(reference)));
}

/** Cuts at the end of the emphasis around the line. */
function withinEmphasis(list: string, open: string): string {
  let end = list.indexOf(open);
  while (end >= 0 && /^[\p{L}\p{N}]/u.test(list.slice(end + open.length))) end = list.indexOf(open, end + open.length);
  return list.slice(0, end).trim() === '' || end < 0 ? list : list.slice(0, end);
}

function cleanReference(reference: string): string {
  const bare = reference
    .replaceAll(/[[\]`]/g, '')
    .replace(/\s[—–-]\s(?!\d).*$/s, '')
    .trim()
    .replace(/[*_.\s]+$/, '');
  return bare.replace(/^requirements?\s+/i, '');
}

/** `1.1 1.2` are two references, `Login flow` is one. */
function splitAtSpaces(reference: string): string[] {
  const words = reference.split(/\s+/);
  return words.every((word) => REFERENCE.test(word)) ? words : [reference];
}
