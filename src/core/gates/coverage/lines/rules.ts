import { REPOSITORY_FILE } from '../../../names.ts';

/** Rules of findings about the lines that a run changed. */
export const CHANGED_LINES_RULES = {
  'changed-lines/uncovered': {
    severity: 'error',
    meaning: 'Tests execute fewer of the lines that the run changed than the threshold asks for.',
    remedy: 'Add tests that execute these lines, or remove code that nothing needs.',
  },
  'changed-lines/total-lowered': {
    severity: 'error',
    meaning:
      'Coverage fell by more than half a point below the base line, and more lines are not executed than before.',
    remedy: 'Add tests, or bring back those that were removed.',
  },
  'changed-lines/unknown': {
    severity: 'warning',
    meaning: 'The reports do not say of some changed files which of their lines were executed.',
    remedy: `Let the coverage command write a report with line numbers and paths from the repository's root; name it under "reports" of ${REPOSITORY_FILE}.`,
  },
} as const;
