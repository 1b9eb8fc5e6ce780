import { randomUUID } from 'node:crypto';
import { type Answer, type Delivery, failure, type RuntimeCalls } from './runtime-api.ts';

/** Time that AWS gives to everything before the first event. */
const INIT_LIMIT_MS = 10_000;

export interface InvocationOptions {
  readonly functionName: string;
  readonly timeoutMs: number;
  /** Kills the process of the function. */
  readonly kill: () => void;
}

/** The invocations of one process, one at a time, with Lambda's time limits. */
export class Invocations implements RuntimeCalls {
  state: 'idle' | 'busy' | 'ended' = 'idle';
  /** From the start of the process to its first request for an event; null until then. */
  initMs: number | null = null;
  readonly #options: InvocationOptions;
  readonly #startedAt = performance.now();
  #current: { id: string; event: unknown; resolve: (answer: Answer) => void } | null = null;
  #initError: Answer | null = null;
  #deliver: ((delivery: Delivery) => void) | null = null;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: InvocationOptions) {
    this.#options = options;
  }

  invoke(event: unknown): Promise<Answer> {
    if (this.state !== 'idle') throw new Error(`This environment is ${this.state}.`);
    this.state = 'busy';
    return new Promise((resolve) => {
      this.#current = { id: randomUUID(), event, resolve };
      if (this.#deliver === null) this.#limit(INIT_LIMIT_MS, this.#current.id);
      this.#deliverCurrent();
    });
  }

  onNext(deliver: (delivery: Delivery) => void): void {
    this.initMs ??= performance.now() - this.#startedAt;
    this.#deliver = deliver;
    this.#deliverCurrent();
  }

  onInitError(error: Answer): void {
    this.#initError = error;
  }

  onAnswer(id: string, answer: Answer): boolean {
    if (id !== this.#current?.id) return false;
    this.#finish(answer);
    return true;
  }

  /** The process has ended: an invocation that is under way fails with it. `how` is its exit status or signal. */
  end(how: string): void {
    this.state = 'ended';
    const message = `RequestId: ${this.#current?.id} Error: Runtime exited with error: ${how}`;
    this.#finish(this.#initError ?? failure('Runtime.ExitError', message));
  }

  #deliverCurrent(): void {
    if (this.#deliver === null || this.#current === null) return;
    const { id, event } = this.#current;
    const { functionName, timeoutMs } = this.#options;
    this.#limit(timeoutMs, id);
    this.#deliver({ id, event, functionName, timeoutMs });
    this.#deliver = null;
  }

  #limit(limitMs: number, id: string): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.state = 'ended';
      this.#options.kill();
      const seconds = (limitMs / 1000).toFixed(2);
      this.#finish(failure('Sandbox.Timedout', `RequestId: ${id} Error: Task timed out after ${seconds} seconds`));
    }, limitMs);
  }

  #finish(answer: Answer): void {
    clearTimeout(this.#timer);
    this.#current?.resolve(answer);
    this.#current = null;
    if (this.state === 'busy') this.state = 'idle';
  }
}
