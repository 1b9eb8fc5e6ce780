/** Rules of findings about what shows that the criteria of the spec are met. */
export const EVIDENCE_RULES = {
  'evidence/failed': {
    severity: 'error',
    meaning: 'A test that names a criterion of the spec, or that came with its task, failed.',
    remedy: 'Make the criterion hold, or its test right; the matrix names both.',
  },
  'evidence/unknown': {
    severity: 'notice',
    meaning: 'No test that passed shows some of the criteria of the spec.',
    remedy: 'Name the criterion in the title of a test ("Requirement 1.2: …"), or let its task bring the test.',
  },
  'evidence/reference': {
    severity: 'notice',
    meaning: 'A task refers to a criterion that the spec does not have.',
    remedy: 'Correct the reference in tasks.md, or add the criterion.',
  },
} as const;
