import { type FileChange, isRefused, problemOf } from '../../core/file-change.ts';
import { EXECUTABLE_CONFIGURATION, findProtectedChanges, isSpecPath, PROTECTED_PATHS } from '../../core/integrity.ts';
import { cleanText } from '../../core/markdown.ts';
import { TRAILERS } from '../../core/names.ts';
import type { AgentResult, StagedWork } from '../../core/ports.ts';
import { renderPrompt } from '../../core/prompt.ts';
import { readTasksFile } from '../../core/spec.ts';
import type { SpecTask } from '../../core/tasks.ts';
import { isCheckpoint, onlyTicksChanged, openRequiredUnits, parseTasks, tickTask, unitText } from '../../core/tasks.ts';
import type { Ending, Run, Step } from '../run-state.ts';
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
    if (run.signal.aborted) return run.signal.reason as Ending;
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

async function implementUnit(run: Run, turn: Turn): Promise<Ending | null> {
  const { ports, state } = run;
  const label = labelOf(turn.unit);
  reportProgress(run, { phase: 'implement', text: label, n: turn.n, m: turn.m });
  await ports.repository.restore(state.baseHead, EXECUTABLE_CONFIGURATION);
  await ports.repository.plantWorkspaceGit();
  await ports.sandbox.grant(ports.repository.workspace);
  const result = await runAgent(run, turn);
  await ports.sandbox.end();
  if (run.signal.aborted) return drop(run, turn.unit, run.signal.reason as Ending);
  if (result.kind !== 'finished') return drop(run, turn.unit, agentEnding(label, result));

  const work = await ports.repository.stage();
  const changes = await changesOfAgent(run, work);
  const forbidden = forbiddenChanges(run, changes);
  if (forbidden.length > 0) return dropForbidden(run, turn, forbidden);
  state.findings.push(...problemsOf(changes).filter((problem) => !state.findings.includes(problem)));
  if (!changes.some(isWork) && !isCheckpoint(turn.unit.title)) {
    return drop(run, turn.unit, {
      kind: 'agent-changed-nothing',
      detail: `The agent finished ${label} without changing a file.`,
    });
  }
  return commitUnit(run, turn, { result, work });
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
async function changesOfAgent(run: Run, work: StagedWork): Promise<FileChange[]> {
  const { repository } = run.ports;
  const tracked = work.changes.filter(
    ({ path }) => !EXECUTABLE_CONFIGURATION.some((own) => path === own || path.startsWith(`${own}/`)),
  );
  const all = [...tracked, ...(await repository.differences(run.state.baseHead, EXECUTABLE_CONFIGURATION))];
  const tasksFile = `${run.settings.specPath}/tasks.md`;
  const ticked = all.find(({ path, kind }) => path === tasksFile && kind === 'modified');
  if (!ticked || !(await onlyTicked(run, work))) return all;
  return all.filter((change) => change !== ticked);
}

async function onlyTicked(run: Run, work: StagedWork): Promise<boolean> {
  const bytes = await work.read(`${run.settings.specPath}/tasks.md`);
  const after = bytes === null ? null : readTasksFile(bytes);
  return after !== null && 'text' in after && onlyTicksChanged(await tasksAtHead(run), after.text);
}

function forbiddenChanges(run: Run, changes: readonly FileChange[]): string[] {
  const paths = changes.filter((change) => isWork(change) || isRefused(change)).map(({ path }) => path);
  return [
    ...problemsOf(changes.filter(isRefused)),
    ...findProtectedChanges(paths, protectedPatterns(run)).map((path) => `${path} is protected`),
    ...paths.filter((path) => isSpecPath(path, run.settings.specPath)).map((path) => `${path} belongs to the spec`),
  ];
}

function problemsOf(changes: readonly FileChange[]): string[] {
  return changes.flatMap((change) => problemOf(change) ?? []);
}

function isWork(change: FileChange): boolean {
  return problemOf(change) === null;
}

async function commitUnit(
  run: Run,
  turn: Turn,
  { result, work }: { result: AgentResult; work: StagedWork },
): Promise<Ending | null> {
  const { ports, settings, state } = run;
  const { unit } = turn;
  const tasks = tickTask(await tasksAtHead(run), { line: unit.line, title: unit.title });
  const label = labelOf(unit);
  const committed = await work.commit({
    message: `${cleanText(label).slice(0, 72)}\n\nImplements this task of ${settings.specPath}/tasks.md.\n`,
    trailers: [
      [TRAILERS.spec, settings.specPath],
      [TRAILERS.task, unit.id ?? `line ${unit.line}`],
      [TRAILERS.build, settings.buildId],
    ],
    exclude: EXECUTABLE_CONFIGURATION,
    contents: new Map([[`${settings.specPath}/tasks.md`, new TextEncoder().encode(tasks)]]),
  });
  if (committed.kind === 'holds-secrets') {
    return dropForbidden(
      run,
      turn,
      committed.places.map((place) => `${place} holds a secret of the worker`),
    );
  }
  const commit = committed.head;
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

/** Drops what the agent made, and says which of it may not be. */
function dropForbidden(run: Run, { unit }: Turn, forbidden: readonly string[]): Promise<Ending> {
  run.state.findings.push(...forbidden);
  const detail = `While working on ${labelOf(unit)}: ${forbidden.slice(0, 5).join('; ')}.`;
  return drop(run, unit, { kind: 'agent-touched-protected', detail });
}

async function tasksAtHead(run: Run): Promise<string> {
  const bytes = await run.ports.repository.read(run.state.head ?? '', `${run.settings.specPath}/tasks.md`);
  const tasks = bytes === null ? null : readTasksFile(bytes);
  return tasks !== null && 'text' in tasks ? tasks.text : '';
}

async function drop(run: Run, unit: SpecTask, ending: Ending): Promise<Ending> {
  await run.ports.repository.discard();
  if (ending.kind.startsWith('agent-')) replaceTask(run, unit, { status: 'failed' });
  return ending;
}

function replaceTask(run: Run, unit: SpecTask, change: Partial<Run['state']['tasks'][number]>): void {
  const units = run.state.tasksFile?.tasks.filter((task) => task.isUnit && !task.optional) ?? [];
  const at = units.findIndex(({ line }) => line === unit.line);
  run.state.tasks = run.state.tasks.map((task, index) => (index === at ? { ...task, ...change } : task));
}

function agentEnding(label: string, result: AgentResult): Ending {
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
