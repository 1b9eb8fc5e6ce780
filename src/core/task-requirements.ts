/** The words that spec files use for requirements, as seen in public repositories, in lower case. */
const WORDS = [
  ...['requirements?', 'reqs?', 'anforderung(?:en)?', 'requisitos?', 'exigences?', 'требовани[ея]'],
  ...['需求', '要求', '要件', '요구\\s?사항', 'דריש(?:ות|ה)'],
].join('|');

const LINE = new RegExp(
  `^[\\s>*+-]*?(?<open>[*_]{0,3})(?<validates>(?:validates|验证|驗證|検証)\\s{0,3}[:：]\\s{0,3}[*_]{0,3}\\s{0,3})?(?:${WORDS})(?!\\p{L})\\s*(?<colon>[:：])?(?<list>.*)$`,
  'isu',
);
/** What a reference looks like where nothing but the word before it says that it is one. */
const REFERENCE = /^(?:all|[\p{L}-]{0,12}\d[\p{L}\d.–-]*)$/iu;

/**
 * Returns the requirement references that the lines name, as written, each once: `_Requirements: 1.2, 2.6_`,
 * `**Validates: Requirements 5.1**`, `_Requirements: [1.1, 1.2]_`, `_需求: 1.1_`. Ranges (`1.1-1.7`) and `All` stay as they are.
 */
export function readRequirements(lines: readonly string[]): string[] {
  return [...new Set(lines.flatMap((line) => readLine(line)))];
}

function readLine(line: string): string[] {
  const { open = '', validates, colon, list = '' } = LINE.exec(line.trim())?.groups ?? {};
  if (list === '' || (!validates && !colon)) return [];
  const isMarked = open !== '' || validates !== undefined;
  return withinEmphasis(list, open)
    .replace(/^[\s*_]+/, '')
    .split(/[,，、;；]|\s(?:and|und|e|и)\s/u)
    .map((reference) => cleanReference(reference))
    .filter((reference) => reference !== '' && (isMarked || REFERENCE.test(reference)));
}

/** Cuts at the end of the emphasis around the line; `**Requirements:** 1.2` ends it before the list. */
function withinEmphasis(list: string, open: string): string {
  if (open === '') return list;
  let end = list.indexOf(open);
  while (end >= 0 && /^[\p{L}\p{N}]/u.test(list.slice(end + open.length))) end = list.indexOf(open, end + open.length);
  return list.slice(0, end).trim() === '' || end < 0 ? list : list.slice(0, end);
}

function cleanReference(reference: string): string {
  const bare = reference
    .replaceAll(/[[\]`]/g, '')
    .trim()
    .replace(/[*_.\s]+$/, '');
  return bare.replace(/^requirements?\s+/i, '');
}
