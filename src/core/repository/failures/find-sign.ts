import { LOCK_FILE_SIGNS } from './lock-file-signs.ts';
import { MACHINE_SIGNS } from './machine-signs.ts';
import { NETWORK_SIGNS } from './network-signs.ts';
import { PACKAGE_SIGNS } from './package-signs.ts';
import type { FailedCommand, Sign } from './sign.ts';
import { TEST_SIGNS } from './test-signs.ts';
import { VERSION_SIGNS } from './version-signs.ts';

/** Every sign that is known, the most telling first: a full disk or a network leads to the messages of all others. */
export const SIGNS: readonly Sign[] = [
  ...MACHINE_SIGNS.filter(({ id }) => id === 'disk-full'),
  ...NETWORK_SIGNS.filter(({ of }) => !of?.includes('test')),
  ...LOCK_FILE_SIGNS,
  ...PACKAGE_SIGNS,
  ...VERSION_SIGNS,
  ...MACHINE_SIGNS.filter(({ id }) => id !== 'disk-full'),
  ...TEST_SIGNS,
  ...NETWORK_SIGNS.filter(({ of }) => of?.includes('test')),
];

/** No message of a tool is longer, and patterns take time in proportion. */
const LONGEST_LINE = 2000;

/** Titles of tests name failures that they provoke: of one that passed, the line says nothing. In the words of mocha, jest and
 *  vitest, TAP, Go, pytest, unittest, Gradle and Surefire. */
const PASSED_TEST =
  /^\s*(?:[✓✔√]|ok \d|PASS(?:ED)?\b|--- PASS:)|\bPASSED(?:\s+\[\s*\d+%\])?\s*$|\.\.\. ok$|Tests run: \d+, Failures: 0, Errors: 0/;

/** Returns the first sign of the table in an output, with the line that it stands in; null when there is none. */
export function findSign(
  plain: string,
  { name, hasFailedTests = false }: Pick<FailedCommand, 'name' | 'hasFailedTests'>,
): { sign: Sign; line: string; match: RegExpMatchArray } | null {
  const lines = plain
    .split('\n')
    .map((line) => line.slice(0, LONGEST_LINE))
    .filter((line) => !PASSED_TEST.test(line));
  for (const sign of SIGNS) {
    if (sign.of !== undefined && !sign.of.includes(name)) continue;
    // Tests that ran and failed say by themselves what is wrong, unless the machine kept them from it.
    if (hasFailedTests && !sign.isOfMachine) continue;
    for (const line of lines) {
      const match = sign.pattern.exec(line);
      if (match !== null) return { sign, line, match };
    }
  }
  return null;
}
