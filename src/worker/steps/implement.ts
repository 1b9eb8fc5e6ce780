import { renderPrompt } from '../../core/agent/prompt.ts';
import { createFinding } from '../../core/gates/finding.ts';
import type { RuleId } from '../../core/gates/rules.ts';
import { cleanText } from '../../core/markdown.ts';
import { TRAILERS } from '../../core/names.ts';
import type { AgentResult } from '../../core/ports/agent.ts';
import type { FileChange } from '../../core/ports/repository.ts';
import {
  EXECUTABLE_CONFIGURATION,
  findProtectedChanges,
  isSpecPath,
  PROTECTED_PATHS,
} from '../../core/repository/protected-paths.ts';
import { readTasksFile } from '../../core/spec/spec.ts';
import type { SpecTask } from '../../core/spec/tasks.ts';
import {
  isCheckpoint,
  onlyTicksChanged,
  openRequiredUnits,
  parseTasks,
  tickTask,
  unitText,
} from '../../core/spec/tasks.ts';
import type { Run, RunResult, Step } from '../run-state.ts';
import { reportProgress } from '../run-state.ts';
import { pushOrEnd } from './push.ts';

/** Lets the agent implement each open required unit; the worker checks, ticks, commits and pushes each at once. */
export const implement: Step = async (run) => {
  const units = run.state.tasksFile === null ? [] : openRequiredUnits(run.state.tasksFile);
  if (units.length === 0) return null;
  reportProgress(run, { phase: 'agent', text: `Preparing ${run.ports.agent.name}` });
  await run.ports.agent.prepare();
  for (const [index, unit] of units.entries()) {
    // The background look at the card is a slow one; a task that nobody wants any more must not even start.
    if (index > 0) await run.watchCard();
    if (run.signal.aborted) return run.signal.reason as RunResult;
    const ending = await implementUnit(run, { unit, n: index + 1, m: units.length });
    if (ending !== null) return ending;
  }
  return null;
};

interface Turn {
  readonly unit: SpecTask;
  readonly n: number;
  readonly m: number;
}

async function implementUnit(run: Run, turn: Turn): Promise<RunResult | null> {
  const { ports, state } = run;
  const label = labelOf(turn.unit);
  reportProgress(run, { phase: 'implement', text: label, n: turn.n, m: turn.m });
  await ports.repository.restore(state.baseHead, EXECUTABLE_CONFIGURATION);
  await ports.repository.plantWorkspaceGit();
  await ports.sandbox.grant(ports.repository.workspace);
  const result = await runAgent(run, turn);
  await ports.sandbox.end();
  if (run.signal.aborted) return drop(run, turn.unit, run.signal.reason as RunResult);
  if (result.kind !== 'finished') return drop(run, turn.unit, agentEnding(label, result));

  const changes = await changesOfAgent(run);
  const forbidden = await forbiddenChanges(run, changes);
  if (forbidden.length > 0) {
    state.findings.push(
      ...forbidden.map(({ rule, path, what }) =>
        createFinding(rule, { path, message: `The agent changed this path, but it ${what}.` }),
      ),
    );
    return drop(run, turn.unit, {
      kind: 'agent-touched-protected',
      detail: `While working on ${label}: ${forbidden
        .slice(0, 5)
        .map(({ path, what }) => `${path} ${what}`)
        .join('; ')}.`,
    });
  }
  if (changes.length === 0 && !isCheckpoint(turn.unit.title)) {
    return drop(run, turn.unit, {
      kind: 'agent-changed-nothing',
      detail: `The agent finished ${label} without changing a file.`,
    });
  }
  return commitUnit(run, turn, result);
}

async function runAgent(run: Run, { unit, n, m }: Turn): Promise<AgentResult> {
  const { ports, settings, state } = run;
  const doc = parseTasks(await tasksAtHead(run));
  const prompt = renderPrompt({
    repository: ports.config.repository,
    branch: settings.branch,
    specFolder: settings.specPath,
    specFiles: state.specFiles,
    task: unitText(doc, unit),
    taskNumber: n,
    taskCount: m,
    testCommand: state.commands?.test ?? null,
    protectedPaths: protectedPatterns(run),
  });
  const result = await ports.agent.run({
    prompt,
    cwd: ports.repository.workspace,
    // The run's own time limit comes by its signal, and is told as what it is.
    timeoutMs: settings.agentTimeoutMs,
    silenceMs: settings.agentSilenceMs,
    creditLimit:
      settings.agentCreditLimit === null ? null : Math.max(0, settings.agentCreditLimit - (state.agentCredits ?? 0)),
    signal: run.signal,
    onProgress: (text) => reportProgress(run, { phase: 'implement', text: `${labelOf(unit)}: ${text}`, n, m }),
  });
  if (result.credits !== null) state.agentCredits = (state.agentCredits ?? 0) + result.credits;
  state.logs.set(`agent-${String(n).padStart(2, '0')}.log`, result.transcript);
  return result;
}

