import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makePrivateFolder } from '../../adapters/local/private-files.ts';
import { isSystemError } from '../../core/system-error.ts';
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
  /** Receives the process group once it runs. */
  readonly onStart: (group: number) => void;
}

/** Runs all commands of a phase in one shell, so that `cd` and variables last from one to the next. The first failing
 *  command ends the phase; its `finally` commands run in any case. Returns what failed, null when nothing did. */
export async function runPhase(request: PhaseRequest): Promise<string | null> {
  const { phase, folder, cwd, env, output, onStart } = request;
  makePrivateFolder(folder);
  writeCommands(folder, { kind: 'command', commands: phase.commands });
  writeCommands(folder, { kind: 'finally', commands: phase.finally });
  const shell = spawn(request.shell, ['-c', DRIVER, 'phase', folder], {
    cwd,
    env: { ...env },
    detached: true,
    stdio: ['ignore', output, output],
  });
  const ended = new Promise<ShellEnd>((resolve, reject) => {
    shell.once('error', reject);
    shell.once('exit', (code, signal) => resolve({ code, signal }));
  });
  if (shell.pid !== undefined) onStart(shell.pid);
  return failureOf(folder, await ended);
}

/** Marks a phase, before its processes are ended, so that nothing more of it runs. */
export function markStopped(folder: string): void {
  writeFileSync(join(folder, 'stopped'), '');
}

/** Each command is a file that the one shell sources, so no shell command is ever assembled from texts. (bash
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

function sourceEach(kind: CommandList['kind']): string {
  return `
for _file in "$_phase"/${kind}-*; do
  [ -f "$_file" ] || continue
  IFS= read -r _line <"$_file"; echo "[Container] Running command $_line"
  . "$_file"
  _code=$?; [ "$_code" -eq 0 ] || exit "$_code"
done`;
}

interface CommandList {
  readonly kind: 'command' | 'finally';
  readonly commands: readonly string[];
}

function writeCommands(folder: string, { kind, commands }: CommandList): void {
  for (const [index, text] of commands.entries()) {
    writeFileSync(join(folder, `${kind}-${String(index + 1).padStart(4, '0')}`), `${text}\n`);
  }
}

interface ShellEnd {
  readonly code: number | null;
  readonly signal: string | null;
}

/** The exit status of the commands counts even when a `finally` command ended the shell with 0. */
function failureOf(folder: string, { code, signal }: ShellEnd): string | null {
  if (signal !== null) return `the shell was ended by ${signal}`;
  const status = (readStatus(folder) ?? 0) || (code ?? 1);
  return status === 0 ? null : `exit status ${status}`;
}

/** Returns the exit status that the commands of a phase left, null when its shell ended before it could say. */
export function readStatus(folder: string): number | null {
  try {
    return Number(readFileSync(join(folder, 'status'), 'utf8'));
  } catch (error) {
    if (isSystemError(error, 'ENOENT')) return null;
    throw error;
  }
}
