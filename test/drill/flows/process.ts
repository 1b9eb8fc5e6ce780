import type { Faults, Surface, Verdict } from './faults.ts';
import type { VirtualTime } from './virtual-time.ts';

/** Thrown into a process that was killed, by everything that it still tries: nothing of it has an effect any more. */
export class Killed extends Error {
  constructor() {
    super('The process was killed.');
  }
}

/** One process of the system: a poll, a finalizer, a worker. All that it does outside itself goes through `call`. */
export class DrillProcess {
  readonly name: string;
  readonly #faults: Faults;
  readonly #time: VirtualTime;
  readonly #onKill: () => void;
  #callsLeft: number;
  #isDead = false;

  constructor(options: {
    readonly name: string;
    readonly faults: Faults;
    readonly time: VirtualTime;
    /** Number of the call before which it is killed; null lets it live. */
    readonly killAt?: number | null;
    readonly onKill?: () => void;
  }) {
    this.name = options.name;
    this.#faults = options.faults;
    this.#time = options.time;
    this.#callsLeft = options.killAt ?? Number.POSITIVE_INFINITY;
    this.#onKill = options.onKill ?? (() => {});
  }

  get isDead(): boolean {
    return this.#isDead;
  }

  kill(): void {
    if (this.#isDead) return;
    this.#isDead = true;
    this.#onKill();
  }

  /** Throws when this process was killed, or is to be killed now. */
  check(): void {
    if (this.#isDead) throw new Killed();
  }

  /** One request to the outside: its fault, then its effect. */
  async call<T>(surface: Surface, effect: () => Promise<T>, options: CallOptions<T> = {}): Promise<T> {
    this.check();
    this.#callsLeft -= 1;
    if (this.#callsLeft <= 0) {
      this.kill();
      throw new Killed();
    }
    const verdict = this.#faults.next(surface);
    if (verdict.kind === 'refused') throw options.refused?.(verdict.flavour) ?? failure(surface, { verdict, options });
    if (verdict.kind === 'fail') throw failure(surface, { verdict, options });
    if (verdict.kind === 'slow') await this.#time.sleep(SLOW_MS[verdict.flavour % SLOW_MS.length] ?? 0, options.signal);
    this.check();
    const answer = await effect();
    this.check();
    if (verdict.kind === 'lost') throw failure(surface, { verdict, options });
    return verdict.kind === 'not there' && options.notThere ? options.notThere(answer) : answer;
  }
}

interface CallOptions<T> {
  readonly signal?: AbortSignal | null;
  /** What the caller sees of a failure, an Error that says so by default. */
  readonly failure?: (flavour: number) => Error;
  /** What it sees of a final refusal. */
  readonly refused?: (flavour: number) => Error;
  /** The answer that there is no such thing. */
  readonly notThere?: (answer: T) => T | Promise<T>;
}

/** Slow, slower than most time-outs, and slower than a lease is renewed. */
const SLOW_MS = [4_000, 40_000, 9 * 60_000] as const;

function failure<T>(surface: Surface, { verdict, options }: { verdict: Verdict; options: CallOptions<T> }): Error {
  return options.failure?.(verdict.flavour) ?? new Error(`${surface} failed (a fault of the drill)`);
}
