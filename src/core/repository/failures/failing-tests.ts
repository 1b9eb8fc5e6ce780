import { shorten } from '../../markdown.ts';

/** Lines of a failed test in the words of TAP, node:test, Vitest and Jest, mocha, Go, pytest and unittest. */
const FAILED: readonly RegExp[] = [
  /^\s*not ok \d+ - (?!.*# (?:TODO|SKIP)\b)(.+)$/,
  /^\s*(?:✖|✗|✕|×) (?!failing tests:)(.+)$/,
  /^\s*● (?!Console$)(.+)$/,
  /^\s*FAIL {1,2}(\S.* > .+)$/,
  /^ {2,}\d+\) (\S.*)$/,
  /^\s*--- FAIL: (\S+)/,
  /^(?:FAILED|ERROR) (\S+::.+?)(?: - .*)?$/,
  /^(?:FAIL|ERROR): (\w+ \([\w.]+\).*)$/,
];
const MOST = 10;
const LONGEST = 120;
const LONGEST_LINE = 1000;

/** Returns the failed tests that an output names, each once and at most ten, for people alone: any test may write such lines, so nothing
 *  is decided by them. */
export function failingTestsIn(plain: string): string[] {
  const names = new Set<string>();
  for (const line of plain.split('\n')) {
    if (names.size >= MOST) break;
    const name = nameIn(line.slice(0, LONGEST_LINE));
    if (name !== null && name !== '') names.add(name);
  }
  return [...names];
}

/** Without how long it took. */
function nameIn(line: string): string | null {
  for (const pattern of FAILED) {
    const [, name] = pattern.exec(line) ?? [];
    if (name !== undefined) return shorten(name.replace(/ \(?\d+(?:\.\d+)? ?m?s\)?$/, '').trim(), LONGEST);
  }
  return null;
}
