import { syncBuiltinESMExports } from 'node:module';
import timersPromises from 'node:timers/promises';
import type { Clock } from '../../../src/core/ports/clock.ts';

interface Timer {
  readonly run: () => void;
  readonly everyMs: number | null;
  dueMs: number;
  isRef: boolean;
}

const START_MS = Date.UTC(2026, 0, 5, 8);
const MOST_STEPS = 60_000;
const LAST_STEPS = 5_000;
const GIVEN_UP = Symbol('given up');
const LONGEST_TIMER_MS = 2 ** 31 - 1;

const real = {
  globals: {
    setTimeout: globalThis.setTimeout,
    clearTimeout: globalThis.clearTimeout,
    setInterval: globalThis.setInterval,
    clearInterval: globalThis.clearInterval,
    Date: globalThis.Date,
  },
  timeoutSignal: AbortSignal.timeout,
  sleep: timersPromises.setTimeout,
  random: Math.random,
};

/** Time that passes only by jumps from one timer to the next. While it is installed, every timer of this process, the time of
 *  day and Math.random belong to it: nothing under it may wait for anything real. */
export class VirtualTime {
  readonly #timers = new Set<Timer>();
  #elapsedMs = 0;
  #isDone = false;
  #wallOffsetMs = START_MS;

  /** The port over this time; its time of day jumps with `setWall`. */
  readonly clock: Clock = {
    now: () => this.now(),
    monotonicMs: () => this.#elapsedMs,
    sleep: (ms, signal) => this.sleep(ms, signal),
  };

  now(): number {
    return Math.round(this.#wallOffsetMs + this.#elapsedMs);
  }

  /** Milliseconds since the start, whatever clocks say. */
  get elapsedMs(): number {
    return this.#elapsedMs;
  }

  /** Somebody sets the clock: the time of day jumps, durations do not. */
  setWall(byMs: number): void {
    this.#wallOffsetMs += byMs;
  }

  /** Timers that would keep a process alive. */
  get pending(): number {
    return [...this.#timers].filter(({ isRef }) => isRef).length;
  }

  sleep(ms: number, signal?: AbortSignal | null): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const stop = () => {
        this.#timers.delete(timer);
        reject(signal?.reason);
      };
      const timer = this.#add(
        () => {
          signal?.removeEventListener('abort', stop);
          resolve();
        },
        { ms },
      );
      signal?.addEventListener('abort', stop, { once: true });
    });
  }

  /** Runs `work` under this time to its end. Throws when nothing is left that could end it, or when there is no end of timers;
   *  `giveUp` then ends what still runs, so that it holds nothing that the next run needs. */
  async run<T>(work: () => Promise<T>, { random, giveUp }: { random: () => number; giveUp: () => void }): Promise<T> {
    this.#install(random);
    try {
      const result = await Promise.race([work(), this.#drive(giveUp)]);
      if (result === GIVEN_UP) throw new Error('There is no end of it: something waits, or tries, for ever.');
      return result;
    } finally {
      this.#isDone = true;
      uninstall();
    }
  }

  async #drive(giveUp: () => void): Promise<typeof GIVEN_UP> {
    for (let step = 0; step < MOST_STEPS && (await this.#jump()); step += 1) {
      // One timer after the other.
    }
    giveUp();
    for (let step = 0; step < LAST_STEPS && (await this.#jump()); step += 1) {
      // What was given up comes to its end.
    }
    return GIVEN_UP;
  }

  /** Lets the next timer run; false when there is none, or nothing more is wanted. */
  async #jump(): Promise<boolean> {
    await quiet();
    if (this.#isDone) return false;
    let next: Timer | null = null;
    for (const timer of this.#timers) if (next === null || timer.dueMs < next.dueMs) next = timer;
    if (next === null) return false;
    this.#elapsedMs = Math.max(this.#elapsedMs, next.dueMs);
    if (next.everyMs === null) this.#timers.delete(next);
    else next.dueMs = this.#elapsedMs + next.everyMs;
    next.run();
    return true;
  }

  #add(run: () => void, { ms, everyMs = null }: { ms: number; everyMs?: number | null }): Timer {
    const wait = ms > LONGEST_TIMER_MS || !(ms >= 1) ? 1 : ms;
    const timer: Timer = { run, everyMs, dueMs: this.#elapsedMs + wait, isRef: true };
    this.#timers.add(timer);
    return timer;
  }

  #handle(timer: Timer, ms: number) {
    const handle = {
      timer,
      ref: () => {
        timer.isRef = true;
        return handle;
      },
      unref: () => {
        timer.isRef = false;
        return handle;
      },
      hasRef: () => timer.isRef,
      refresh: () => {
        timer.dueMs = this.#elapsedMs + Math.max(1, ms);
        this.#timers.add(timer);
        return handle;
      },
    };
    return handle;
  }

  #install(random: () => number): void {
    const start = (run: (...args: unknown[]) => void, ms = 1, ...args: unknown[]) =>
      this.#handle(
        this.#add(() => run(...args), { ms }),
        ms,
      );
    const repeat = (run: (...args: unknown[]) => void, ms = 1, ...args: unknown[]) =>
      this.#handle(
        this.#add(() => run(...args), { ms, everyMs: Math.max(1, ms) }),
        ms,
      );
    const clear = (handle: { timer?: Timer } | null | undefined) => {
      if (handle?.timer) this.#timers.delete(handle.timer);
    };
    const now = () => this.now();
    const signalAfter = (ms: number) => {
      const controller = new AbortController();
      const abort = () =>
        controller.abort(new DOMException('The operation was aborted due to timeout', 'TimeoutError'));
      this.#add(abort, { ms }).isRef = false;
      return controller.signal;
    };
    const sleep = async (ms: number, value: unknown, options: { signal?: AbortSignal } = {}) => {
      await this.sleep(ms, options.signal);
      return value;
    };
    Object.assign(globalThis, {
      setTimeout: start,
      setInterval: repeat,
      clearTimeout: clear,
      clearInterval: clear,
      Date: new Proxy(real.globals.Date, {
        construct: (target, args, newTarget) =>
          Reflect.construct(target, args.length === 0 ? [now()] : args, newTarget),
        get: (target, key, receiver) => (key === 'now' ? now : Reflect.get(target, key, receiver)),
      }),
    });
    Object.assign(AbortSignal, { timeout: signalAfter });
    Object.assign(timersPromises, { setTimeout: sleep });
    Object.assign(Math, { random });
    syncBuiltinESMExports();
  }
}

function uninstall(): void {
  Object.assign(globalThis, real.globals);
  Object.assign(AbortSignal, { timeout: real.timeoutSignal });
  Object.assign(timersPromises, { setTimeout: real.sleep });
  Object.assign(Math, { random: real.random });
  syncBuiltinESMExports();
}

/** Lets everything run that can run without time passing. */
async function quiet(): Promise<void> {
  for (let turn = 0; turn < 2; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}
