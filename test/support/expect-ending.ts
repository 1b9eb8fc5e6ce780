import { expect } from 'chai';
import type { OutcomeKind } from '../../src/core/outcome.ts';
import { outcomeOf } from '../../src/core/outcome.ts';
import type { TestSystem } from './system/test-system.ts';
import * as view from './system/view.ts';

export interface ExpectedEnding {
  readonly kind: OutcomeKind;
  readonly column: string;
  /** Tasks that commits of the branch implement. */
  readonly tasks: readonly string[];
  /** Words that comment and section must contain. */
  readonly words: RegExp;
  /** The worker (or the whole build) may have been ended after it had written its report. */
  readonly mayBeKilled?: boolean;
}

/** Exit status that a shell reports for a program that SIGKILL has ended. */
const KILLED = 137;

/** Asserts that the newest build's ending stands everywhere people and machines look: exit code, lock row, card, one
 *  comment, our section, draft state; and that the lock is free again. */
export async function expectEnding(system: TestSystem, expected: ExpectedEnding): Promise<void> {
  const { kind, column, tasks, words, mayBeKilled = false } = expected;
  const build = (await view.buildsOf(system)).at(-1);
  if (build === undefined) throw new Error('no build was started');
  const log = await view.logOf(system, build.id);
  expect(view.exitCodeOf(build), log).to.be.oneOf([outcomeOf(kind).exitCode, ...(mayBeKilled ? [KILLED, null] : [])]);
  expect(await view.lockOf(system)).to.include({ status: 'released', lastOutcome: kind, buildId: build.id });
  expect(view.columnOf(system)).to.equal(column);
  expect(await view.tasksDone(system)).to.deep.equal(tasks);

  const comments = view.commentsOf(system);
  expect(comments).to.have.length(1);
  expect(comments[0]?.body).to.match(words).and.to.include(outcomeOf(kind).words.slice(0, 20));
  const { draft, body } = view.pullRequestOf(system);
  expect(view.sectionOf(system)).to.include({ outcome: kind, buildId: build.id });
  expect(body).to.match(words);
  expect(draft).to.equal(kind !== 'completed');
  const metadata = JSON.parse(await view.artifactOf(system, build.id, 'metadata.json'));
  expect(metadata).to.include({ outcome: kind, success: outcomeOf(kind).exitCode === 0 });
}

/** Expects that the newest build completed, and that lock and pull request say so. */
export async function expectCompleted(system: TestSystem): Promise<void> {
  expect(await view.lastExitCodeOf(system)).to.equal(0);
  expect(await view.lockOf(system)).to.include({ status: 'released', lastOutcome: 'completed' });
  expect(view.sectionOf(system)).to.include({ outcome: 'completed' });
}
