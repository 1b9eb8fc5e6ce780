import type { KnownFailure } from '../lifecycle/baseline-record.ts';
import { cleanText } from '../markdown.ts';
import { REPOSITORY_FILE } from '../names.ts';
import type { OutcomeKind } from '../outcome.ts';

/** A base line that does not pass. */
export interface FailedBaseline {
  /** Commit that it was judged on, null where it is a folder. */
  readonly commit: string | null;
  /** Of the gate that decides; `setup-failed`: install failed. */
  readonly kind: OutcomeKind | 'passed' | 'aborted';
  readonly detail: string;
  readonly failures: readonly KnownFailure[];
  /** The last command that ran, and what it wrote; null when none did. */
  readonly command: {
    readonly name: string;
    readonly command: readonly string[];
    readonly output: string;
  } | null;
}

const MOST_NAMES = 20;
const TAIL_LINES = 20;
const LINE_LENGTH = 200;

/** Returns what failed, the names of the failed tests, and the last 20 lines, for people. */
export function describeBaselineFailure({ commit, detail, failures, command }: FailedBaseline): string {
  const names = failures.slice(0, MOST_NAMES).map(({ name }) => `- ${name}`);
  const more = failures.length > MOST_NAMES ? [`- and ${failures.length - MOST_NAMES} more`] : [];
  const lines = lastLines(command?.output ?? '');
  const where =
    commit === null
      ? 'It was tried twice.'
      : `This is the commit ${commit.slice(0, 12)}, the newest that no run of the worker made; it was tried twice.`;
  return [
    `${detail} ${where}`,
    ...(names.length === 0 ? [] : ['Failed tests:', ...names, ...more]),
    ...(lines.length === 0 ? [] : [`Last lines of "${command?.command.join(' ').slice(0, LINE_LENGTH)}":`, ...lines]),
  ].join('\n');
}

/** Returns what may be done about it: mend the branch, or lines for the repository file that work when they are pasted. */
export function remedyOfBaseline({ kind, failures, command }: FailedBaseline): string {
  const where = `${REPOSITORY_FILE} on the branch of the rules`;
  if (kind === 'setup-failed')
    return `Make this pass on a clean clone: ${command?.command.join(' ') ?? 'the install command'}. Or name other commands under "install" in ${where}, one a line.`;
  if (kind === 'coverage-below')
    return `Add tests on the branch and push; or, where the spec is to bring them, write into ${where}:\n${BELOW}`;
  if (kind === 'coverage-unknown')
    return `Name in ${where} the command that measures coverage under "coverage", and its report under "reports" as "coverage".`;
  const lines = allowanceFor({ kind, failures });
  if (lines === null)
    return `Make the tests pass on a clean clone, or name another command under "test" in ${where}. Single tests can be allowed to fail once their names are known: let the tests write a JUnit report, and name it under "reports" as "tests".`;
  return `Mend these tests and push, or allow them to fail in ${where}:\n${lines}`;
}

const BELOW = 'baseline: allow-below-threshold';

/** Returns what the rules would have to allow for such a base line to pass: the names of tests, or a coverage below the threshold; null
 *  where nothing can be allowed. */
export function allowanceOf({
  kind,
  failures,
}: Pick<FailedBaseline, 'kind' | 'failures'>): readonly string[] | 'below-threshold' | null {
  if (kind === 'coverage-below') return 'below-threshold';
  return kind === 'tests-failed' && failures.length > 0 ? failures.map(({ name }) => name) : null;
}

/** Returns the lines of the repository file that allow it; null where nothing can be allowed. */
export function allowanceFor(failed: Pick<FailedBaseline, 'kind' | 'failures'>): string | null {
  const allowance = allowanceOf(failed);
  if (allowance === null || allowance === 'below-threshold') return allowance && BELOW;
  return ['baseline:', '  allowFailures:', ...allowance.map((name) => `    - ${JSON.stringify(name)}`)].join('\n');
}

function lastLines(output: string): string[] {
  const lines = cleanText(output)
    .split('\n')
    .map((line) => line.trimEnd().slice(0, LINE_LENGTH))
    .filter((line) => line !== '');
  return lines.slice(-TAIL_LINES);
}
