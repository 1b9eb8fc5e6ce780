import { type Fault, planFaults } from './faults.ts';
import { createRandom, type Random } from './random.ts';

/** What people, machines and services do beside the requests that fail. */
export const EVENTS = [
  'a person pushes',
  'the base moves',
  'the rules change',
  'a card is moved away and back',
  'a card is archived',
  'a column is renamed and renamed back',
  'an issue is renamed',
  'a pull request is closed',
  'the right to push vanishes',
  'the token is revoked',
  'the clock jumps forward',
  'the clock jumps back',
  'the event of a build is lost',
  'a build is stopped',
  'a build never leaves the queue',
  'a tool is missing for a while',
  'starts are paused for a while',
  'a release is published',
  'a worker is killed',
  'a poll is killed',
] as const;
export type EventKind = (typeof EVENTS)[number];

export interface PlannedEvent {
  readonly kind: EventKind;
  readonly atMinute: number;
  /** Which card it hits. */
  readonly card: number;
  /** For a kill: the number of the call before which the process ends. */
  readonly call: number;
}

/** What the agent makes of a card's tasks; `mending`: its second repair makes broken ones good; `red`: tests of the branch fail before it. */
export type Quality = 'good' | 'thin' | 'broken' | 'mending' | 'leaking' | 'red';

export interface CardPlan {
  readonly title: string;
  readonly branch: string;
  readonly units: readonly string[];
  readonly quality: Quality;
  /** For each task: longer than the time between two polls, or shorter. */
  readonly agentMinutes: number;
  readonly hasPullRequest: boolean;
  /** The branch brings a rules file of its own that asks for less. */
  readonly isCheating: boolean;
  /** Another branch is called `refs/heads/NAME`. */
  readonly hasTwin: boolean;
}

/** Everything that a seed fixes. */
export interface Scenario {
  readonly seed: number;
  readonly cards: readonly CardPlan[];
  /** The base asks for 95 percent instead of the environment's 80. */
  readonly isStrict: boolean;
  readonly capacity: number;
  readonly faults: readonly Fault[];
  readonly events: readonly PlannedEvent[];
}

/** Returns the scenario of a seed. */
export function planScenario(seed: number): Scenario {
  const random = createRandom(seed);
  const faults = planFaults(seed, random);
  // The build service is asked about builds that still run when a poll comes.
  const isLong = faults.some(({ surface }) => surface === 'builds');
  const cards = Array.from({ length: 1 + random.below(2) }, (_, index) => planCard(index, { random, isLong }));
  return {
    seed,
    cards,
    isStrict: random.chance(0.5),
    capacity: 1 + random.below(2),
    faults,
    events: planEvents(seed, random),
  };
}

function planCard(index: number, { random, isLong }: { random: Random; isLong: boolean }): CardPlan {
  const name = ['one', 'two'][index] ?? 'more';
  return {
    title: `Card ${name}`,
    branch: `work/${name}`,
    units: Array.from({ length: 1 + random.below(2) }, (_, unit) => `unit-${name}-${unit + 1}`),
    quality: random.pick<Quality>(['good', 'good', 'good', 'mending', 'thin', 'broken', 'leaking', 'red']),
    agentMinutes: isLong ? 12 : random.pick([2, 12]),
    hasPullRequest: random.chance(0.6),
    isCheating: random.chance(0.3),
    hasTwin: random.chance(0.15),
  };
}

/** Half of the runs have an event; the first is the seed's own, so that seeds in a row have every kind. */
function planEvents(seed: number, random: Random): PlannedEvent[] {
  if (random.chance(0.5)) return [];
  const own = EVENTS[Math.floor(seed / 2) % EVENTS.length];
  const more = random.chance(0.3) ? [random.pick(EVENTS)] : [];
  return [...(own === undefined ? [] : [own]), ...more].map((kind) => ({
    kind,
    // Builds look for their tools when they begin, most of them at once.
    atMinute: kind === 'a tool is missing for a while' ? 0 : 1 + random.below(25),
    card: random.below(2),
    call: 1 + random.below(kind === 'a poll is killed' ? 10 : 70),
  }));
}
