import { type ExecutionEnvironment, type FunctionOptions, startEnvironment } from './execution-environment.ts';
import type { Answer } from './runtime-api.ts';

export interface LambdaFunction {
  /** Runs the handler in an idle environment, or in a new one when all are busy. */
  invoke(event: unknown): Promise<Answer>;
  /** What all its processes printed so far. */
  readonly lines: readonly string[];
  /** One per cold start; milliseconds from the start of the process to its first request for an event. */
  readonly initsMs: readonly (number | null)[];
  close(): Promise<void>;
}

/** A function as Lambda scales it: an environment is reused when it is idle, and given up when it has ended. */
export function createLambdaFunction(options: FunctionOptions): LambdaFunction {
  const environments: ExecutionEnvironment[] = [];
  const lines: string[] = [];
  return {
    lines,
    get initsMs() {
      return environments.map(({ initMs }) => initMs);
    },
    async invoke(event) {
      const idle = environments.find(({ state }) => state === 'idle');
      if (idle) return idle.invoke(event);
      const started = await startEnvironment(options, (line) => lines.push(line));
      environments.push(started);
      return started.invoke(event);
    },
    async close() {
      await Promise.all(environments.map((environment) => environment.end()));
    },
  };
}
