import type { SkipReason } from '../../../src/core/cards/skip-reason.ts';
import { LONGEST_BACKOFF_MS } from '../../../src/core/lifecycle/back-off.ts';
import { openBreakers } from '../../../src/core/lifecycle/breaker.ts';
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
/** Polls while faults and people are about. */
const UNKIND_POLLS = 9;
/** After them at most so many that come when no build runs, no lease lasts and no back-off is waited for. */
const KIND_POLLS = 10;
/** All polls together: whatever goes on longer never ends. */
const MOST_POLLS = 100;
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
  world.pollsBeforeLift = world.polls.length;
  await settle(world);
  // What was started last comes to its end.
  for (let minutes = 0; minutes < 90 && world.builds.running.length > 0; minutes += 1) await time.sleep(MINUTE_MS);
  await time.sleep(MINUTE_MS);
  return [...(await findViolations(world)), ...((await world.replacements.findMore?.(world)) ?? [])];
}

/** Polls until nothing waits for anything any more. */
async function settle(world: World): Promise<void> {
  for (let free = 0; free < KIND_POLLS && world.polls.length < MOST_POLLS; ) {
    const wasBusy = await isBusy(world);
    if (!wasBusy) free += 1;
    await pollAndWait(world, null);
    if (!wasBusy && (await isQuiet(world))) return;
    const waitMs = await soonestWaitMs(world);
    if (waitMs !== null) await world.time.sleep(waitMs);
  }
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

/** A build runs, or a lease lasts. */
async function isBusy({ builds, locks }: World): Promise<boolean> {
  return builds.running.length > 0 || (await locks.listHeld()).length > 0;
}

const WAITING: ReadonlySet<SkipReason> = new Set(['backing-off', 'service-paused']);
const PASSING: ReadonlySet<SkipReason> = new Set([
  'backing-off',
  'service-paused',
  'locked',
  'at-capacity',
  'unreadable',
]);

/** Nothing runs, is held, or waits for its next try. */
async function isQuiet(world: World): Promise<boolean> {
  if ((await isBusy(world)) || (await world.locks.listPending()).length > 0) return false;
  const last = world.polls.at(-1);
  return last?.outcome === 'nothing-ready' && !last.leftOut.some(({ reason }) => PASSING.has(reason));
}

/** How long it takes until the first back-off is over; null while there is anything else to wait for. */
async function soonestWaitMs(world: World): Promise<number | null> {
  const { locks, time } = world;
  const last = world.polls.at(-1);
  const isOnlyWaiting = last?.started.length === 0 && last.leftOut.some(({ reason }) => WAITING.has(reason));
  if (!isOnlyWaiting || (await isBusy(world)) || (await locks.listPending()).length > 0) return null;
  const tries = (await openBreakers(locks.getBreaker)).map(({ nextTryAtMs }) => nextTryAtMs);
  const times = [...(await locks.list()).map(({ nextEligibleAtMs }) => nextEligibleAtMs), ...tries];
  const waits = times.map((atMs) => atMs - time.now()).filter((ms) => ms > 0 && ms <= LONGEST_BACKOFF_MS);
  return waits.length === 0 ? null : Math.min(...waits);
}
