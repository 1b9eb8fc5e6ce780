import { EVIDENCE_RULES } from '../evidence/evidence-rules.ts';
import { REPOSITORY_FILE } from '../names.ts';
import { BASELINE_RULES } from './baseline-rules.ts';
import { CHANGES_RULES } from './changes-rules.ts';
import { COVERAGE_FORMAT_CHOICE } from './coverage/formats.ts';
import { CHANGED_LINES_RULES } from './coverage/lines/rules.ts';
import { DEPENDENCY_RULES } from './dependencies/dependency-rules.ts';
import { INTEGRITY_RULES } from './integrity-rules.ts';
import { SECRET_RULES } from './secrets/secret-rules.ts';

/** `error` is what fails a gate or ends a run; `warning` and `notice` inform the reviewer. */
export type Severity = 'error' | 'warning' | 'notice';

/** Permanent names of all rules, `{what found it}/{what is wrong}`; a new one does not compile before RULES describes it. */
export type RuleId =
  | 'spec/warning'
  | 'checkout/content-elsewhere'
  | 'checkout/submodules-absent'
  | 'rules/base-not-trusted'
  | keyof typeof CHANGES_RULES
  | keyof typeof CHANGED_LINES_RULES
  | 'agent/branch-moved'
  | 'agent/permission-refused'
  | 'agent/protected-path'
  | 'agent/spec-path'
  | 'agent/nested-repository'
  | 'agent/uncommittable-file'
  | 'agent/submodule-kept'
  | 'agent/generated-left-out'
  | 'agent/secret'
  | keyof typeof BASELINE_RULES
  | keyof typeof EVIDENCE_RULES
  | keyof typeof INTEGRITY_RULES
  | 'tests/flaky'
  | 'tests/pending'
  | 'tests/exit-code'
  | 'tests/timeout'
  | 'tests/silence'
  | 'tests/aborted'
  | 'tests/not-started'
  | 'tests/no-tests'
  | 'tests/all-skipped'
  | 'tests/report-disagrees'
  | 'tests/report-missing'
  | 'tests/report-unreadable'
  | 'tests/report-ignored'
  | 'coverage/below-threshold'
  | 'coverage/report-missing'
  | 'coverage/report-unusable'
  | 'coverage/reports-disagree'
  | 'coverage/command-failed'
  | 'coverage/foreign-sources'
  | keyof typeof SECRET_RULES
  | keyof typeof DEPENDENCY_RULES
  | 'artifacts/not-stored'
  | 'artifacts/no-diff'
  | 'publish/pending'
  | 'publish/refused'
  | 'publish/no-own-address';

export interface Rule {
  readonly severity: Severity;
  /** What a finding of this rule means, one sentence. */
  readonly meaning: string;
  /** What to do about it. */
  readonly remedy: string;
}

const FIX_TESTS = 'Correct the code or its tests on the branch, and push.';
const NAME_REPORT = `Name the right report under "reports" of ${REPOSITORY_FILE}.`;

