import { rm } from 'node:fs/promises';
import { systemClock } from '../../../../src/adapters/system-clock.ts';
import { killWorkers } from '../../../support/live-build.ts';
import { PLACE } from '../../../support/system/repository.ts';
import { createTestSystem } from '../../../support/system/test-system.ts';
import * as view from '../../../support/system/view.ts';
import type { DrillResult } from '../../area.ts';
import { findProcessViolations } from './invariants.ts';
import { keyOf, type ProcessScenario } from './scenario.ts';
import type { ProcessWorld } from './world.ts';

const UNKIND_POLLS = 2;
const MOST_POLLS = 10;
/** What is held for longer than this was left behind. */
const BEYOND_LEASES_MS = 3 * 60 * 60_000;

/** Runs one scenario over real processes to its end and returns what does not hold. */
export async function performProcesses(scenario: ProcessScenario): Promise<DrillResult> {
  const system = await createTestSystem({ config: { maxAttempts: 5 } });
  const world: ProcessWorld = { system, scenario, personCommits: [], struck: new Set(), failures: [] };
  try {
    await armScenario(world);
    for (let n = 0; n < UNKIND_POLLS; n += 1) await pollOnce(world);
    system.github.faults.clear();
    await system.setAgent('finish');
    for (let n = 0; n < MOST_POLLS && !(await isDone(world)); n += 1)
      await pollOnce(world, n > 2 ? BEYOND_LEASES_MS : 0);
    const violations = await findProcessViolations(world);
    return { violations, struck: [...world.struck] };
  } finally {
    await system.close();
    await rm(system.root, { recursive: true, force: true });
  }
}

async function armScenario(world: ProcessWorld): Promise<void> {
  const { system, scenario, struck } = world;
  const { faults } = system.github;
  const { event } = scenario;
  if (event?.kind === 'the agent fails once') {
    await system.setAgent('run-error');
    struck.add(event.kind);
  } else if (event !== null) faults.next(event.before, { kind: 'before', run: () => happen(world, event.kind) });
  for (const planned of scenario.faults) {
    const { matcher, fault } = planned;
    // Only the first strike needs to be seen.
    const seen = { ...matcher, times: 1 };
    faults.next(seen, { kind: 'before', run: () => void struck.add(keyOf(planned)) });
    faults.next(matcher, fault);
  }
}

async function happen({ system, personCommits, struck }: ProcessWorld, kind: string): Promise<void> {
  const { github, repository, item } = system;
  struck.add(kind);
  if (kind === 'a worker is killed') killWorkers(system);
  else if (kind === 'a person pushes')
    personCommits.push(
      await github.moveBranch(repository, { branch: PLACE.branch, files: { 'notes.md': 'Something to know.\n' } }),
    );
  else github.state.moveCard(item, 'Backlog');
}

async function pollOnce({ system, failures }: ProcessWorld, aheadMs = 0): Promise<void> {
  const clock = { ...systemClock, now: () => Date.now() + aheadMs };
  try {
    await system.poll({ clock });
  } catch (error) {
    failures.push(String(error));
  }
  await system.machine.builds.waitForAll();
  // Whoever moved the card away moves it back.
  if (view.columnOf(system) === 'Backlog') system.github.state.moveCard(system.item, 'For Implementation');
}

/** The card is where it stays, its lock is free, and nothing is left to be written. */
async function isDone({ system }: ProcessWorld): Promise<boolean> {
  const [row] = await system.machine.locks.list();
  if (row?.status !== 'released' || row.pending !== null) return false;
  const column = view.columnOf(system);
  return column === 'In Review' || column === 'Needs a person';
}
