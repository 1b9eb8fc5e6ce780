import type { Fault, Matcher } from '../../../../src/fakes/github/faults.ts';
import { createRandom, type Random } from '../random.ts';

/** What a request to the local GitHub can be of. */
const MATCHERS = {
  board: { operation: /^ReadBoard/ },
  card: { operation: /^LocateCard/ },
  'card move': { operation: /^MoveCard/ },
  branches: { operation: /^InspectBranches/ },
  'pull request': { method: 'GET', path: /\/pulls/ },
  'pull request write': { method: 'PATCH', path: /\/pulls\// },
  'comment write': { operation: /^(Add|Edit)Comment/ },
  'git fetch': { git: 'upload-pack', method: 'POST' },
  'git ls-remote': { git: 'upload-pack', method: 'GET' },
  'git push': { git: 'receive-pack', method: 'POST' },
} as const satisfies Readonly<Record<string, Matcher>>;

type Surface = keyof typeof MATCHERS;

const KINDS = ['once', 'twice', 'for a while', 'slow', 'lost answer'] as const;
type Kind = (typeof KINDS)[number];

const WITH_EFFECT: ReadonlySet<Surface> = new Set(['card move', 'pull request write', 'comment write', 'git push']);

interface Pair {
  readonly surface: Surface;
  readonly kind: Kind;
}

const SURFACES: readonly Surface[] = [
  'board',
  'card',
  'card move',
  'branches',
  'pull request',
  'pull request write',
  'comment write',
  'git fetch',
  'git ls-remote',
  'git push',
];

const PAIRS: readonly Pair[] = KINDS.flatMap((kind) =>
  SURFACES.filter((surface) => kind !== 'lost answer' || WITH_EFFECT.has(surface)).map((surface) => ({
    surface,
    kind,
  })),
);

export const EVENTS = [
  'a worker is killed',
  'a person pushes',
  'a card is moved away and back',
  'the agent fails once',
] as const;
export type EventKind = (typeof EVENTS)[number];

/** A fault of the local GitHub from the n-th request of a surface on. */
export interface PlannedFault extends Pair {
  readonly matcher: Matcher;
  readonly fault: Fault;
}

/** Everything that a seed fixes. */
export interface ProcessScenario {
  readonly seed: number;
  readonly faults: readonly PlannedFault[];
  /** What happens just before a request that matches. */
  readonly event: { readonly kind: EventKind; readonly before: Matcher } | null;
}

export const STRIKES: readonly string[] = [...PAIRS.map(keyOf), ...EVENTS];

export function keyOf({ surface, kind }: Pair): string {
  return `${surface}: ${kind}`;
}

/** Returns the scenario of a seed; seeds in a row have every pair and every event. */
export function planProcessScenario(seed: number): ProcessScenario {
  const random = createRandom(seed);
  const pairs = [PAIRS[seed % PAIRS.length], PAIRS[(seed * 7 + 3) % PAIRS.length]];
  return {
    seed,
    faults: pairs.flatMap((pair) => (pair === undefined ? [] : [planFault(pair, random)])),
    event: planEvent(seed, random),
  };
}

function planFault(pair: Pair, random: Random): PlannedFault {
  const { surface, kind } = pair;
  const isGit = surface.startsWith('git');
  const times = { once: 1, twice: 2, 'for a while': isGit ? 4 : 6, slow: 1, 'lost answer': 1 }[kind];
  const skip = random.below(surface === 'card' ? 3 : surface === 'board' || surface === 'branches' ? 1 : 2);
  return { ...pair, matcher: { ...MATCHERS[surface], skip, times }, fault: faultOf(kind, { isGit, random }) };
}

function faultOf(kind: Kind, { isGit, random }: { isGit: boolean; random: Random }): Fault {
  if (kind === 'slow') return { kind: 'slow', ms: 1500 };
  if (kind === 'lost answer') return { kind: 'dropAfterEffect' };
  const ofGit: readonly [Fault, ...Fault[]] = [
    { kind: 'status', status: 503 },
    { kind: 'reset' },
    { kind: 'status', status: 429 },
  ];
  const ofApi: readonly [Fault, ...Fault[]] = [{ kind: 'http502' }, { kind: 'secondaryLimit', retryAfterSeconds: 1 }];
  return random.pick(isGit ? ofGit : ofApi);
}

function planEvent(seed: number, random: Random): ProcessScenario['event'] {
  const kind = EVENTS[seed % (EVENTS.length + 1)];
  if (kind === undefined) return null;
  if (kind === 'the agent fails once') return { kind, before: {} };
  if (kind === 'a person pushes')
    return { kind, before: { git: 'receive-pack', method: 'GET', skip: random.below(6) } };
  const places: readonly [Matcher, ...Matcher[]] = [
    { git: 'upload-pack', method: 'POST' },
    { git: 'receive-pack', method: 'GET', skip: random.below(6) },
    { git: 'receive-pack', method: 'POST', skip: random.below(2) },
    { method: 'PATCH', path: /\/pulls\// },
    { operation: /^AddComment/ },
  ];
  return { kind, before: random.pick(places) };
}