export const RULES: Readonly<Record<RuleId, Rule>> = {
  ...BASELINE_RULES,
  ...EVIDENCE_RULES,
  ...INTEGRITY_RULES,
  ...CHANGES_RULES,
  ...SECRET_RULES,
  ...DEPENDENCY_RULES,
  ...CHANGED_LINES_RULES,
  'spec/warning': {
    severity: 'warning',
    meaning: 'Something in the spec is probably not what its author meant; the run goes on.',
    remedy: 'Correct the spec if the worker reads it differently than you meant it.',
  },
  'checkout/content-elsewhere': {
    severity: 'notice',
    meaning: 'Agent and tests see pointers of Git LFS, or encrypted bytes, in place of the contents of files.',
    remedy: 'Install git-lfs where the worker runs, or let no test of the change need these contents.',
  },
  'checkout/submodules-absent': {
    severity: 'notice',
    meaning: 'The branch has submodules that were not checked out; agent and tests see empty folders in their place.',
    remedy:
      'Name them in .gitmodules of the default branch, beside this repository and readable for the token, or let no test need them.',
  },
  'rules/base-not-trusted': {
    severity: 'notice',
    meaning: `The pull request's base is not among the branches whose own ${REPOSITORY_FILE} and protected paths count.`,
    remedy: 'List the base under "trustedBases" of the project configuration if its rules are meant to count.',
  },
  'agent/branch-moved': {
    severity: 'notice',
    meaning:
      'The branch moved while the agent worked; the commit of the task was put onto the new head without a conflict.',
    remedy: 'Check that both fit together: the agent had not seen what was pushed.',
  },
  'agent/permission-refused': {
    severity: 'notice',
    meaning: 'The agent asked for something outside the workspace, was refused it, and finished its task without.',
    remedy: 'Look whether the change lacks what it asked for; the log of the agent has the rest.',
  },
  'agent/protected-path': {
    severity: 'error',
    meaning: 'The agent changed a path that it may not change.',
    remedy: `Make that change by hand, or remove the path from "protectedPaths" of ${REPOSITORY_FILE} if it is listed there.`,
  },
  'agent/spec-path': {
    severity: 'error',
    meaning: 'The agent changed something in .kiro/specs; only the worker ticks tasks there.',
    remedy: 'Change specs by hand, or make clear in the task that they stay as they are.',
  },
  'agent/uncommittable-file': {
    severity: 'error',
    meaning:
      'The agent left something that cannot become part of a commit: no regular file or link, too large, or filtered.',
    remedy: 'Say in the task what may be written where, or make that change by hand.',
  },
  'agent/submodule-kept': {
    severity: 'notice',
    meaning: 'The agent changed the folder of a submodule; the submodule stays at its commit.',
    remedy: 'Move the submodule by hand if the change wants it.',
  },
  'agent/generated-left-out': {
    severity: 'notice',
    meaning:
      'What an install or a tool makes lies in the workspace, and no .gitignore names it; it got into no commit.',
    remedy: 'Add these paths to .gitignore, or commit them by hand if they belong to the repository.',
  },
  'agent/nested-repository': {
    severity: 'error',
    meaning: 'The agent made a git repository inside the workspace, which git cannot commit as files.',
    remedy: 'Say in the task that no repository may be created or cloned inside this one.',
  },
  'agent/secret': {
    severity: 'error',
    meaning: 'The agent, or a test that it ran, wrote a secret of the worker into a file.',
    remedy: 'Find out which task or test prints the environment, and change it; nothing was pushed.',
  },
  'tests/flaky': {
    severity: 'warning',
    meaning: 'Tests failed at first and passed when they were repeated.',
    remedy: 'Look for a test that depends on time, order or a service; reviewers should know that it may fail again.',
  },
  'tests/pending': {
    severity: 'notice',
    meaning:
      'Tests failed after a task that did not fail before it; later tasks may mend them, and only the last commit decides.',
    remedy: 'Nothing while the last commit passes.',
  },
  'tests/exit-code': {
    severity: 'error',
    meaning: 'The test command ended with an exit code other than 0, or by a signal.',
    remedy: FIX_TESTS,
  },
  'tests/timeout': {
    severity: 'error',
    meaning: 'The tests exceeded their time limit and were stopped.',
    remedy: `Find the test that hangs, or raise "timeouts.testMinutes" in ${REPOSITORY_FILE}.`,
  },
  'tests/silence': {
    severity: 'error',
    meaning: 'The tests wrote nothing for too long and were stopped.',
    remedy: 'Find the test that hangs, or let the test command report its progress.',
  },
  'tests/aborted': {
    severity: 'error',
    meaning: 'The run ended before the tests did.',
    remedy: 'Nothing: the next run tests again.',
  },
  'tests/not-started': {
    severity: 'error',
    meaning: 'The test command could not be started.',
    remedy: `Correct "test" in ${REPOSITORY_FILE}, or install its program in the build image.`,
  },
  'tests/no-tests': {
    severity: 'error',
    meaning: 'The test command succeeded, but its report contains no test.',
    remedy: `Add a test, or correct "test" in ${REPOSITORY_FILE} so that it finds the tests.`,
  },
  'tests/all-skipped': {
    severity: 'error',
    meaning: 'The test command succeeded, but every test was skipped.',
    remedy: 'Enable at least one test.',
  },
  'tests/report-disagrees': {
    severity: 'error',
    meaning: 'The test command succeeded, but its report contains failed tests.',
    remedy: `${FIX_TESTS} Let the test command fail when a test fails.`,
  },
  'tests/report-missing': {
    severity: 'error',
    meaning: 'The test command succeeded, but did not write the report that is configured.',
    remedy: `Let the test command write JUnit XML where "reports.tests" of ${REPOSITORY_FILE} says, or correct that path.`,
  },
  'tests/report-unreadable': {
    severity: 'error',
    meaning: 'The test command succeeded, but the configured report cannot be read.',
    remedy: `Let the test command write complete JUnit XML where "reports.tests" of ${REPOSITORY_FILE} says.`,
  },
  'tests/report-ignored': {
    severity: 'warning',
    meaning: 'A test report could not be used, so its tests are not counted.',
    remedy: `Let the test command write complete JUnit XML. ${NAME_REPORT}`,
  },
  'coverage/below-threshold': {
    severity: 'error',
    meaning: 'Line coverage is below the threshold.',
    remedy: 'Add tests for the lines that no test executes.',
  },
  'coverage/report-missing': {
    severity: 'error',
    meaning: 'No coverage report was written.',
    remedy: `Let the coverage command write ${COVERAGE_FORMAT_CHOICE}. ${NAME_REPORT}`,
  },
  'coverage/report-unusable': {
    severity: 'error',
    meaning: 'A coverage report is damaged, in no known format, or contains no lines.',
    remedy: `Let the coverage command write a complete report (${COVERAGE_FORMAT_CHOICE}). ${NAME_REPORT}`,
  },
  'coverage/reports-disagree': {
    severity: 'error',
    meaning: 'Several coverage reports contradict each other.',
    remedy: NAME_REPORT,
  },
  'coverage/command-failed': {
    severity: 'error',
    meaning: 'The coverage command failed, so its report proves nothing.',
    remedy: `Make the coverage command of ${REPOSITORY_FILE} succeed on a clean clone.`,
  },
  'coverage/foreign-sources': {
    severity: 'notice',
    meaning: "Coverage reports name source files that are not the repository's own; these do not count.",
    remedy: 'Exclude them in the configuration of the coverage tool, or leave it so.',
  },
  'artifacts/not-stored': {
    severity: 'warning',
    meaning: "One of the run's files could not be stored.",
    remedy: 'Look into the log of the build for the reason.',
  },
  'artifacts/no-diff': {
    severity: 'warning',
    meaning: "The diff could not be made, so it is missing among the run's files.",
    remedy: 'Look at the changes in the pull request instead.',
  },
  'publish/pending': {
    severity: 'warning',
    meaning: 'A part of the outcome could not be written to GitHub yet.',
    remedy: 'Nothing: each poll tries it again, for a day.',
  },
  'publish/refused': {
    severity: 'warning',
    meaning: 'GitHub refuses a part of the outcome for good; all other parts are written.',
    remedy: 'Remove what the message names (a missing right, a locked conversation), or do that part by hand.',
  },
  'publish/no-own-address': {
    severity: 'notice',
    meaning: "The token does not say whose account it is, so the worker's commits belong to nobody's account.",
    remedy: 'Set "commitEmail" in the project configuration to an address of the account that commits belong to.',
  },
};

/** Returns whether a text read from a run's files names a rule. */
export function isRuleId(text: string): text is RuleId {
  return Object.hasOwn(RULES, text);
}
