import { COVERAGE_FORMAT_CHOICE } from './gates/coverage/formats.ts';

/** Every ending of a run. A kind is permanent: it stands in lock rows, metrics, pull requests and artifacts. */
export type OutcomeKind =
  | 'completed'
  | 'partial'
  | 'nothing-to-do'
  | 'setup-incomplete'
  | 'spec-invalid'
  | 'branch-missing'
  | 'setup-failed'
  | 'agent-failed'
  | 'agent-changed-nothing'
  | 'agent-touched-protected'
  | 'tests-failed'
  | 'coverage-below'
  | 'coverage-unknown'
  | 'branch-moved'
  | 'push-refused'
  | 'fence-lost'
  | 'time-limit'
  | 'cancelled'
  | 'internal-error';

/** Where a run's ending puts the card: `target` back to be picked again, `stay` leaves a person's choice alone. */
export type CardDestination = 'review' | 'target' | 'failed' | 'stay';

export interface Outcome {
  readonly kind: OutcomeKind;
  /** Exit code of the worker; distinct for each kind, 0 only where nothing went wrong. */
  readonly exitCode: number;
  readonly card: CardDestination;
  /** One sentence for people. */
  readonly words: string;
  /** What to do next. */
  readonly remedy: string;
  /** A further attempt makes sense without anybody changing anything. */
  readonly retry: boolean;
  /** The attempt counts against `maxAttempts`; where it does not, waiting alone decides. */
  readonly countsAttempt: boolean;
  /** The next attempt is a first one again, since something has moved on. */
  readonly restartsAttempts: boolean;
}

type Row = readonly [exitCode: number, card: CardDestination, retry: boolean, words: string, remedy: string];

const ROWS: Readonly<Record<OutcomeKind, Row>> = {
  completed: [
    0,
    'review',
    false,
    'All required tasks are implemented, tests pass and coverage meets the threshold.',
    'Review the pull request.',
  ],
  partial: [
    10,
    'target',
    true,
    'The run ended early; what was finished is pushed, other tasks are still open.',
    'Nothing: the next build goes on with the first open task.',
  ],
  'nothing-to-do': [
    0,
    'review',
    false,
    'The spec has no open required task, so nothing was changed.',
    'Open a task in tasks.md ("[ ]") and move the card back, or close the card.',
  ],
  'setup-incomplete': [
    11,
    'target',
    true,
    'The worker is not set up completely, so nothing was started.',
    'Follow the message below, then leave the card where it is.',
  ],
  'spec-invalid': [
    12,
    'failed',
    false,
    'The spec cannot be worked on as it stands.',
    'Correct the spec ("kiro-worker spec check" lists every problem), push, and move the card back.',
  ],
  'branch-missing': [
    13,
    'failed',
    false,
    'The branch does not exist in the repository.',
    'Push the branch, or correct the Branch field, and move the card back.',
  ],
  'setup-failed': [
    14,
    'target',
    true,
    "The repository's install command failed.",
    'Make the install command of .kiro-worker.yml pass on a clean clone.',
  ],
  'agent-failed': [
    15,
    'target',
    true,
    'The coding agent ended without finishing its task.',
    "Read the agent's log among the run's files; after the last attempt a person must look.",
  ],
  'agent-changed-nothing': [
    16,
    'failed',
    false,
    'The coding agent said that it was done, but no file had changed.',
    'Make the task more concrete, or tick it when it is done already, and move the card back.',
  ],
  'agent-touched-protected': [
    17,
    'failed',
    false,
    'The coding agent changed files that it may not change; nothing of that task was pushed.',
    'Make that change by hand, or take the path out of the protected ones, and move the card back.',
  ],
  'tests-failed': [
    18,
    'failed',
    false,
    'The tests do not pass.',
    'Mend the code or its tests on the branch, push, and move the card back.',
  ],
  'coverage-below': [
    19,
    'failed',
    false,
    'Line coverage is below the threshold.',
    'Add tests on the branch (or a task for them), push, and move the card back.',
  ],
  'coverage-unknown': [
    20,
    'failed',
    false,
    'No usable coverage figure was found, which counts as a failed gate.',
    `Let the coverage command write ${COVERAGE_FORMAT_CHOICE}; name the report in .kiro-worker.yml.`,
  ],
  'branch-moved': [
    21,
    'target',
    true,
    'Somebody pushed to the branch while the run was going on; nothing was overwritten.',
    'Nothing: the next build starts from the new head.',
  ],
  'push-refused': [
    22,
    'failed',
    false,
    'GitHub refused the push.',
    'Give the token write access to the branch, or relax the rule that refused it, and move the card back.',
  ],
  'fence-lost': [
    23,
    'stay',
    false,
    'Another build holds the lock of this branch, so this one stopped without writing.',
    'Nothing: the other build goes on.',
  ],
  'time-limit': [
    24,
    'target',
    true,
    'The time limit was reached; what was finished is pushed.',
    'Nothing: the next build goes on. Raise the limit when single tasks need longer.',
  ],
  cancelled: [
    25,
    'stay',
    false,
    'The card was moved away, or its build was stopped: whole tasks are pushed, the rest was dropped.',
    'Move the card back to go on from there.',
  ],
  'internal-error': [
    1,
    'target',
    true,
    'The worker met an error that it does not know.',
    'Read the log named below; report it when it comes again.',
  ],
};

/** Returns all that is known of an ending. */
export function outcomeOf(kind: OutcomeKind): Outcome {
  const [exitCode, card, retry, words, remedy] = ROWS[kind];
  const restartsAttempts = ['partial', 'branch-moved', 'cancelled'].includes(kind);
  const countsAttempt = !restartsAttempts && kind !== 'setup-incomplete' && kind !== 'fence-lost';
  return { kind, exitCode, card, retry, words, remedy, countsAttempt, restartsAttempts };
}

/** All endings, for documentation and tests. */
export const OUTCOME_KINDS = Object.keys(ROWS) as readonly OutcomeKind[];

/** Tells whether a text read from a lock row or artifact names an ending. */
export function isOutcomeKind(text: string | null): text is OutcomeKind {
  return text !== null && Object.hasOwn(ROWS, text);
}

/** Waits of an ending that counts no attempt, in back-offs: long enough to cost little, short enough to notice a remedy. */
const UNCOUNTED_BACKOFFS = 3;

/** Returns the earliest time (epoch ms) of the next attempt: doubling back-off for endings that a retry may mend, always
 *  the same one for those that count no attempt. */
export function nextEligibleAtMs(request: {
  kind: OutcomeKind;
  attempts: number;
  backoffMs: number;
  nowMs: number;
}): number {
  const { kind, attempts, backoffMs, nowMs } = request;
  const outcome = outcomeOf(kind);
  if (!outcome.retry || outcome.restartsAttempts) return nowMs;
  const backoffs = outcome.countsAttempt ? 2 ** Math.max(0, attempts - 1) : UNCOUNTED_BACKOFFS;
  return nowMs + Math.min(backoffMs * backoffs, 24 * 60 * 60 * 1000);
}
