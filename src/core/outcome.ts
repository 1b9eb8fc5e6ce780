import { COVERAGE_FORMAT_CHOICE } from './gates/coverage/formats.ts';

/** Where a run's ending puts the card: `target` back to be started again, `stay` leaves a person's choice alone. */
export type CardDestination = 'review' | 'target' | 'failed' | 'stay';

/** Who has to do something before it goes on: whoever wrote spec and branch, whoever keeps the repository and its
 *  `.kiro-worker.yml`, whoever runs the worker and its machines; or nobody, since the worker goes on by itself. */
export const ACTORS = ['author', 'repository-owner', 'operator', 'nobody'] as const;

export type ActsNext = (typeof ACTORS)[number];

interface OutcomeRow {
  /** Exit code of the worker; distinct for each kind, 0 only where nothing went wrong. */
  readonly exitCode: number;
  readonly card: CardDestination;
  /** A further attempt makes sense without anybody changing anything. */
  readonly retry: boolean;
  /** The attempt counts against `maxAttempts`; where it does not, waiting alone decides. */
  readonly countsAttempt: boolean;
  /** The build counts against the caps of its work item's lifetime; where it does not, the work item is not at fault, or nothing was
   *  spent on it. */
  readonly countsBuild: boolean;
  /** What the run counts as where operators look for more failures than usual: one by which the product did what it is for, one
   *  that somebody has to look at, or neither. */
  readonly countsAs: 'completed' | 'failed' | 'neither';
  /** A run that had finished tasks before it ended so made progress: it is a `partial` one. */
  readonly partialAfterProgress: boolean;
  /** Who has to act, unless the run itself knows better. */
  readonly actsNext: ActsNext;
  /** One sentence for people. */
  readonly words: string;
  /** What to do next. */
  readonly remedy: string;
}

type Disposition = Pick<OutcomeRow, 'retry' | 'countsAttempt' | 'countsBuild' | 'countsAs' | 'partialAfterProgress'>;

/** Nothing follows by itself; an attempt was used up. */
const FINAL: Disposition = {
  retry: false,
  countsAttempt: true,
  countsBuild: true,
  countsAs: 'failed',
  partialAfterProgress: false,
};
/** Another attempt may succeed as things are. */
const RETRIED: Disposition = { ...FINAL, retry: true };
/** Somebody ended the run; that is no attempt, but what it used is gone. */
const BROKEN_OFF: Disposition = { ...FINAL, countsAttempt: false, countsAs: 'neither' };
/** The run came to nothing by no fault of the work item. */
const UNCOUNTED: Disposition = { ...BROKEN_OFF, countsBuild: false };

