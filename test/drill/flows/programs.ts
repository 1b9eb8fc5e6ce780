import type { Installation } from '../../../src/core/ports/installation.ts';
import type { ProcessRequest, ProcessResult, Sandbox } from '../../../src/core/ports/process.ts';
import type { WorkspaceFiles } from '../../../src/core/ports/workspace-files.ts';
import { chat } from './agent.ts';
import type { Workspace } from './memory/repository.ts';
import type { Program, ProgramInput, ProgramsOptions } from './program.ts';

/** What a run's commands see and do; `running` counts the programs that have not ended. */
export interface Programs {
  readonly sandbox: Sandbox;
  readonly installation: Installation;
  readonly workspaceFiles: WorkspaceFiles;
  running(): number;
}

/** The tests pass unless a file says BUG; each source file says how many of its lines they cover. */
export function proofOf(files: ReadonlyMap<string, Buffer>): { passes: boolean; linesPct: number } {
  let [covered, total, passes] = [0, 0, true];
  for (const [file, content] of files) {
    if (!file.startsWith('src/')) continue;
    const text = content.toString();
    if (text.includes('BUG')) passes = false;
    const [, hit, all] = /covered (\d+)\/(\d+)/.exec(text) ?? [];
    covered += Number(hit ?? 0);
    total += Number(all ?? 0);
  }
  return { passes, linesPct: total === 0 ? 0 : (100 * covered) / total };
}

/** Makes the programs of one run: the tests, and a scripted agent that speaks kiro-cli's protocol. */
export function createPrograms(options: ProgramsOptions): Programs {
  let running = 0;
  const stop = new AbortController();
  const sandbox: Sandbox = {
    isolation: 'user',
    home: '/drill/home',
    find: (program) => `${program} is where it always is.`,
    grant: async () => options.process.check(),
    end: async () => {},
    async run(request) {
      options.process.check();
      running += 1;
      try {
        return await runProgram({ ...options, request, stop: stop.signal });
      } finally {
        running -= 1;
      }
    },
  };
  return {
    sandbox,
    installation: createInstallation(options.workspace),
    workspaceFiles: createWorkspaceFiles(options.workspace),
    running: () => running,
  };
}

async function runProgram(
  options: ProgramsOptions & { request: ProcessRequest; stop: AbortSignal },
): Promise<ProcessResult> {
  const { request, time } = options;
  const startedMs = time.elapsedMs;
  const limit = new AbortController();
  const timer = setTimeout(() => limit.abort(), request.timeoutMs);
  const signal = AbortSignal.any([limit.signal, ...(request.signal ? [request.signal] : [])]);
  const tails = { out: '', err: '' };
  const ended = (endedBy: ProcessResult['endedBy'], exitCode: number | null): ProcessResult => ({
    endedBy,
    exitCode,
    signal: exitCode === null ? 'SIGTERM' : null,
    stdoutTail: tails.out.slice(-4000),
    stderrTail: tails.err.slice(-4000),
    durationMs: time.elapsedMs - startedMs,
  });
  const keep = (stream: 'out' | 'err', line: string) => {
    tails[stream] = `${tails[stream]}${line}\n`.slice(-4000);
    request.onOutput?.(line.length + 1);
  };
  const io: ProgramInput = {
    ...options,
    signal,
    out(line) {
      keep('out', line);
      request.onStdoutLine?.(line);
    },
    err(line) {
      keep('err', line);
      request.onStderrLine?.(line);
    },
    wait: (ms) => time.sleep(ms, signal),
  };
  try {
    const exitCode = await programOf(request, options.agentProgram)(io);
    return signal.aborted ? ended(limit.signal.aborted ? 'timeout' : 'abort', null) : ended('exit', exitCode);
  } catch (error) {
    if (!signal.aborted) throw error;
    return ended(limit.signal.aborted ? 'timeout' : 'abort', null);
  } finally {
    clearTimeout(timer);
  }
}

function programOf({ command }: ProcessRequest, agentProgram?: Program): Program {
  if (command.includes('whoami')) return whoami;
  if (command.includes('chat')) return agentProgram ?? chat;
  if (command.includes('--acp') && agentProgram !== undefined) return agentProgram;
  if (command.includes('tests')) return runTests;
  if (command.includes('--version')) return version;
  throw new Error(`The drill has no program "${command.join(' ')}".`);
}

const whoami: Program = async ({ out }) => {
  out('{"account":{"email":"bot@example.com"}}');
  return 0;
};

const version: Program = async ({ hasTools, out, err }) => {
  if (!hasTools()) {
    err('make: command not found');
    return 127;
  }
  out('1.0.0');
  return 0;
};

/** Takes half a minute, and leaves both reports. */
const runTests: Program = async ({ workspace, wait, out }) => {
  await wait(30_000);
  const { passes, linesPct } = proofOf(workspace);
  const lines = Math.round(linesPct * 100);
  const failure = passes ? '' : '<failure message="BUG"/>';
  workspace.set('reports/junit.xml', Buffer.from(`<testsuite><testcase name="all">${failure}</testcase></testsuite>`));
  workspace.set('coverage/lcov.info', Buffer.from(`SF:src/all.js\nLF:10000\nLH:${lines}\nend_of_record\n`));
  out(passes ? 'ok' : 'not ok');
  return passes ? 0 : 1;
};

function createInstallation(workspace: Workspace): Installation {
  let sealed: Workspace = new Map();
  let left = 0;
  return {
    async begin() {
      left = 0;
    },
    async seal(steps) {
      sealed = new Map(workspace);
      left = steps;
    },
    async open() {
      if (left <= 0) throw new Error('No step is left.');
      left -= 1;
      workspace.clear();
      for (const [file, content] of sealed) workspace.set(file, content);
    },
  };
}

function createWorkspaceFiles(workspace: Workspace): WorkspaceFiles {
  return {
    async look(folder, wanted) {
      const paths = [...workspace.keys()].filter(() => folder === '.');
      const texts = paths.filter((path) => wanted(path) !== 'none').map((path) => [path, String(workspace.get(path))]);
      return { paths, texts: Object.fromEntries(texts) };
    },
    realRoot: async () => '/drill/workspace',
    fileIn: () => () => false,
    async watch({ patterns }) {
      const removed = [...workspace.keys()].filter((file) => patterns.includes(file));
      for (const file of removed) workspace.delete(file);
      return {
        removed,
        collect: async (wanted) => ({
          files: [...workspace].flatMap(([file, bytes]) => (wanted.includes(file) ? [{ path: file, bytes }] : [])),
          problems: [],
        }),
      };
    },
  };
}
