import { existsSync } from 'node:fs';
import type { LogSource } from '../../core/ports/operate/log-source.ts';
import type { LocalBuild } from './build-view.ts';
import { type LogTail, openLogTail } from './log-tail.ts';

/** Returns the log of a build of this machine as a source. */
export function localLogSource(build: LocalBuild, readBuild: () => Promise<LocalBuild | undefined>): LogSource {
  let lines: string[] = [];
  let tail: LogTail | null = null;
  return {
    async next() {
      if (tail === null && existsSync(build.logFile)) tail = openLogTail(build.logFile, (line) => lines.push(line));
      tail?.read();
      const fresh = lines;
      lines = [];
      return fresh;
    },
    isOver: async () => (await readBuild())?.ended ?? true,
    close: () => tail?.end(),
  };
}
