import type { DrillResult } from '../area.ts';
import { scheduleEvents } from './events.ts';
import { findViolations } from './invariants.ts';
import { createFetch } from './ports.ts';
import { createRandom } from './random.ts';
import type { Scenario } from './scenario.ts';
import { runFinalizer, runPoll } from './system.ts';
import { runWorkerOf } from './worker.ts';
import { type Replacements, World } from './world.ts';

const MINUTE_MS = 60_000;
const POLL_EVERY_MS = 10 * MINUTE_MS;
/** Polls while faults and people are about, and at most so many after them: past all leases, and ten more. */
const UNKIND_POLLS = 9;
const KIND_POLLS = 13;
const FINALIZER_DELAY_MS = 2_000;

/** Runs one scenario to its end and returns what does not hold. */
export async function performScenario(
  scenario: Scenario,
  replacements: Replacements = {},
): Promise<DrillResult & { world: World }> {
  const world = new World(scenario, {
    replacements,
    runWorker: runWorkerOf,
    onBuildEnd(ended, build) {
      if (ended.takesEvent()) setTimeout(() => void runFinalizer(ended, build), FINALIZER_DELAY_MS);
    },
  });
  const realFetch = globalThis.fetch;
  globalThis.fetch = createFetch(world);
  try {
    const random = createRandom(scenario.seed + 1_000_003);
    const violations = await world.time.run(() => live(world), { random: random.next, giveUp: () => world.giveUp() });
    return { violations, struck: [...world.faults.struck, ...world.struck], world };
  } finally {
    globalThis.fetch = realFetch;
    world.close();
  }
}

async function live(world: World): Promise<string[]> {
  const { time, faults } = world;
  scheduleEvents(world);
  for (let n = 0; n < UNKIND_POLLS; n += 1) await pollAndWait(world, killOf(world, n));
  faults.lift();
  for (let n = 0; n < KIND_POLLS; n += 1) {
    const result = await pollAndWait(world, null);
    if (result !== null && n > 2 && (await isQuiet(world))) break;
  }
  // What was started last comes to its end.
  for (let minutes = 0; minutes < 90 && world.builds.running.length > 0; minutes += 1) await time.sleep(MINUTE_MS);
  await time.sleep(MINUTE_MS);
  return findViolations(world);
}

async function pollAndWait(world: World, killAt: number | null) {
  const nextMs = world.time.elapsedMs + POLL_EVERY_MS;
  const result = await runPoll(world, { killAt });
  world.polls.push(result);
  if (killAt !== null && world.processes.at(-1)?.isDead) world.struck.add('a poll is killed');
  await world.time.sleep(Math.max(1000, nextMs - world.time.elapsedMs));
  return result;
}

function killOf({ scenario }: World, poll: number): number | null {
  const event = scenario.events.find(
    ({ kind, atMinute }) => kind === 'a poll is killed' && Math.floor(atMinute / 10) === poll,
  );
  return event?.call ?? null;
}

/** Nothing runs, is held, or waits for its next try. */
async function isQuiet(world: World): Promise<boolean> {
  const { builds, locks } = world;
  if (builds.running.length > 0 || (await locks.listHeld()).length + (await locks.listPending()).length > 0)
    return false;
  const last = world.polls.at(-1);
  return (
    last?.outcome === 'nothing-ready' &&
    !last.leftOut.some(({ reason }) => reason === 'backing-off' || reason === 'locked')
  );
}
