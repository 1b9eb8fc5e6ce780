import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Phase } from './buildspec.ts';

export interface PhaseRequest {
  readonly shell: 'sh' | 'bash';
  readonly phase: Phase;
  /** Folder of its own, where the commands are written to, one file each. */
  readonly folder: string;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** Open file that both streams go to. */
  readonly output: number;
  /** Told the process group once it runs. */
  readonly onStart: (group: number) => void;
}

/** Runs all commands of a phase in one shell, so that `cd` and variables last from one to the next. The first failing
 *  command ends the phase; its `finally` commands run in any case. Returns what failed, null when nothing did. */
export async function runPhase(request: PhaseRequest): Promise<string | null> {
  const { phase, folder, cwd, env, output, onStart } = request;
  mkdirSync(folder, { recursive: true });
  writeCommands(folder, 'command', phase.commands);
  writeCommands(folder, 'finally', phase.finally);
  const shell = spawn(request.shell, ['-c', DRIVER, 'phase', folder], {
    cwd,
    env: { ...env },
    detached: true,
    stdio: ['ignore', output, output],
  });
  const ended = new Promise<string | null>((resolve, reject) => {
    shell.once('error', reject);
    shell.once('exit', (code, signal) => resolve(failureOf(folder, code, signal)));
  });
  if (shell.pid !== undefined) onStart(shell.pid);
  return ended;
}

/** Marks a phase, before its processes are ended, so that nothing more of it runs. */
export function markStopped(folder: string): void {
  writeFileSync(join(folder, 'stopped'), '');
}

/** Each command is a file that the one shell sources, so no text is ever put together to a shell command. (bash
 *  runs its EXIT trap on SIGTERM too, hence the mark; a TERM trap would let a command slip through that is just being
 *  started.) */
const DRIVER = `
_phase=$1; set --
_end() {
  _status=$?; trap - EXIT
  [ ! -e "$_phase/stopped" ] || exit 143
  echo "$_status" >"$_phase/status"
  [ "$_status" -eq 0 ] || CODEBUILD_BUILD_SUCCEEDING=0
${sourceEach('finally')}
  exit "$_status"
}
trap _end EXIT
${sourceEach('command')}
`;

function sourceEach(kind: 'command' | 'finally'): string {
  return `
for _file in "$_phase"/${kind}-*; do
  [ -f "$_file" ] || continue
  IFS= read -r _line <"$_file"; echo "[Container] Running command $_line"
  . "$_file"
  _code=$?; [ "$_code" -eq 0 ] || exit "$_code"
done`;
}

function writeCommands(folder: string, kind: 'command' | 'finally', commands: readonly string[]): void {
  for (const [index, text] of commands.entries()) {
    writeFileSync(join(folder, `${kind}-${String(index + 1).padStart(4, '0')}`), `${text}\n`);
  }
}

/** The exit status of the commands counts even when a `finally` command ended the shell with 0. */
function failureOf(folder: string, code: number | null, signal: string | null): string | null {
  if (signal !== null) return `the shell was ended by ${signal}`;
  const status = readStatus(folder) || (code ?? 1);
  return status === 0 ? null : `exit status ${status}`;
}

function readStatus(folder: string): number {
  try {
    return Number(readFileSync(join(folder, 'status'), 'utf8'));
  } catch {
    return 0;
  }
}
