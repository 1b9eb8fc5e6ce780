import type { Random } from './random.ts';
import type { VirtualTime } from './virtual-time.ts';

/** What a request can be of; each counts its own requests. */
export const SURFACES = [
  'board',
  'card',
  'card move',
  'branches',
  'rules',
  'rights',
  'pull request',
  'pull request write',
  'comment',
  'comment write',
  'git fetch',
  'git push',
  'git ls-remote',
  'git read',
  'git commit',
  'locks',
  'lock writes',
  'ledgers',
  'breaker',
  'breaker writes',
  'builds',
  'build start',
  'artifacts',
  'settings',
  'secrets',
  'agent',
] as const;
export type Surface = (typeof SURFACES)[number];

/** How a request can go wrong. For a while is a quarter of an hour; for ever lasts until the drill lifts it; what is refused stays
 *  refused; `not there` is one answer that says so of something that is there. */
export const KINDS = [
  'once',
  'twice',
  'for a while',
  'for ever',
  'slow',
  'lost answer',
  'refused',
  'not there',
] as const;
export type Kind = (typeof KINDS)[number];

/** Kinds that only some surfaces know; the others hit each. */
const ONLY: Partial<Record<Kind, ReadonlySet<Surface>>> = {
  // Only what has an effect can lose its answer after it.
  'lost answer': new Set([
    'card move',
    'pull request write',
    'comment write',
    'git push',
    'lock writes',
    'breaker writes',
    'build start',
    'artifacts',
    'agent',
  ]),
  refused: new Set(['rights', 'card move', 'pull request write', 'comment write', 'git push', 'artifacts']),
  'not there': new Set(['card', 'branches', 'builds', 'git ls-remote']),
};

const WHILE_MS = 15 * 60_000;

export interface Fault {
  readonly surface: Surface;
  readonly kind: Kind;
  /** Which of the surface's requests is the first that it strikes, from 1. */
  readonly nth: number;
  /** Which of a service's ways to fail it takes; each service knows its own. */
  readonly flavour: number;
}

/** What becomes of one request. */
export interface Verdict {
  readonly kind: 'pass' | 'fail' | 'slow' | 'lost' | 'refused' | 'not there';
  readonly flavour: number;
}

const PASS: Verdict = { kind: 'pass', flavour: 0 };

const VERDICTS: Readonly<Record<Kind, Verdict['kind']>> = {
  once: 'fail',
  twice: 'fail',
  'for a while': 'fail',
  'for ever': 'fail',
  slow: 'slow',
  'lost answer': 'lost',
  refused: 'refused',
  'not there': 'not there',
};

/** Every pair of fault and surface that there is. */
export const PAIRS: readonly { surface: Surface; kind: Kind }[] = SURFACES.flatMap((surface) =>
  KINDS.filter((kind) => ONLY[kind]?.has(surface) ?? true).map((kind) => ({ surface, kind })),
);

export function keyOf({ surface, kind }: { surface: Surface; kind: Kind }): string {
  return `${surface}: ${kind}`;
}

/** Only what the agent's service does makes a poll or a worker write this; one that lasts is confirmed by the worker's own call. */
const OUTAGE: Fault = { surface: 'agent', kind: 'twice', nth: 1, flavour: 0 };

/** Returns one to four faults; the first is the seed's own pair, so that seeds in a row strike every pair. */
export function planFaults(seed: number, random: Random): Fault[] {
  const own = PAIRS[seed % PAIRS.length];
  const cause = own?.surface === 'breaker writes' ? [OUTAGE] : [];
  const more = Array.from({ length: random.below(3) }, () => PAIRS[random.below(PAIRS.length)]);
  const faults = [own, ...more].flatMap((pair) =>
    pair === undefined ? [] : [{ ...pair, nth: 1 + random.below(reach(pair.surface)), flavour: random.below(12) }],
  );
  return [...cause, ...faults];
}

const FEW: ReadonlySet<Surface> = new Set(['agent', 'git fetch', 'build start', 'builds', 'rules', 'breaker writes']);

/** A run has at least so many requests of a surface. */
function reach(surface: Surface): number {
  if (FEW.has(surface)) return 1;
  return surface === 'locks' || surface === 'card' || surface === 'git read' || surface === 'artifacts' ? 6 : 2;
}

/** Decides for each request what becomes of it, and notes what really struck. */
export class Faults {
  readonly struck = new Set<string>();
  readonly #counts = new Map<Surface, number>();
  readonly #since = new Map<Fault, number>();
  readonly #planned: readonly Fault[];
  readonly #time: VirtualTime;
  #isLifted = false;

  constructor(planned: readonly Fault[], time: VirtualTime) {
    this.#planned = planned;
    this.#time = time;
  }

  /** Whether writes to this surface are refused for good. */
  isRefused(surface: Surface): boolean {
    return this.struck.has(keyOf({ surface, kind: 'refused' }));
  }

  /** Ends every fault that is not a refusal. */
  lift(): void {
    this.#isLifted = true;
  }

  next(surface: Surface): Verdict {
    const count = (this.#counts.get(surface) ?? 0) + 1;
    this.#counts.set(surface, count);
    for (const fault of this.#planned) {
      if (fault.surface !== surface || !this.#isOn(fault, count)) continue;
      this.struck.add(keyOf(fault));
      return { kind: VERDICTS[fault.kind], flavour: fault.flavour };
    }
    return PASS;
  }

  #isOn(fault: Fault, count: number): boolean {
    const { kind, nth } = fault;
    if (count < nth) return false;
    if (kind === 'refused') return true;
    if (this.#isLifted) return false;
    if (count === nth) this.#since.set(fault, this.#time.elapsedMs);
    if (kind === 'twice') return count <= nth + 1;
    if (kind === 'for ever') return true;
    if (kind !== 'for a while') return count === nth;
    return this.#time.elapsedMs <= (this.#since.get(fault) ?? 0) + WHILE_MS;
  }
}
