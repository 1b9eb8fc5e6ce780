import { REPOSITORY_FILE } from '../names.ts';

const RESTORE = 'Bring the tests back as they were, or change the code so that they pass.';

/** Rules of findings about tests that prove less than they did. */
export const INTEGRITY_RULES = {
  'test-integrity/focused': {
    severity: 'error',
    meaning: 'A test is focused, so that a run leaves out all others of its file or of the whole run.',
    remedy: 'Take the focus away.',
  },
  'test-integrity/skipped': {
    severity: 'error',
    meaning: 'A test is skipped, or expected to fail, whatever the circumstances.',
    remedy: 'Let the test run, or make the skip depend on the circumstance that it is for.',
  },
  'test-integrity/tests-removed': {
    severity: 'error',
    meaning: 'Tests are gone, or where no run finds them, while what they tested is still there.',
    remedy: RESTORE,
  },
  'test-integrity/emptied': {
    severity: 'error',
    meaning: 'A test has lost all that it claimed: its body, or each assertion that can fail.',
    remedy: RESTORE,
  },
  'test-integrity/threshold-lowered': {
    severity: 'error',
    meaning: "A limit of coverage in the repository's own configuration is lower than it was, or gone.",
    remedy: 'Set the limit as it was, and test what is not covered.',
  },
  'test-integrity/tests-excluded': {
    severity: 'error',
    meaning: 'The configuration of the tests leaves out files with tests that are still there.',
    remedy: 'Take the pattern away, or let it mean only what is no test.',
  },
  'test-integrity/fewer-tests': {
    severity: 'error',
    meaning: 'Fewer tests ran than on the base line, although no test was taken away.',
    remedy: 'Look for a condition, a configuration or an early end that keeps tests from being run.',
  },
  'test-integrity/lenient-configuration': {
    severity: 'warning',
    meaning: 'A setting or script now lets a run pass with fewer tests, or with failed ones.',
    remedy: 'Check that the setting is meant for another purpose than to get this change through.',
  },
  'test-integrity/assertions-removed': {
    severity: 'warning',
    meaning: 'A test claims less than it did: assertions or sets of values are gone, or ask less.',
    remedy: 'Check that what is no longer claimed is no longer meant to hold.',
  },
  'test-integrity/snapshots': {
    severity: 'warning',
    meaning: 'Recorded results were written anew in large part, or taken away, while what they record did not change.',
    remedy: 'Compare the recorded results with what is meant to come out.',
  },
  'test-integrity/exits': {
    severity: 'warning',
    meaning: 'Code of the tests ends the process or sets how the run came out, so that tests after it may not run.',
    remedy: 'Let the runner end the tests, and give back what ends them.',
  },
  'test-integrity/unknown': {
    severity: 'warning',
    meaning: 'A file with tests could not be read whole, so that what was done to its tests is not known.',
    remedy: `Look at the file with care; "test-integrity/unknown: block" under "gates" of ${REPOSITORY_FILE} lets no such file through.`,
  },
} as const;