/** What the agent changed, without its own ticks in tasks.md: those are the worker's, and are made anew. */
async function changesOfAgent(run: Run): Promise<FileChange[]> {
  const { repository } = run.ports;
  const tracked = (await repository.changes()).filter(
    ({ path }) => !EXECUTABLE_CONFIGURATION.some((own) => path === own || path.startsWith(`${own}/`)),
  );
  const configuration = await repository.changes({ commit: run.state.baseHead, paths: EXECUTABLE_CONFIGURATION });
  const all = [...tracked, ...configuration];
  const tasksFile = `${run.settings.specPath}/tasks.md`;
  const ticked = all.find(({ path, kind }) => path === tasksFile && kind === 'modified');
  if (!ticked || !(await onlyTicked(run, tasksFile))) return all;
  return all.filter((change) => change !== ticked);
}

async function onlyTicked(run: Run, tasksFile: string): Promise<boolean> {
  const bytes = await run.ports.repository.readWorkspace(tasksFile);
  const after = bytes === null ? null : readTasksFile(bytes);
  return after !== null && 'text' in after && onlyTicksChanged(await tasksAtHead(run), after.text);
}

interface ForbiddenChange {
  readonly rule: RuleId;
  readonly path: string;
  readonly what: string;
}

async function forbiddenChanges(run: Run, changes: readonly FileChange[]): Promise<ForbiddenChange[]> {
  const forbid = (rule: RuleId, what: string) => (path: string) => ({ rule, path, what });
  const paths = changes.map(({ path }) => path);
  return [
    ...changes
      .filter(({ kind }) => kind === 'nested-repository')
      .map(({ path }) => path)
      .map(forbid('agent/nested-repository', 'is a git repository of its own')),
    ...findProtectedChanges(paths, protectedPatterns(run)).map(forbid('agent/protected-path', 'is protected')),
    ...paths
      .filter((path) => isSpecPath(path, run.settings.specPath))
      .map(forbid('agent/spec-path', 'belongs to the spec')),
    ...(await pathsWithSecrets(run, paths)).map(forbid('agent/secret', 'holds a secret of the worker')),
  ];
}

/** The agent has a key of its own; what it, or a test that it ran, wrote of it must not be pushed. */
async function pathsWithSecrets({ ports }: Run, paths: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  for (const path of paths) {
    const bytes = await ports.repository.readWorkspace(path);
    if (ports.holdsSecret(`${path}\n${bytes === null ? '' : Buffer.from(bytes).toString('latin1')}`)) found.push(path);
  }
  return found;
}

async function commitUnit(run: Run, { unit }: Turn, result: AgentResult): Promise<RunResult | null> {
  const { ports, settings, state } = run;
  const tasks = tickTask(await tasksAtHead(run), { line: unit.line, title: unit.title });
  const label = labelOf(unit);
  const commit = await ports.repository.commit({
    message: `${cleanText(label).slice(0, 72)}\n\nImplements this task of ${settings.specPath}/tasks.md.\n`,
    trailers: [
      [TRAILERS.spec, settings.specPath],
      [TRAILERS.task, unit.id ?? `line ${unit.line}`],
      [TRAILERS.build, settings.buildId],
    ],
    exclude: EXECUTABLE_CONFIGURATION,
    contents: new Map([[`${settings.specPath}/tasks.md`, new TextEncoder().encode(tasks)]]),
  });
  const ending = await pushOrEnd(run);
  if (ending !== null) return ending;
  state.head = commit;
  state.finished += 1;
  replaceTask(run, unit, {
    status: 'done',
    commit,
    commitUrl: `${ports.repositoryUrl}/commit/${commit}`,
    credits: result.credits,
  });
  return null;
}

async function tasksAtHead(run: Run): Promise<string> {
  const bytes = await run.ports.repository.read(run.state.head ?? '', `${run.settings.specPath}/tasks.md`);
  const tasks = bytes === null ? null : readTasksFile(bytes);
  return tasks !== null && 'text' in tasks ? tasks.text : '';
}

async function drop(run: Run, unit: SpecTask, ending: RunResult): Promise<RunResult> {
  await run.ports.repository.discard();
  if (ending.kind.startsWith('agent-')) replaceTask(run, unit, { status: 'failed' });
  return ending;
}

function replaceTask(run: Run, unit: SpecTask, change: Partial<Run['state']['tasks'][number]>): void {
  const units = run.state.tasksFile?.tasks.filter((task) => task.isUnit && !task.optional) ?? [];
  const at = units.findIndex(({ line }) => line === unit.line);
  run.state.tasks = run.state.tasks.map((task, index) => (index === at ? { ...task, ...change } : task));
}

function agentEnding(label: string, result: AgentResult): RunResult {
  if (result.kind === 'not-authenticated') {
    const remedy = "Put a valid Kiro API key into the environment's kiro-api-key secret (locally: KIRO_API_KEY).";
    return { kind: 'setup-incomplete', detail: `The agent could not log in: ${result.detail}`, remedy };
  }
  return { kind: 'agent-failed', detail: `The agent did not finish ${label} (${result.kind}): ${result.detail}` };
}

function protectedPatterns(run: Run): string[] {
  return [...PROTECTED_PATHS, ...(run.state.repositoryFile?.protectedPaths ?? [])];
}

function labelOf({ id, title }: SpecTask): string {
  return id === null ? title : `${id} ${title}`;
}
