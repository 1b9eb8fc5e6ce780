import type { Holder } from '../../../src/core/lock.ts';
import { isHeldBy } from '../../../src/core/lock.ts';
import type { LockStore } from '../../../src/core/ports/lock-store.ts';

const LEASE_MS = 60_000;
const MAX_PROBLEMS = 20;
const ROUNDS_PER_LOCK = 10;

/** One round: every client asks for the same lock at the same moment. */
export interface Round {
  readonly lockKey: string;
  readonly nowMs: number;
  /** Whose lapsed lease may be taken over; null when the lock is free. */
  readonly lapsed: Holder | null;
}

/** A group of clients, in this process or another. */
export interface Contenders {
  readonly clients: number;
  /** All its clients ask for the lock; returns those that got it. */
  compete(round: Round): Promise<Holder[]>;
  close(): Promise<void>;
}

export interface ContentionReport {
  readonly rounds: number;
  readonly clients: number;
  /** Rounds that a client won, and rounds in which the holder renewed its lapsed lease before anybody took it over. */
  readonly wins: number;
  readonly renewals: number;
  readonly durationMs: number;
  /** What a lock must never do (at most 20); empty is the only good answer. */
  readonly problems: readonly string[];
}

/** Returns `clients` contenders in this process, each with the store that `makeStore` gives it. */
export function contendersHere(makeStore: () => LockStore, clients: number, name = 'here'): Contenders {
  const stores = Array.from({ length: clients }, makeStore);
  return {
    clients,
    async compete(round) {
      const asked = stores.map((store, client) => ask(store, `${name}-${client}`, round));
      return (await Promise.all(asked)).filter((holder) => holder !== null);
    },
    close: async () => {},
  };
}

/** Lets all contenders ask for one lock, round after round: a lock that never was, then after its lease has lapsed, after it
 *  has lapsed while the holder renews it, and after a release. In each round exactly one may come out as owner, and each
 *  fence of a lock follows the last. */
export async function contend(
  store: LockStore,
  { groups, rounds }: { groups: readonly Contenders[]; rounds: number },
): Promise<ContentionReport> {
  const problems: string[] = [];
  const startedAt = performance.now();
  let holder: Holder | null = null;
  let wins = 0;
  let renewals = 0;
  for (let number = 0; number < rounds && problems.length < MAX_PROBLEMS; number += 1) {
    const result = await play(store, groups, { number, holder });
    problems.push(...result.problems.map((problem) => `round ${number} (${kindOf(number)}): ${problem}`));
    wins += result.winners.length;
    renewals += result.renewed ? 1 : 0;
    holder = result.winners.at(-1) ?? holder;
  }
  const clients = groups.reduce((sum, group) => sum + group.clients, 0);
  return { rounds, clients, wins, renewals, durationMs: performance.now() - startedAt, problems };
}

async function play(
  store: LockStore,
  groups: readonly Contenders[],
  { number, holder }: { number: number; holder: Holder | null },
): Promise<{ winners: Holder[]; renewed: boolean; problems: string[] }> {
  const problems: string[] = [];
  const kind = kindOf(number);
  const lockKey = `octo/example#contended-${Math.floor(number / ROUNDS_PER_LOCK)}`;
  const nowMs = Date.UTC(2030, 0, 1) + number * 2 * LEASE_MS;
  if (kind === 'free' && holder !== null && !(await release(store, holder, nowMs))) problems.push('not released');
  const lapsed = kind === 'lapsed' || kind === 'renewed' ? holder : null;
  const renew = async () => kind === 'renewed' && lapsed !== null && (await renewLease(store, lapsed, nowMs));
  const compete = () => Promise.all(groups.map((group) => group.compete({ lockKey, nowMs, lapsed })));
  const [renewed, answers] = await inEitherOrder(number, renew, compete);

  const winners = answers.flat();
  const owners = winners.length + (renewed ? 1 : 0);
  if (owners !== 1) problems.push(`${owners} owners`);
  const fence = kind === 'new' ? 1 : (holder?.fence ?? 0) + 1;
  for (const winner of winners) {
    if (winner.fence !== fence) problems.push(`fence ${winner.fence} instead of ${fence}`);
    if (lapsed !== null && (await renewLease(store, lapsed, nowMs))) problems.push('the former owner could renew');
  }
  const owner = winners[0] ?? holder;
  const row = await store.get(lockKey);
  if (owner === null || !isHeldBy(row, owner)) problems.push(`the row is not the owner's: ${JSON.stringify(row)}`);
  return { winners, renewed, problems };
}

function kindOf(number: number): 'new' | 'lapsed' | 'renewed' | 'free' {
  if (number % ROUNDS_PER_LOCK === 0) return 'new';
  return (['free', 'lapsed', 'renewed'] as const)[number % 3] ?? 'free';
}

/** Starts both at once, the first one sometimes first and sometimes a moment later, so that either may win. */
async function inEitherOrder<A, B>(number: number, first: () => Promise<A>, second: () => Promise<B>): Promise<[A, B]> {
  if (number % 2 === 0) return Promise.all([first(), second()]);
  const later = second();
  await new Promise((resolve) => setImmediate(resolve));
  return Promise.all([first(), later]);
}

async function ask(store: LockStore, owner: string, { lockKey, nowMs, lapsed }: Round): Promise<Holder | null> {
  const acquisition = await store.acquire({
    lockKey,
    branch: 'contended',
    owner,
    workItemId: 'item',
    environment: 'test',
    startToken: owner,
    leaseMs: LEASE_MS,
    nowMs,
    resetAttempts: false,
    ...(lapsed === null ? {} : { takeOverFence: lapsed.fence }),
  });
  return acquisition.kind === 'acquired' ? { lockKey, owner, fence: acquisition.row.fence } : null;
}

function renewLease(store: LockStore, holder: Holder, nowMs: number): Promise<boolean> {
  return store.renew({ ...holder, leaseMs: LEASE_MS, nowMs });
}

function release(store: LockStore, holder: Holder, nowMs: number): Promise<boolean> {
  return store.release({ ...holder, outcome: 'completed', nextEligibleAtMs: nowMs, head: null, nowMs });
}
