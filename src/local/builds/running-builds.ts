import type { BuildRecord } from './build-records.ts';
import { type RunningBuild, type RunningBuildRequest, startBuild } from './running-build.ts';

export interface RunningBuilds {
  launch(request: RunningBuildRequest): void;
  /** Stops a build of this process and waits for its end; does nothing for any other. */
  stop(id: string): Promise<void>;
  stopAll(): void;
  /** Resolves when nothing runs any more and every listener has returned. */
  whenIdle(): Promise<void>;
  onEnd(listener: (ended: BuildRecord) => void | Promise<void>): void;
  /** Throws the first error of a listener that was not thrown yet. */
  throwFailure(): void;
}

/** Keeps the builds that this process runs. */
export function createRunningBuilds(): RunningBuilds {
  const running = new Map<string, { build: RunningBuild; settled: Promise<void> }>();
  const listeners: ((ended: BuildRecord) => void | Promise<void>)[] = [];
  const failures: unknown[] = [];

  const notifyListeners = async (build: RunningBuild) => {
    const ended = await build.ended;
    for (const listener of listeners) await listener(ended);
  };
  return {
    launch(request) {
      const { id } = request.record;
      const build = startBuild(request);
      const settled = notifyListeners(build)
        .catch((error: unknown) => void failures.push(error))
        .finally(() => running.delete(id));
      running.set(id, { build, settled });
    },
    async stop(id) {
      const build = running.get(id)?.build;
      build?.stop();
      await build?.ended;
    },
    stopAll() {
      for (const { build } of running.values()) build.stop();
    },
    async whenIdle() {
      while (running.size > 0) await Promise.all([...running.values()].map(({ settled }) => settled));
    },
    onEnd: (listener) => void listeners.push(listener),
    throwFailure() {
      if (failures.length > 0) throw failures.shift();
    },
  };
}
