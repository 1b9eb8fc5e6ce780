import type { BaselineVerdict } from '../core/lifecycle/baseline-record.ts';
import type { PullRequest } from '../core/ports/github.ts';
import type { Commands } from '../core/repository/commands.ts';
import type { RepositorySettings } from '../core/repository/repository-file.ts';
import type { RulesSource } from '../core/repository/rules-branch.ts';
import type { TaskDocument } from '../core/spec/tasks.ts';

// The stages of a run in their order. A step takes the state before it and returns the one after it, so that what a step
// may rely on stands in its type; a state of an earlier stage is refused by the compiler.

/** Nothing is known but the settings. */
export interface Started {
  readonly stage: 'started';
}

/** The lock row names this build: it alone may change the branch. */
export interface Locked {
  readonly stage: 'locked';
}

interface Checkout {
  /** Branch that the pull request merges into. */
  readonly base: string;
  /** The branch's open pull request when the run began, null when it had none. */
  readonly pullRequest: PullRequest | null;
  /** Commit of the remote branch, as this run left it. */
  readonly head: string;
  readonly mergeBase: string;
  /** Place of the rules that count; nobody who may only push the branch can choose it. */
  readonly rules: RulesSource;
  /** `.kiro-worker.yml` at that place, null when it has none. */
  readonly repositoryFile: RepositorySettings | null;
}

/** The head of the branch is checked out. */
export interface CheckedOut extends Checkout {
  readonly stage: 'checked-out';
}

export interface Plan extends Checkout {
  /** Names of the spec's Markdown files. */
  readonly specFiles: readonly string[];
  /** tasks.md as it is at `head`. */
  readonly tasks: TaskDocument;
}

/** The spec is valid, and there is something to do. */
export interface Planned extends Plan {
  readonly stage: 'planned';
}

/** The branch before the agent. */
export interface KnownBaseline {
  /** Newest commit at or below the head that no run of ours made: what was changed since is the worker's. */
  readonly commit: string;
  /** What install, tests and coverage came to there; null where nothing was tested, or no run needed to know. */
  readonly verdict: BaselineVerdict | null;
}

interface Setup extends Plan {
  /** Null where nothing showed yet how the repository is tested. */
  readonly commands: Commands | null;
  readonly baseline: KnownBaseline;
  /** There was nothing to test: how the last commit is tested is to be found out from itself. */
  readonly looksAgain: boolean;
  /** Names of the tests that may fail, and how many of each name. */
  readonly tolerated: ReadonlyMap<string, number>;
}

/** The branch passes as it was before the agent; where there are open tasks, it is installed, and the agent starts. */
export interface Prepared extends Setup {
  readonly stage: 'prepared';
}

/** Every required task is implemented and pushed. */
export interface Implemented extends Setup {
  readonly stage: 'implemented';
}

/** Every gate has passed on a tree made of the commit `head`, and the remote branch was at it afterwards. */
export interface Verified extends Setup {
  readonly stage: 'verified';
}

export type RunState = Started | Locked | CheckedOut | Planned | Prepared | Implemented | Verified;

/** A state in which the branch is checked out. */
export type WithCheckout = Exclude<RunState, Started | Locked>;

/** Returns whether a run got as far as the checkout of its branch. */
export function hasCheckout(state: RunState): state is WithCheckout {
  return state.stage !== 'started' && state.stage !== 'locked';
}
