import type { Argv } from '../argv.ts';

/** Returns whether a command starts Maven, which ends where a test fails: further modules are not tested, and nothing reports what
 *  was covered. */
export function endsAtFailures(command: Argv): boolean {
  return command.some((word) => /(?:^|[\s/"'(])mvn[dw]?(?=[\s"')]|$)/.test(word));
}

/** Returns an environment in which Maven goes on after failed tests, whatever command starts it. It ends well then, so that only the
 *  reports tell of them: for a run alone whose failed tests are known. */
export function despiteFailures(env: Readonly<Record<string, string>>): Record<string, string> {
  const options = env.MAVEN_OPTS ?? '';
  return { ...env, MAVEN_OPTS: `${options} -Dmaven.test.failure.ignore=true`.trim() };
}

/** What Surefire and Failsafe say of a process with tests that ended before them; old ones only say it where failures are ignored. */
const CRASHED =
  /The forked VM terminated without|There was a (?:timeout or other )?error in the fork|Error occurred in starting fork|SurefireBooterForkException/;
const WENT_WRONG = '* What went wrong:';
const FAILED_TASK = /^Execution failed for task '[^']+'/;
const FAILED_TESTS = /^\s*> There were failing tests\b/;

/** Returns the line in which the output of Maven or Gradle says that something else went wrong than tests that their reports name, null
 *  where none does: tests may be missing from the reports then. */
export function failureBesideTests(plain: string): string | null {
  const lines = plain.split('\n');
  for (const [at, line] of lines.entries()) {
    if (CRASHED.test(line)) return line.trim().slice(0, LONGEST);
    if (line.trim() !== WENT_WRONG) continue;
    const [what = '', why = ''] = [lines[at + 1], lines[at + 2]];
    if (!FAILED_TASK.test(what) || !FAILED_TESTS.test(why)) return `${what} ${why}`.trim().slice(0, LONGEST);
  }
  return null;
}

const LONGEST = 300;
