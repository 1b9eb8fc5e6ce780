const LOOK_AT_TESTS = 'Check that the tests still run in full: their result proves no more than this lets it prove.';
const LOOK_AT_COVERAGE = 'Check that no code that should be tested is taken out of the figure.';

/** Rules of notices about what a branch changed since it left the branch of its rules. */
export const CHANGES_RULES = {
  'changes/worker-rules': {
    severity: 'notice',
    meaning: 'The branch changes rules of the worker, or configuration that makes tools run programs.',
    remedy: 'Review it with care: it takes effect after the merge.',
  },
  'changes/package-scripts': {
    severity: 'notice',
    meaning: 'The branch changes scripts or tables of test tools in a package.json.',
    remedy: LOOK_AT_TESTS,
  },
  'changes/command-file': {
    severity: 'notice',
    meaning: 'The branch changes a file that the command for install, tests or coverage names.',
    remedy: LOOK_AT_TESTS,
  },
  'changes/test-configuration': {
    severity: 'notice',
    meaning: 'The branch changes how tests are found, run or reported.',
    remedy: LOOK_AT_TESTS,
  },
  'changes/coverage-configuration': {
    severity: 'notice',
    meaning: 'The branch changes which code counts for coverage.',
    remedy: LOOK_AT_COVERAGE,
  },
  'changes/coverage-exclusion': {
    severity: 'notice',
    meaning: 'Lines that take code out of coverage were added, changed or removed.',
    remedy: LOOK_AT_COVERAGE,
  },
  'changes/package-manager': {
    severity: 'notice',
    meaning: 'The branch changes the configuration of a package manager, such as its registry or shell.',
    remedy: 'Check where packages come from, and what is run when they are installed.',
  },
  'changes/steering': {
    severity: 'notice',
    meaning: 'The branch changes steering files, which later runs of coding agents follow.',
    remedy: 'Read them as you would read a prompt.',
  },
  'changes/review': {
    severity: 'notice',
    meaning: 'The branch changes how its own changes are shown, or who must review them.',
    remedy: 'Look at the diff on a machine of yours, and check that the right people review it.',
  },
  'changes/not-examined': {
    severity: 'warning',
    meaning: 'The changes of the branch could not be examined, so that notices about them may be missing.',
    remedy: 'Look with care at configuration of tests, coverage and package managers in the pull request.',
  },
} as const;
