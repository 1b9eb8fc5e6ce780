import { spawnSync } from 'node:child_process';
import { appendFileSync, existsSync, mkdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Trial } from '../attempt.ts';
import type { Random } from '../random.ts';

/** A setting of git that starts a program, and a command of plain git that proves it; PROGRAM stands for the program. */
export interface Spring {
  readonly config: string;
  readonly proof: readonly string[];
  readonly input?: string;
}

const FILTER = 'f filter=evil diff=evil merge=evil\n';

export const SPRINGS = {
  fsmonitor: { config: '[core]\n\tfsmonitor = PROGRAM\n', proof: ['status'] },
  'clean-filter': { config: '[filter "evil"]\n\tclean = PROGRAM\n', proof: ['add', 'f'] },
  'process-filter': { config: '[filter "evil"]\n\tprocess = PROGRAM\n\trequired = true\n', proof: ['add', 'f'] },
  'smudge-filter': { config: '[filter "evil"]\n\tsmudge = PROGRAM\n', proof: ['checkout', '--', 'f'] },
  'external-diff': { config: '[diff]\n\texternal = PROGRAM\n', proof: ['diff'] },
  textconv: { config: '[diff "evil"]\n\ttextconv = PROGRAM\n', proof: ['diff'] },
  'hooks-path': { config: '[core]\n\thooksPath = HOOKS\n', proof: ['commit', '--all', '--message', 'x'] },
  'signing-program': {
    config: '[commit]\n\tgpgSign = true\n[gpg]\n\tprogram = PROGRAM\n',
    proof: ['commit', '--all', '--message', 'x'],
  },
  editor: { config: '[core]\n\teditor = PROGRAM\n', proof: ['commit', '--all'] },
  'trailer-command': {
    config: '[trailer "Kiro-Worker-Task"]\n\tcommand = PROGRAM\n\tifexists = add\n',
    proof: ['interpret-trailers', '--trailer', 'Kiro-Worker-Task: 1'],
    input: 'Do it\n',
  },
  'credential-helper': {
    config: '[credential]\n\thelper = !PROGRAM\n',
    proof: ['credential', 'fill'],
    input: 'protocol=https\nhost=x\n\n',
  },
  'ssh-command': { config: '[core]\n\tsshCommand = PROGRAM\n', proof: ['fetch', 'ssh://127.0.0.1:9/x'] },
  'included-file': { config: '[include]\n\tpath = INCLUDED\n', proof: ['status'] },
} as const satisfies Record<string, Spring>;

export type SpringName = keyof typeof SPRINGS;
export const SPRING_NAMES: readonly [SpringName, ...SpringName[]] = [
  'fsmonitor',
  'clean-filter',
  'process-filter',
  'external-diff',
  'hooks-path',
  'ssh-command',
  'included-file',
];

export interface Trap {
  /** Absent as long as nobody has started the program. */
  readonly witness: string;
}

/** Makes what a trap runs: a program that leaves a witness, and the hooks that are it. */
function makeProgram({ folder }: Trial): { program: string; hooks: string; included: string; witness: string } {
  const witness = path.join(folder, 'witness');
  const program = path.join(folder, 'trap.sh');
  const hooks = path.join(folder, 'hooks');
  const script = `#!/bin/sh\nid -u >> ${witness}\n`;
  writeFileSync(program, script, { mode: 0o755 });
  mkdirSync(hooks, { recursive: true });
  for (const hook of [
    'pre-commit',
    'commit-msg',
    'post-checkout',
    'post-index-change',
    'pre-push',
    'reference-transaction',
  ])
    writeFileSync(path.join(hooks, hook), `#!/bin/sh\nid -u >> ${witness}\n`, { mode: 0o755 });
  const included = path.join(folder, 'included');
  writeFileSync(included, `[core]\n\tfsmonitor = ${program}\n`);
  return { program, hooks, included, witness };
}

/** Makes the git folder of `workTree` (which must be a repository already) one whose commands run a program, and proves by plain git
 *  that they do: only then the attempt has struck. */
export function springTrap(
  trial: Trial,
  { workTree, gitFolder, spring }: { workTree: string; gitFolder: string; spring: Spring },
): Trap {
  const { program, hooks, included, witness } = makeProgram(trial);
  const config = spring.config
    .replaceAll('PROGRAM', program)
    .replaceAll('HOOKS', hooks)
    .replaceAll('INCLUDED', included);
  appendFileSync(path.join(gitFolder, 'config'), `\n[user]\n\tname = x\n\temail = x@y\n${config}`);
  mkdirSync(path.join(gitFolder, 'info'), { recursive: true });
  writeFileSync(path.join(gitFolder, 'info/attributes'), FILTER);
  gitIn(workTree, spring.proof, spring.input);
  if (existsSync(witness)) trial.strike();
  rmSync(witness, { force: true });
  return { witness };
}

/** Makes a repository of its own with one commit and a changed file `f`. */
export function makeRepository(folder: string): void {
  mkdirSync(folder, { recursive: true });
  gitIn(folder, ['init', '--quiet']);
  writeFileSync(path.join(folder, 'f'), 'one\n');
  gitIn(folder, ['add', 'f']);
  gitIn(folder, ['-c', 'user.name=x', '-c', 'user.email=x@y', 'commit', '--quiet', '-m', 'x']);
  writeFileSync(path.join(folder, 'f'), 'two\n');
  utimesSync(path.join(folder, 'f'), 1, 1);
}

/** Makes a repository that is a trap; the way it bites is the seed's choice. */
export function makeTrap(trial: Trial, folder: string): Trap {
  makeRepository(folder);
  return springTrap(trial, {
    workTree: folder,
    gitFolder: path.join(folder, '.git'),
    spring: pickSpring(trial.random),
  });
}

export function pickSpring(random: Random): Spring {
  return SPRINGS[random.pick(SPRING_NAMES)];
}

/** Nobody but the proof may have started the program. */
export function checkWitness(trial: Trial, { witness }: Trap): void {
  trial.check(!existsSync(witness), 'a program of the branch ran as the worker’s user');
}

/** Plain git as a person would run it, whatever it says. */
export function gitIn(folder: string, args: readonly string[], input = ''): void {
  const env = {
    PATH: process.env.PATH,
    HOME: path.dirname(folder),
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_TERMINAL_PROMPT: '0',
    GIT_CONFIG_COUNT: '1',
    GIT_CONFIG_KEY_0: 'safe.directory',
    GIT_CONFIG_VALUE_0: '*',
  };
  spawnSync('git', ['-C', folder, ...args], { env, input, stdio: ['pipe', 'ignore', 'ignore'] });
}
