import { existsSync, readFileSync } from 'node:fs';
import { type Attempt, attemptsOf, type Trial } from '../attempt.ts';
import { processesWith } from '../leftovers.ts';
import { needsIsolation, needsLinux } from '../machine.ts';
import { inSandbox, type SandboxBench } from './bench.ts';

/** Scripts of the shell that leave a program behind; `$0` is a word that its arguments must contain. */
const PROGRAMS: Readonly<Record<string, string>> = {
  'in-a-session-of-its-own': 'setsid -f sleep "600.$0"',
  'without-environment': 'setsid -f env -i /usr/bin/env sleep "600.$0"',
  'by-two-forks': '( ( exec setsid sleep "600.$0" ) & ) ',
  'that-ignores-signals': 'setsid -f sh -c "trap \'\' TERM HUP INT; sleep 600; : $0"',
  'that-holds-the-output': 'setsid sh -c "sleep 600; : $0" &',
  'that-stopped-itself': 'setsid -f sh -c "kill -STOP \\$\\$; : $0"',
  'that-starts-itself-anew': 'setsid -f sh -c "while :; do sleep 0.1; done; : $0"',
  'in-the-root-folder': 'cd / && setsid -f sleep "600.$0"',
  'by-many-forks': 'for i in 1 2 3 4 5 6 7 8 9 10 11 12; do setsid -f sleep "600.$0"; done',
};

async function leavesNoProgram(trial: Trial, script: string): Promise<void> {
  // Numbers alone, since sleep is to take it for its time.
  const word = String(Date.now()) + String(trial.random.integer(1e6));
  await inSandbox(trial, {}, async ({ run }) => {
    const shell = `${script}\nfor i in 1 2 3 4 5 6 7 8 9 10; do grep -sqa "$0" /proc/[0-9]*/cmdline && echo started; sleep 0.02; done`;
    const { stdoutTail } = await run(['sh', '-c', shell, word]);
    if (stdoutTail.includes('started')) trial.strike();
    const alive = processesWith([word]);
    trial.check(alive.length === 0, `it still runs after its step: ${alive.join('; ')}`);
  });
}

/** Deeper than a path may be long. */
export const DEEP = `bash -c 'd=$(printf "%0200d" 7); for i in {1..30}; do mkdir $d && cd $d || exit 1; done'`;

/** Scripts of the shell that leave something in `$1`, whose name contains `$0`. */
const THINGS: Readonly<Record<string, string>> = {
  'a-file': 'echo x > "$1/$0"',
  'a-closed-folder':
    'mkdir -p "$1/$0/inner" && echo x > "$1/$0/inner/file" && chmod 0 "$1/$0/inner" && chmod 500 "$1/$0"',
  'a-name-that-is-not-utf8': 'echo x > "$1/$0$(printf "\\351")"',
  'a-pipe': 'mkfifo "$1/$0"',
  'a-link-to-the-system': 'ln -s /etc "$1/$0"',
  'a-compile-cache': 'mkdir -p "$1/node-compile-cache-$0" && echo x > "$1/node-compile-cache-$0/v24"',
  'folders-too-deep': `mkdir "$1/$0" && cd "$1/$0" && ${DEEP}`,
};

async function leavesNoFile(trial: Trial, script: string): Promise<void> {
  const place = trial.random.pick(['/tmp', '/var/tmp', '/dev/shm']);
  const name = `${trial.random.pick(['', '.', '-'])}${trial.mark}`;
  await inSandbox(trial, {}, async (bench) => {
    if ((await leave(bench, { script, place, name })) === 'left') trial.strike();
    const found = await bench.run(['sh', '-c', 'ls -a "$1" | grep -ac -- "$0"', trial.mark, place]);
    trial.check(found.stdoutTail.trim() === '0', `the next step finds it in ${place}`);
    trial.check(!existsSync(`${place}/${name}`), `it lies in ${place} of the machine`);
  });
}

async function leave({ run }: SandboxBench, { script, place, name }: { script: string; place: string; name: string }) {
  const { exitCode, stderrTail } = await run(['sh', '-ec', script, name, place]);
  if (exitCode !== 0) throw new Error(`nothing was left: ${stderrTail}`);
  return 'left' as const;
}