/** Every ending of a run. A kind is permanent: it stands in lock rows, metrics, pull requests and artifacts. */
const OUTCOMES = {
  completed: {
    ...FINAL,
    countsAs: 'completed',
    exitCode: 0,
    card: 'review',
    actsNext: 'author',
    words: 'All required tasks are implemented, tests pass and coverage meets the threshold.',
    remedy: 'Review the pull request.',
  },
  partial: {
    ...BROKEN_OFF,
    retry: true,
    exitCode: 10,
    card: 'target',
    actsNext: 'nobody',
    words: 'The run ended early; what was finished is pushed, other tasks are still open.',
    remedy: 'Nothing: the next build goes on with the first open task.',
  },
  'nothing-to-do': {
    ...FINAL,
    countsAs: 'completed',
    exitCode: 0,
    card: 'review',
    actsNext: 'author',
    words: 'The spec has no open required task, so nothing was changed.',
    remedy: 'Open a task in tasks.md ("[ ]") and move the card back, or close the card.',
  },
  'setup-incomplete': {
    ...UNCOUNTED,
    retry: true,
    exitCode: 11,
    card: 'target',
    actsNext: 'operator',
    words: 'The worker is not set up completely, so nothing was started.',
    remedy: 'Follow the message below, then leave the card where it is.',
  },
  'spec-invalid': {
    ...FINAL,
    exitCode: 12,
    card: 'failed',
    actsNext: 'author',
    words: 'The spec cannot be worked on as it stands.',
    remedy: 'Correct the spec ("kiro-worker spec check" lists every problem), push, and move the card back.',
  },
  'branch-missing': {
    ...FINAL,
    exitCode: 13,
    card: 'failed',
    actsNext: 'author',
    words: 'The branch does not exist in the repository.',
    remedy: 'Push the branch, or correct the Branch field, and move the card back.',
  },
  'setup-failed': {
    ...RETRIED,
    exitCode: 14,
    card: 'target',
    actsNext: 'repository-owner',
    words: 'The repository could not be made ready for its tests.',
    remedy: 'Correct what the message names; the worker tries again by itself.',
  },
  'agent-failed': {
    ...RETRIED,
    partialAfterProgress: true,
    exitCode: 15,
    card: 'target',
    actsNext: 'nobody',
    words: 'The coding agent ended without finishing its task.',
    remedy: "Read the agent's log among the run's files; after the last attempt a person must look.",
  },
  'agent-changed-nothing': {
    ...FINAL,
    exitCode: 16,
    card: 'failed',
    actsNext: 'author',
    words: 'The coding agent said that it was done, but changed nothing.',
    remedy: 'Make the task more concrete, or tick it when it is done already, and move the card back.',
  },
  'agent-touched-protected': {
    ...FINAL,
    exitCode: 17,
    card: 'failed',
    actsNext: 'author',
    words: 'The coding agent changed files that it may not change; nothing of that task was pushed.',
    remedy: 'Make that change by hand, or take the path out of the protected ones, and move the card back.',
  },
  'tests-failed': {
    ...FINAL,
    exitCode: 18,
    card: 'failed',
    actsNext: 'author',
    words: 'The tests do not pass.',
    remedy: 'Fix the code or its tests on the branch, push, and move the card back.',
  },
  'coverage-below': {
    ...FINAL,
    exitCode: 19,
    card: 'failed',
    actsNext: 'author',
    words: 'Line coverage is below the threshold.',
    remedy: 'Add tests on the branch (or a task for them), push, and move the card back.',
  },
  'coverage-unknown': {
    ...FINAL,
    exitCode: 20,
    card: 'failed',
    actsNext: 'repository-owner',
    words: 'No usable coverage figure was found, which counts as a failed gate.',
    remedy: `Let the coverage command write ${COVERAGE_FORMAT_CHOICE}; a .kiro-worker.yml on the default branch may name command and report.`,
  },
  'gate-failed': {
    ...FINAL,
    exitCode: 29,
    card: 'failed',
    actsNext: 'author',
    words: 'Tests and coverage pass, but a gate about the change does not let it through.',
    remedy:
      'Correct on the branch what the findings name, push, and move the card back. What is right as it is, the rules may let through: ' +
      'docs/gates.md says how ("gates" of .kiro-worker.yml).',
  },
  'resources-exhausted': {
    ...FINAL,
    exitCode: 30,
    card: 'failed',
    actsNext: 'operator',
    words:
      'Tests or coverage did not come to their end: memory, disk or time ran out. That says nothing about the change.',
    remedy: 'Give the builds more of what the message names, or let the tests need less of it, and move the card back.',
  },
  'branch-moved': {
    ...RETRIED,
    countsAs: 'neither',
    exitCode: 21,
    card: 'target',
    actsNext: 'nobody',
    words: 'Somebody pushed to the branch while the run was going on; nothing was overwritten.',
    remedy: 'Nothing: the next build starts from the new head.',
  },
  'push-refused': {
    ...FINAL,
    exitCode: 22,
    card: 'failed',
    actsNext: 'repository-owner',
    words: 'GitHub refused the push.',
    remedy: 'Give the token write access to the branch, or relax the rule that refused it, and move the card back.',
  },
  'pull-request-refused': {
    ...FINAL,
    exitCode: 28,
    card: 'failed',
    actsNext: 'repository-owner',
    words: 'GitHub refused to open the pull request; the finished work is on the branch.',
    remedy: 'Open the pull request by hand, or lift what refused it, and move the card back.',
  },
  'fence-lost': {
    ...UNCOUNTED,
    exitCode: 23,
    card: 'stay',
    actsNext: 'nobody',
    words: 'Another build holds the lock of this branch, so this one stopped without writing.',
    remedy: 'Nothing: the other build goes on.',
  },
  'time-limit': {
    ...RETRIED,
    partialAfterProgress: true,
    exitCode: 24,
    card: 'target',
    actsNext: 'nobody',
    words: 'The time limit was reached; what was finished is pushed.',
    remedy: 'Nothing: the next build goes on. Raise the limit when single tasks need longer.',
  },
  cancelled: {
    ...BROKEN_OFF,
    exitCode: 25,
    card: 'failed',
    actsNext: 'author',
    words: 'The card was moved away, or its build was stopped: whole tasks are pushed, the rest was dropped.',
    remedy: 'Move the card back to go on from there.',
  },
  'service-unavailable': {
    ...UNCOUNTED,
    retry: true,
    exitCode: 26,
    card: 'target',
    actsNext: 'nobody',
    words: 'A service that the worker needs took no requests; that is no fault of this card.',
    remedy: 'Nothing: the worker tries again by itself. Where a quota is used up, raise it or wait until it renews.',
  },
  'baseline-failed': {
    ...RETRIED,
    countsAttempt: false,
    countsBuild: false,
    exitCode: 27,
    card: 'target',
    actsNext: 'repository-owner',
    words: 'Install, tests or coverage fail on the branch as it was before the agent, so nothing was spent on it.',
    remedy:
      'Mend the branch, or say in .kiro-worker.yml how it is tested; failures that are known may be allowed there ("baseline"). ' +
      'The worker looks again by itself.',
  },
  'internal-error': {
    ...RETRIED,
    exitCode: 1,
    card: 'target',
    actsNext: 'operator',
    words: 'The worker met an error that it does not know.',
    remedy: 'Read the log named below; report it when it comes again.',
  },
} as const satisfies Readonly<Record<string, OutcomeRow>>;

export type OutcomeKind = keyof typeof OUTCOMES;

export interface Outcome extends OutcomeRow {
  readonly kind: OutcomeKind;
}

/** Returns all that is known of an ending. */
export function outcomeOf(kind: OutcomeKind): Outcome {
  return { kind, ...OUTCOMES[kind] };
}

/** `the operator of the worker`, for people. */
export function actorName(actor: ActsNext): string {
  return ACTOR_NAMES[actor];
}

const ACTOR_NAMES = {
  author: 'the author of the change',
  'repository-owner': 'the owner of the repository',
  operator: 'the operator of the worker',
  nobody: 'nobody, the worker goes on by itself',
} as const satisfies Record<ActsNext, string>;

/** Returns whether a text read from a lock row or artifact names an ending. */
export function isOutcomeKind(text: string | null): text is OutcomeKind {
  return text !== null && Object.hasOwn(OUTCOMES, text);
}

/** Returns the ending of a run that pushed tasks before it ended so: the next build goes on, and attempts start over. */
export function afterProgress(kind: OutcomeKind): OutcomeKind {
  return outcomeOf(kind).partialAfterProgress ? 'partial' : kind;
}

/** All endings, for documentation and tests. */
export const OUTCOME_KINDS: readonly OutcomeKind[] = Object.keys(OUTCOMES).filter(isOutcomeKind);
