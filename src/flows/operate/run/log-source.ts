import type { Build } from '../../../core/ports/builds.ts';
import type { Clock } from '../../../core/ports/clock.ts';
import type { LogLines } from '../../../core/ports/operate/log-lines.ts';
import type { LogSource } from '../../../core/ports/operate/log-source.ts';

/** Lines may arrive so much later than those with the same time. */
const LATE_MS = 20_000;

interface SourceRequest {
  readonly logs: LogLines;
  readonly clock: Pick<Clock, 'now'>;
  readonly log: string;
  readonly stream?: string;
  readonly sinceMs: number;
  /** The build as it is now, for a log that ends with it. */
  readonly readBuild?: () => Promise<Build | null>;
}

/** Returns a log of the cloud as a source. Each line is handed on once, also when it arrives late. */
export function cloudLogSource(request: SourceRequest): LogSource {
  const { logs, clock, log, stream, readBuild } = request;
  let { sinceMs } = request;
  /** Ids of the lines that may be read again, with their times. */
  let seen = new Map<string, number>();
  return {
    async next() {
      const lines = await logs.read({ log, sinceMs, ...(stream === undefined ? {} : { stream }) });
      const fresh = lines.filter(({ id }) => !seen.has(id));
      const newestMs = lines.at(-1)?.atMs ?? sinceMs;
      sinceMs = Math.max(sinceMs, newestMs - LATE_MS);
      seen = new Map(
        [...seen, ...lines.map(({ id, atMs }) => [id, atMs] as const)].filter(([, atMs]) => atMs >= sinceMs),
      );
      return fresh.map(({ text }) => text);
    },
    async isOver() {
      if (readBuild === undefined) return false;
      const build = await readBuild();
      return build === null || (build.endedAtMs !== null && build.endedAtMs + LATE_MS < clock.now());
    },
    close: () => undefined,
  };
}
