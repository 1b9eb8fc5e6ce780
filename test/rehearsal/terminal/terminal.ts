import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { ROOT } from '../operate/operator.ts';

const run = promisify(execFile);
const ROWS = 40;
const LOOK_MS = 100;

export interface Terminal {
  /** What it shows and has shown, without blanks at the ends of lines; a line that the terminal had to break is one. */
  text(): Promise<string>;
  /** The same with the sequences of its colours. */
  styled(): Promise<string>;
  /** Waits until it shows that; false when the command has ended without. */
  shows(words: string | RegExp): Promise<boolean>;
  /** Types keys by the names of tmux (Enter, C-c), anything else letter by letter. */
  type(...keys: readonly string[]): Promise<void>;
  /** Waits until the command has ended. */
  ended(): Promise<{ readonly code: number; readonly text: string }>;
  close(): Promise<void>;
}

export interface TerminalOptions {
  readonly columns: number;
  /** All variables of the command but TERM. */
  readonly env: Readonly<Record<string, string>>;
  /** TERM; that of tmux by default. */
  readonly term?: string;
  /** Of this repository, or a clone of it. */
  readonly root?: string;
}

/** Keeps the exit code, which tmux 3.3 sometimes misses, and outlives a Ctrl-C that the program does not take itself. */
const SHELL = 'trap : INT; "$@"; echo $? >"$0"';

/** Runs `kiro-worker ARGS` in a terminal of tmux, a server of its own. */
export async function openTerminal(args: readonly string[], options: TerminalOptions): Promise<Terminal> {
  const { columns, env, term, root = ROOT } = options;
  const folder = await mkdtemp(path.join(tmpdir(), 'kiro-worker-terminal-'));
  const tmux = async (...words: readonly string[]) => {
    const all = ['-S', path.join(folder, 'tmux'), '-f', '/dev/null', ...words];
    return (await run('tmux', all, { env: { PATH: process.env.PATH, LANG: 'C.UTF-8' } })).stdout;
  };
  const variables = Object.entries(env).map(([name, value]) => `${name}=${value}`);
  const program = ['env', '-i', ...variables, `TERM=${term ?? 'screen'}`];
  const exitCode = path.join(folder, 'exit-code');
  const command = [
    'sh',
    '-c',
    SHELL,
    exitCode,
    ...program,
    process.execPath,
    path.join(root, 'scripts/cli.ts'),
    ...args,
  ];
  const settings = ['history-limit 5000', 'remain-on-exit on', 'status off'].flatMap((setting) => [
    ...['set-option', '-g', ...setting.split(' ')],
    ';',
  ]);
  const size = ['-x', String(columns), '-y', String(ROWS)];
  await tmux(...settings, 'new-session', '-d', ...size, '-c', root, '--', ...command);
  const text = async () =>
    (await tmux('capture-pane', '-p', '-J', '-S', '-'))
      .replace(/\n*Pane is dead[^\n]*\s*$/, '')
      .replace(/[ \t]+$/gm, '')
      .trimEnd();
  const styled = () => tmux('capture-pane', '-p', '-e', '-S', '-');
  const endedWith = async () => {
    if ((await tmux('display-message', '-p', '#{pane_dead}')).trim() !== '1') return null;
    return Number(await readFile(exitCode, 'utf8'));
  };
  return {
    text,
    styled,
    async shows(words) {
      for (;;) {
        const code = await endedWith();
        const shown = await text();
        if (typeof words === 'string' ? shown.includes(words) : words.test(shown)) return true;
        if (code !== null) return false;
        await sleep(LOOK_MS);
      }
    },
    async type(...keys) {
      for (const key of keys) await tmux('send-keys', ...(/^(?:Enter|C-[a-z])$/.test(key) ? [] : ['-l']), key);
    },
    async ended() {
      for (;;) {
        const code = await endedWith();
        if (code !== null) return { code, text: await text() };
        await sleep(LOOK_MS);
      }
    },
    async close() {
      await tmux('kill-server').catch(() => undefined);
      await rm(folder, { recursive: true, force: true });
    },
  };
}
