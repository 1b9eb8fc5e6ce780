import type { KnownFailure } from '../lifecycle/baseline-record.ts';
import { REPOSITORY_FILE } from '../names.ts';
import { type OutcomeKind, outcomeOf } from '../outcome.ts';
import type { CommandFailure } from '../repository/command-failure.ts';

/** A base line that does not pass. */
export interface FailedBaseline {
  /** Commit that it was judged on, null where it is a folder. */
  readonly commit: string | null;
  /** Of the gate that decides; `setup-failed`: install failed. */
  readonly kind: OutcomeKind | 'passed' | 'aborted';
  readonly detail: string;
  readonly failures: readonly KnownFailure[];
  /** Failed tests beside them, whose names are not known. */
  readonly unnamed: number;
  /** The rules could allow these: a whole report names each, and others passed. */
  readonly isAllowable: boolean;
  /** The command that failed, null where none did. */
  readonly failure: CommandFailure | null;
}

const MOST_NAMES = 20;

/** Returns what failed, and the names of the failed tests, for people. What its command wrote is told beside it. */
export function describeBaselineFailure({ commit, detail, failures, unnamed }: FailedBaseline): string {
  const names = failures.slice(0, MOST_NAMES).map(({ name }) => `- ${name}`);
  const others = Math.max(0, failures.length - MOST_NAMES) + unnamed;
  const more = others > 0 ? [`- and ${others} more`] : [];
  const where =
    commit === null
      ? 'It was tried twice.'
      : `This is the commit ${commit.slice(0, 12)}, the newest that no run of the worker made; it was tried twice.`;
  return [`${detail} ${where}`, ...(names.length === 0 ? [] : ['Failed tests:', ...names, ...more])].join('\n');
}

/** Returns what may be done about it: what is advised for its command and, where it can be allowed, in the lines after the first what
 *  the repository file has to say, ready to be pasted. */
export function remedyOfBaseline(failed: FailedBaseline): string {
  const { kind, failures, unnamed, failure } = failed;
  const where = `${REPOSITORY_FILE} on the branch of the rules`;
  if (kind === 'coverage-below')
    return `Add tests on the branch and push; or, where the spec is to bring them, write into ${where}:\n${BELOW}`;
  const remedy = failure?.remedy ?? outcomeOf('baseline-failed').remedy;
  const lines = allowanceFor(failed);
  if (lines !== null) return `${remedy} Or allow these tests to fail in ${where}:\n${lines}`;
  if (kind !== 'tests-failed') return remedy;
  if (failures.length > 0 && unnamed > 0)
    return `${remedy} They cannot be allowed to fail: the names of ${unnamed} are not known, as a report gives none, or more than the 200 that are kept.`;
  return failures.length === 0 && failure?.sign == null ? `${remedy} ${NAMELESS}` : remedy;
}

const BELOW = 'baseline: allow-below-threshold';
const NAMELESS =
  'Single tests can be allowed to fail once their names are known: let the tests write a JUnit report, and name it under "reports" as "tests". What to add to their command: node --test "--test-reporter=spec --test-reporter-destination=stdout --test-reporter=junit --test-reporter-destination=junit.xml"; Vitest "--reporter=default --reporter=junit --outputFile.junit=junit.xml"; mocha "--reporter=xunit --reporter-option=output=junit.xml"; Jest "--reporters=default --reporters=jest-junit", with the package jest-junit; pytest "--junitxml=junit.xml"; in Go, "gotestsum --junitfile junit.xml --" takes the place of "go test".';

/** Returns what the rules would have to allow for such a base line to pass: the names of all tests that fail, or a coverage below the
 *  threshold; null where nothing can be allowed. */
export function allowanceOf({
  kind,
  failures,
  unnamed,
  isAllowable,
}: Allowing): readonly string[] | 'below-threshold' | null {
  if (kind === 'coverage-below') return 'below-threshold';
  const isComplete = isAllowable && failures.length > 0 && unnamed === 0;
  return kind === 'tests-failed' && isComplete ? failures.map(({ name }) => name) : null;
}

type Allowing = Pick<FailedBaseline, 'kind' | 'failures' | 'unnamed' | 'isAllowable'>;

/** Returns the lines of the repository file that allow it; null where nothing can be allowed. */
export function allowanceFor(failed: Allowing): string | null {
  const allowance = allowanceOf(failed);
  if (allowance === null || allowance === 'below-threshold') return allowance && BELOW;
  return ['baseline:', '  allowFailures:', ...allowance.map((name) => `    - ${JSON.stringify(name)}`)].join('\n');
}
