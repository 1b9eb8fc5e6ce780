import { existsSync, realpathSync } from 'node:fs';
import { WorkerError } from '../../../core/errors.ts';
import type { Sandbox } from '../../../core/ports/process.ts';
import type { FoundToolchains, Toolchain, Toolchains } from '../../../core/ports/toolchains.ts';
import type { ToolName } from '../../../core/repository/tool-need.ts';
import { TOOLCHAIN_PLACES } from '../../../core/repository/toolchains/places.ts';
import { CHOSEN_TOOLS, type ChosenTool } from '../../../core/repository/toolchains/wish.ts';
import { ownHomes } from './own-homes.ts';
import { type Candidate, type CandidatesRequest, findCandidates, isShim } from './toolchain-candidates.ts';

export interface ToolchainsOptions extends Pick<CandidatesRequest, 'links'>, Partial<Omit<CandidatesRequest, 'links'>> {
  readonly sandbox: Pick<Sandbox, 'run' | 'home'>;
  /** Whole environment of the commands when nobody chooses. */
  readonly commandEnvironment: Readonly<Record<string, string>>;
}

/** Generous: a cold JVM takes seconds, and a machine may have ten. */
const LOOK_MS = 180_000;
/** What the default of a tool is called, where that is not its name. */
const PROGRAMS: Partial<Record<ToolName, string>> = { python: 'python3', jdk: 'java', maven: 'mvn', rust: 'rustc' };

/** Finds tool chains in the places where machines keep them; which of them start, and what they are, is seen by starting all of
 *  a tool in the sandbox, in one process. */
export function createToolchains(options: ToolchainsOptions): Toolchains {
  return {
    async list({ tool }) {
      const candidates = isChosen(tool)
        ? findCandidates(tool, { env: process.env, homes: ownHomes(), ...options })
        : [];
      const byName = PROGRAMS[tool] ?? tool;
      const argument = isChosen(tool) ? TOOLCHAIN_PLACES[tool].argument : '--version';
      const [own, ...answers] = await startAll(options, {
        programs: [byName, ...candidates.map((one) => one.program)],
        argument,
      });
      const seen = candidates.map((candidate, at) => ({ candidate, answer: answers[at] }));
      const usable = seen.flatMap(({ candidate, answer }) =>
        answer?.version == null ? [] : [{ ...candidate, tool, version: answer.version, isDefault: false }],
      );
      const closed = seen.flatMap(({ candidate, answer }) =>
        answer?.version == null ? [{ program: candidate.program, obstacle: answer?.said ?? 'it said nothing' }] : [],
      );
      return { usable: withDefault(usable, { tool, own, env: options.commandEnvironment }), closed };
    },
  };
}

function isChosen(tool: ToolName): tool is ChosenTool {
  return CHOSEN_TOOLS.some((one) => one === tool);
}

interface Answer {
  /** Where the program was found, empty where it was not. */
  readonly path: string;
  /** Null when it did not start, or did not say. */
  readonly version: string | null;
  readonly said: string;
}

const MARK = '== kiro-worker ';
/** `$1` is the argument of each program that follows. */
const SCRIPT = `argument=$1; shift
for program in "$@"; do
  printf '\\n${MARK}%s\\n' "$(command -v "$program")"
  "$program" "$argument" 2>&1 </dev/null || printf '\\n${MARK}failed\\n'
done`;

async function startAll(
  { sandbox, commandEnvironment: env }: ToolchainsOptions,
  { programs, argument }: { programs: readonly string[]; argument: string },
): Promise<Answer[]> {
  const command = ['/bin/sh', '-c', SCRIPT, 'toolchains', argument, ...programs] as const;
  const { exitCode, stdoutTail, stderrTail, endedBy } = await sandbox.run({
    command,
    cwd: sandbox.home,
    env,
    timeoutMs: LOOK_MS,
  });
  const answers = stdoutTail.split(new RegExp(`^${MARK}(?!failed$)`, 'm')).slice(1);
  if (exitCode !== 0 || answers.length !== programs.length) {
    throw new WorkerError({
      code: 'AGENT_SETUP_INVALID',
      what: 'The tool chains of this machine could not be looked at.',
      why: stderrTail.trim() || endedBy,
      remedy: 'Start what is named here by hand as another user; the first one that does not answer is in the way.',
    });
  }
  return answers.map(readAnswer);
}

/** The first version in what a program says; Java also says which options it found in its environment. */
const VERSION = /(?:^|[\s"v]|\bgo)(\d+(?:\.\d+)+|\d+(?="))/m;

function readAnswer(text: string): Answer {
  const [path = '', ...lines] = text.split('\n');
  const hasFailed = lines.includes(`${MARK}failed`);
  const spoken = lines.filter((line) => line.trim() !== '' && !/^Picked up |^== kiro-worker /.test(line));
  const version = VERSION.exec(spoken.join('\n'))?.[1] ?? null;
  return {
    path,
    version: hasFailed || path === '' ? null : version,
    said: (spoken.at(-1) ?? 'it said nothing').replace(/^toolchains: (?:line )?\d+: /, '').slice(0, 200),
  };
}

type Usable = Toolchain & Candidate;

/** Marks what commands find by themselves: one of the known places, or a program of the system for which nothing has to change. */
function withDefault(
  usable: readonly Usable[],
  { tool, own, env }: { tool: ToolName; own: Answer | undefined; env: Readonly<Record<string, string>> },
): FoundToolchains['usable'] {
  // Build tools of Java look there, and not at the PATH.
  const named = tool === 'jdk' ? usable.find(({ variables }) => isSame(variables.JAVA_HOME, env.JAVA_HOME)) : undefined;
  const first = named ?? (own?.version == null ? undefined : usable.find((one) => isOwn(one, own)));
  if (first !== undefined) {
    const mayStay = tool !== 'jdk' && own !== undefined && !isShim(own.path);
    const shown: Toolchain = { ...first, isDefault: true, ...(mayStay && { folder: null, variables: {} }) };
    return [shown, ...usable.filter((one) => one !== first)];
  }
  if (own?.version == null) return usable;
  const bare = { tool, version: own.version, program: own.path, isDefault: true, folder: null, variables: {} };
  return [bare, ...usable];
}

/** A shim stands for the version that it starts now; in the branch's folder it would ask the branch's files. */
function isOwn({ program, version }: Usable, own: Answer): boolean {
  return isShim(own.path) ? version === own.version : isSame(program, own.path);
}

function isSame(one: string | undefined, other: string | undefined): boolean {
  if (one === undefined || other === undefined || !existsSync(one) || !existsSync(other)) return false;
  return realpathSync(one) === realpathSync(other);
}
