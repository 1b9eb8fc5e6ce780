import { REPOSITORY_FILE } from '../names.ts';

/** Rules of findings about the branch as it was before the agent. */
export const BASELINE_RULES = {
  'baseline/nothing-yet': {
    severity: 'notice',
    meaning:
      'The branch has nothing to test yet, so nothing was tested before the agent; its last commit has to have tests that pass.',
    remedy: `Let a task of the spec bring tests, or write ${REPOSITORY_FILE} if there are some that were not found.`,
  },
  'baseline/flaky': {
    severity: 'warning',
    meaning: 'Before the agent, install, tests or coverage failed at first and passed when they were repeated.',
    remedy: 'Look for a test that depends on time, order or a service.',
  },
  'tests/known-failure': {
    severity: 'notice',
    meaning: 'Tests fail that failed before the agent too, and the rules allow that; no other test fails.',
    remedy: `Mend them in a change of their own, and take the allowance out of "baseline" in ${REPOSITORY_FILE}.`,
  },
} as const;
