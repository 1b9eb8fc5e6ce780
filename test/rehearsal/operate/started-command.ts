import { spawn } from 'node:child_process';
import path from 'node:path';
import { type Operator, ROOT } from './operator.ts';

export interface StartedCommand {
  /** Resolves when its standard error holds this text; rejects when it ends before. */
  says(text: string): Promise<void>;
  interrupt(): void;
  /** Exit code, and all of its standard error. */
  readonly ended: Promise<{ readonly code: number | null; readonly stderr: string }>;
}

/** Starts `kiro-worker`, to be watched and interrupted as from a keyboard. */
export function startCommand({ env }: Operator, args: readonly string[]): StartedCommand {
  const child = spawn(process.execPath, [path.join(ROOT, 'scripts/cli.ts'), ...args], {
    env,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  const watchers = new Set<() => void>();
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said += text;
    for (const look of watchers) look();
  });
  const ended = new Promise<{ code: number | null; stderr: string }>((resolve) => {
    child.once('close', (code) => resolve({ code, stderr: said }));
  });
  return {
    says: (text) =>
      new Promise((resolve, reject) => {
        const look = () => {
          if (!said.includes(text)) return;
          watchers.delete(look);
          resolve();
        };
        watchers.add(look);
        void ended.then(({ code, stderr }) => reject(new Error(`It ended with ${code} without "${text}":\n${stderr}`)));
        look();
      }),
    interrupt: () => void child.kill('SIGINT'),
    ended,
  };
}
