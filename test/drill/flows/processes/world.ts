import type { TestSystem } from '../../../support/system/test-system.ts';
import type { ProcessScenario } from './scenario.ts';

/** What happened in a run, for its invariants. */
export interface ProcessWorld {
  readonly system: TestSystem;
  readonly scenario: ProcessScenario;
  readonly personCommits: string[];
  readonly struck: Set<string>;
  /** Failures of polls, which the next poll makes up for. */
  readonly failures: string[];
}