/** System V IPC: the option of ipcmk, and where the kernel lists the objects. */
const IPC: Readonly<Record<string, [file: string, ...options: string[]]>> = {
  'shared-memory': ['shm', '-M', '4096'],
  'message-queue': ['msg', '-Q'],
  semaphores: ['sem', '-S', '1'],
};

async function leavesNoIpc(trial: Trial, [file, ...options]: (typeof IPC)[string]): Promise<void> {
  const count = (text: string) => text.trim().split('\n').length - 1;
  await inSandbox(trial, {}, async ({ run }) => {
    const list = `cat /proc/sysvipc/${file}`;
    const { stdoutTail: made } = await run(['sh', '-c', `ipcmk ${options.join(' ')} -p 0666`]);
    const key = /: (\d+)/.exec(made)?.[1];
    if (key !== undefined) trial.strike();
    const { stdoutTail: seen } = await run([
      'sh',
      '-c',
      `${list} | awk 'NR > 1 && $2 == ${key ?? -1} && $3 == 666' | wc -l; id -u`,
    ]);
    const [left = '', uid = ''] = seen.trim().split('\n');
    const onMachine = readFileSync(`/proc/sysvipc/${file}`, 'utf8');
    // Where IPC is private, equal numbers of others mean nothing.
    const isOurs = onMachine
      .split('\n')
      .some((line) => line.trim().split(/\s+/)[1] === key && new RegExp(`\\s${uid}\\s`).test(line));
    trial.check(left === '0' || (!isOurs && count(onMachine) > 0 && left === '0'), `the next step finds it: ${seen}`);
    if (trial.machine.isRoot) trial.check(!isOurs, 'it stands on the machine');
  });
}

/** Programs that do not end well: the worker goes on within its own limits. */
const ENDS: Readonly<
  Record<string, { script: string; limits?: { timeoutMs?: number; silenceMs?: number }; endedBy: string }>
> = {
  'endless-output': { script: 'yes', limits: { timeoutMs: 700 }, endedBy: 'timeout' },
  'endless-line': { script: 'tr "\\0" x < /dev/zero', limits: { timeoutMs: 700 }, endedBy: 'timeout' },
  silence: { script: 'sleep 600', limits: { silenceMs: 300 }, endedBy: 'silence' },
  'deafness-to-sigterm': {
    script: "trap '' TERM INT HUP; while :; do sleep 1; done",
    limits: { timeoutMs: 300 },
    endedBy: 'timeout',
  },
  'a-stop': { script: 'kill -STOP $$', limits: { timeoutMs: 300 }, endedBy: 'timeout' },
  'a-kill-of-everything': { script: 'kill -9 -1; kill -9 $$', endedBy: 'exit' },
  'a-kill-of-its-parent': { script: 'kill -9 $PPID; sleep 0.1; kill -9 $$', endedBy: 'exit' },
  'odd-bytes': { script: 'printf "\\377\\376\\0\\033]0;x\\007\\n"; exit 3', endedBy: 'exit' },
};

async function endsWell(trial: Trial, { script, limits = {}, endedBy }: (typeof ENDS)[string]): Promise<void> {
  await inSandbox(trial, {}, async ({ run }) => {
    const result = await run(['sh', '-c', `: ${trial.mark}; ${script}`], limits);
    trial.strike();
    trial.check(result.endedBy === endedBy, `it ended by ${result.endedBy}: ${result.stderrTail}`);
    trial.check(result.stdoutTail.length <= 64 * 1024, `${result.stdoutTail.length} characters of output were kept`);
    trial.check(processesWith([trial.mark]).length === 0, 'it still runs');
    const { exitCode } = await run(['true']);
    trial.check(exitCode === 0, 'nothing can be run after it');
  });
}

export const LEAVE: readonly Attempt[] = [
  ...attemptsOf('leave-a-program', { rows: PROGRAMS, perform: leavesNoProgram, obstacle: needsIsolation }),
  ...attemptsOf('leave', { rows: THINGS, perform: leavesNoFile, obstacle: needsIsolation }),
  ...attemptsOf('leave', {
    rows: IPC,
    perform: leavesNoIpc,
    obstacle: (machine) => needsLinux(machine) ?? needsIsolation(machine),
  }),
  ...attemptsOf('end-by', { rows: ENDS, perform: endsWell, obstacle: needsIsolation }),
];
