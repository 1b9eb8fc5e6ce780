import { isCode } from './code-lines.ts';
import type { Language } from './language.ts';

/** Returns the numbers (from 1) of the lines that a tool would count if it saw the file, as far as its bare lines show that. */
export function unloadedLines(bare: readonly string[], language: Language): number[] {
  const code = bare.flatMap((line, at) => (isCode(line) ? [at + 1] : []));
  const counts = countedIn(bare, language);
  return code.filter((line) => counts(line));
}

/** Returns the numbers of the lines of types and interfaces of TypeScript: nothing of them is there at run time. */
export function typeLines(bare: readonly string[]): ReadonlySet<number> {
  return statementsAtTop(bare, TYPES);
}

function countedIn(bare: readonly string[], language: Language): (line: number) => boolean {
  if (language === 'javascript') {
    const left = statementsAtTop(bare, new RegExp(`${TYPES.source}|${LINKS.source}`));
    return (line) => !left.has(line);
  }
  if (language === 'go' || language === 'jvm') {
    const bodies = linesInBodies(bare, language);
    return (line) => bodies.has(line);
  }
  return (line) => !LOADING.test(bare[line - 1] ?? '');
}

const TYPES =
  /^\s*(?:export\s+)?(?:default\s+)?(?:declare\s|interface\s+[\w$]|type\s+[\w$]+\s*(?:[<=]|$)|import\s+type\b|export\s+type\b)/;
const LINKS = /^\s*(?:import\b(?!\s*[(.])|export\s*(?:\*|\{))/;
const LOADING =
  /^\s*(?:import|from|using|use|require|require_once|require_relative|include|namespace|package|alias|@)\b|^\s*[#@]/;
/** The next line goes on with a type. */
const GOES_ON = /^\s*(?:[|&?:=,.<>)}\]]|extends\b|from\b)/;
const IS_OPEN = /(?:[|&?:=,<({[]|\bextends)\s*$/;

/** Lines of statements at the outermost level that begin so. */
function statementsAtTop(bare: readonly string[], begins: RegExp): Set<number> {
  const lines = new Set<number>();
  let depth = 0;
  let isInside = false;
  for (const [at, line] of bare.entries()) {
    isInside ||= depth === 0 && begins.test(line);
    if (isInside) lines.add(at + 1);
    depth += depthChange(line);
    const next = bare.slice(at + 1, at + 20).find((one) => one.trim() !== '') ?? '';
    if (depth <= 0 && isInside && !IS_OPEN.test(line) && (/;\s*$/.test(line) || !GOES_ON.test(next))) isInside = false;
    depth = Math.max(0, depth);
  }
  return lines;
}

function depthChange(line: string): number {
  let depth = 0;
  for (const character of line) {
    if ('({['.includes(character)) depth += 1;
    if (')}]'.includes(character)) depth -= 1;
  }
  return depth;
}

/** A value that is computed when a class is loaded. */
const COMPUTED = /^(?!\s*@).*(?:\bfun\b.*[^=!<>]=[^=]|[^=!<>]=[^=].*\()/;
const TYPE_HEAD = /\b(?:class|interface|enum|record|object|@interface)\b(?!.*\bnew\b)/;

/** Lines with code within bodies of functions, where these stand in braces. */
function linesInBodies(bare: readonly string[], language: 'go' | 'jvm'): Set<number> {
  const lines = new Set<number>();
  const open: Array<'body' | 'other'> = [];
  let head = '';
  for (const [at, line] of bare.entries()) {
    const words: string[] = [''];
    let isInside = open.includes('body');
    for (const character of line) {
      if (character === '{') open.push(isBody(head, language) ? 'body' : 'other');
      if (character === '}') open.pop();
      head = '{};'.includes(character) ? '' : `${head}${character}`.slice(-2000);
      if (open.includes('body') && character !== '{') words.push(character);
    }
    head += ' ';
    isInside &&= isCode(line);
    if (isInside || isCode(words.join(''))) lines.add(at + 1);
    else if (language === 'jvm' && COMPUTED.test(line)) lines.add(at + 1);
  }
  return lines;
}

function isBody(head: string, language: 'go' | 'jvm'): boolean {
  return language === 'go' ? /\bfunc\b/.test(head) && !/^\s*type\b/.test(head) : !TYPE_HEAD.test(head);
}
