import type { Attempt } from './attempt.ts';
import { REPORT_FILES } from './reports/files.ts';
import { GATES } from './reports/gates.ts';
import { AGENT_RUNS } from './runs/agents.ts';
import { BRANCH_RUNS } from './runs/branches.ts';
import { LEAVE } from './sandbox/leave.ts';
import { REACH } from './sandbox/reach.ts';
import { STEPS } from './sandbox/steps.ts';
import { SECRETS_IN_COMMITS } from './secrets/commits.ts';
import { REDACTION } from './secrets/redaction.ts';
import { CHANGES_OF_FILES } from './tree/changes.ts';
import { NAMES_OF_FILES } from './tree/names.ts';
import { OWN_GIT } from './tree/own-git.ts';
import { PLACES } from './tree/places.ts';
import { PUSHES } from './tree/pushes.ts';
import { SPECIAL_FILES } from './tree/special-files.ts';
import { TRAPS } from './tree/traps.ts';

/** Every attempt, in the order of their seeds. */
export const ATTEMPTS: readonly Attempt[] = [
  ...TRAPS,
  ...OWN_GIT,
  ...SPECIAL_FILES,
  ...NAMES_OF_FILES,
  ...CHANGES_OF_FILES,
  ...PLACES,
  ...PUSHES,
  ...SECRETS_IN_COMMITS,
  ...REDACTION,
  ...REPORT_FILES,
  ...GATES,
  ...REACH,
  ...LEAVE,
  ...STEPS,
  ...AGENT_RUNS,
  ...BRANCH_RUNS,
];
