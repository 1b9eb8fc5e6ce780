import { join } from 'node:path';
import { createBoundedText } from '../../core/bounded-text.ts';
import { type CoverageGateResult, coverageGate } from '../../core/gates/coverage/gate.ts';
import { type GatesOutcome, outcomeOfGates } from '../../core/gates/outcome-of-gates.ts';
import { type GateResults, NO_GATE_RESULTS } from '../../core/gates/results.ts';
import type { Tolerated } from '../../core/gates/tests.ts';
import type { Installation } from '../../core/ports/installation.ts';
import type { Sandbox } from '../../core/ports/process.ts';
import type { ReportFile, ReportWatch, WorkspaceFiles } from '../../core/ports/workspace-files.ts';
import type { Argv } from '../../core/repository/argv.ts';
import { despiteFailures, endsAtFailures } from '../../core/repository/baseline/despite-failures.ts';
import type { CommandFailure } from '../../core/repository/command-failure.ts';
import type { Commands } from '../../core/repository/commands.ts';
import { adviseBy, type CommandLog, failureOf } from './command-failures.ts';
import { type JudgedTests, judgeAgain, judgeTests, patternsOf, type TestRun, watchReports } from './judge-tests.ts';
import { sourceTree } from './source-tree.ts';

export interface TestRequest {
  readonly sandbox: Pick<Sandbox, 'run' | 'end'>;
  readonly installation: Installation;
  /** Gives the workspace as it is now, with git of its own, to the untrusted user. */
  readonly handOver: () => Promise<void>;
  readonly files: WorkspaceFiles;
  readonly workspace: string;
  /** Whole environment of the commands. */
  readonly env: Readonly<Record<string, string>>;
  readonly commands: Commands;
  /** Where each command comes from, for people. */
  readonly origins: Readonly<Record<CommandLog['name'], string>>;
  readonly thresholdPct: number;
  /** Failed tests that the base line had, as far as the rules allow them. */
  readonly tolerated?: Tolerated;
  readonly timeoutsMs: { readonly install: number; readonly test: number };
  /** The setting that raises each limit; null where the time of the whole run is shorter. */
  readonly limitSettings: { readonly install: 'installMinutes' | null; readonly test: 'testMinutes' | null };
  /** It runs before any change. */
  readonly isBaseline?: boolean;
  /** The names of all failed tests are wanted, in every module. */
  readonly namesAll?: boolean;
  readonly redact: (text: string) => string;
  /** One line per phase, for people. */
  readonly log: (line: string) => void;
  readonly signal?: AbortSignal;
}

/** What install, tests and coverage of one head came to. */
export interface TestsResult {
  /** Other than passed, setup-failed and aborted: what the gates say. */
  readonly kind: GatesOutcome['kind'] | 'setup-failed' | 'aborted';
  /** What happened, for people. */
  readonly detail: string;
  /** The command that failed, null where none did. */
  readonly failure: CommandFailure | null;
  readonly gates: GateResults;
  readonly logs: readonly CommandLog[];
  /** The reports that this run wrote, as they are. */
  readonly reports: { readonly tests: readonly ReportFile[]; readonly coverage: readonly ReportFile[] };
}

const OUTPUT_LIMIT = 512 * 1024;

/** Called when the install is done and nothing else has run. */
type WhenInstalled = () => Promise<void>;

/** Runs the install command in the workspace and an empty home, and seals what it leaves for `steps` steps. Returns null, or how a
 *  command that failed ended. */
export async function runInstall(
  request: TestRequest,
  { steps, logs = [], whenInstalled }: { steps: number; logs?: CommandLog[]; whenInstalled?: WhenInstalled },
): Promise<TestsResult | null> {
  const { commands, installation, sandbox } = request;
  await installation.begin();
  if (commands.install.length > 0) await request.handOver();
  const failed = await runInstallSteps(request, logs);
  await sandbox.end();
  if (failed === null) {
    await whenInstalled?.();
    await installation.seal(steps);
    return null;
  }
  return notSetUp(request, { log: failed, logs });
}

/** Runs one step after the other, within the limit of them all. Returns the one that failed, or null. */
async function runInstallSteps(request: TestRequest, logs: CommandLog[]): Promise<CommandLog | null> {
  let leftMs = request.timeoutsMs.install;
  for (const command of request.commands.install) {
    const timeoutsMs = { ...request.timeoutsMs, install: Math.max(1, leftMs) };
    const log = await runCommand({ ...request, timeoutsMs }, { name: 'install', command, logs });
    if (log.exitCode !== 0) return log;
    leftMs -= log.durationMs;
  }
  return null;
}

function notSetUp(request: TestRequest, { log, logs }: { log: CommandLog; logs: readonly CommandLog[] }): TestsResult {
  const failure = failureOf(request, { log });
  const kind = log.endedBy === 'abort' ? 'aborted' : 'setup-failed';
  return { kind, detail: failure.what, failure, gates: NO_GATE_RESULTS, logs, reports: { tests: [], coverage: [] } };
}

/** Runs install, test and coverage command as far as each goes well, and lets the gates judge what they leave. Tests and coverage each
 *  start from what install left, and so do `furtherSteps` of the caller. Reports that were in the workspace before are removed, as
 *  they say nothing about this run. */
export async function runTests(
  request: TestRequest,
  { furtherSteps = 0, ...hooks }: { furtherSteps?: number; whenInstalled?: WhenInstalled } = {},
): Promise<TestsResult> {
  const logs: CommandLog[] = [];
  const { installation, handOver, commands } = request;
  const isOneStep = commands.coverage === null && !endsAtFailures(commands.test);
  const steps = (isOneStep ? 1 : 2) + furtherSteps;
  const failed = await runInstall(request, { ...hooks, steps, logs });
  if (failed !== null) return failed;
  await installation.open();
  await handOver();
  const watch = await watchReports(request);
  const run = await runCommand(request, { name: 'test', command: commands.test, logs });
  if (run.endedBy === 'spawn-failure') return notSetUp(request, { log: run, logs });
  const first = await judgeTests(request, { run, watch });
  const again = isShownByGoingOn(request, first) ? await goOnAfterFailures(request, logs) : null;
  const tested = again === null ? first : await judgeAgain(request, { first: run, judged: first, again });
  const { failure } = tested;
  const tests = { gates: { ...NO_GATE_RESULTS, tests: tested.result }, failure, logs };
  const reports = { tests: tested.files, coverage: [] };
  if (run.endedBy === 'abort' || again?.run.endedBy === 'abort')
    return { kind: 'aborted', detail: 'The tests were stopped before they ended.', ...tests, reports };
  if (failure !== null) return { ...outcomeOfGates(tests.gates), ...tests, reports };
  const isKnownRed = tested.result.reason === 'passed-but-known';
  const measured = await measureCoverage(request, { watch, logs, isKnownRed, again });
  if (measured === 'aborted')
    return { kind: 'aborted', detail: 'The coverage command was stopped before it ended.', ...tests, reports };
  const gates = { ...tests.gates, coverage: measured.result };
  const { files, failure: unmeasured } = measured;
  return { ...outcomeOfGates(gates), gates, failure: unmeasured, logs, reports: { ...reports, coverage: files } };
}

/** Runs the test command alone, in one copy of what is sealed. Returns what the gate makes of it, null where it did not come to its end by
 *  itself. */
export async function runInstalledTests(
  request: TestRequest,
): Promise<{ judged: JudgedTests | null; logs: readonly CommandLog[] }> {
  const logs: CommandLog[] = [];
  await request.installation.open();
  await request.handOver();
  const watch = await watchReports(request);
  const run = await runCommand(request, { name: 'test', command: request.commands.test, logs });
  const judged = run.endedBy === 'exit' ? await judgeTests(request, { run, watch }) : null;
  await request.sandbox.end();
  return { judged, logs };
}

/** Where failed tests may be known ones, and the test command ends at the first of them. */
function isShownByGoingOn({ commands, namesAll = false }: TestRequest, { result }: JudgedTests): boolean {
  const mayBeKnown = result.reason === 'passed-but-known' || (namesAll && result.isTolerable);
  return mayBeKnown && endsAtFailures(commands.test);
}

async function goOnAfterFailures(request: TestRequest, logs: CommandLog[]): Promise<TestRun> {
  const { commands, env } = request;
  const going = { ...request, env: despiteFailures(env) };
  return runCoverage(going, { command: commands.coverage ?? commands.test, logs });
}

interface Measuring {
  readonly watch: ReportWatch;
  readonly logs: CommandLog[];
  readonly isKnownRed: boolean;
  /** A run that measured already. */
  readonly again: TestRun | null;
}

/** Runs the coverage command, if there is one of its own, and judges the report. */
async function measureCoverage(
  request: TestRequest,
  { watch, logs, isKnownRed, again }: Measuring,
): Promise<{ result: CoverageGateResult; failure: CommandFailure | null; files: readonly ReportFile[] } | 'aborted'> {
  const { commands, thresholdPct } = request;
  const own = again ?? (commands.coverage && (await runCoverage(request, { command: commands.coverage, logs })));
  const run = own?.run ?? null;
  if (run?.endedBy === 'abort') return 'aborted';
  const { files, problems } = await (own?.watch ?? watch).collect(patternsOf(commands).coverage);
  // Mostly it runs the tests once more, of which some may fail.
  const isExplained = run?.exitCode === 0 || (isKnownRed && run?.endedBy === 'exit' && run.exitCode !== null);
  const failed = run === null || isExplained ? null : failureOf(request, { log: run });
  const commandFailure = failed?.what ?? null;
  const judged = coverageGate.evaluate({
    reports: files,
    reportProblems: problems,
    commandFailure,
    thresholdPct,
    tree: await sourceTree(request),
  });
  // Many tools check a threshold of their own: below it, the figure says all.
  const failure = judged.verdict === 'unknown' ? failed : null;
  return { result: adviseBy(judged, failure), failure, files };
}

/** A coverage command of its own sees nothing of what the tests left. */
async function runCoverage(
  request: TestRequest,
  { command, logs }: { command: Argv; logs: CommandLog[] },
): Promise<TestRun> {
  await request.sandbox.end();
  await request.installation.open();
  await request.handOver();
  const watch = await watchReports(request);
  return { watch, run: await runCommand(request, { name: 'coverage', command, logs }) };
}

async function runCommand(
  request: TestRequest,
  { name, command, logs }: { name: CommandLog['name']; command: Argv; logs: CommandLog[] },
): Promise<CommandLog> {
  const { sandbox, workspace, commands, env, timeoutsMs, signal } = request;
  request.log(`${PHASES[name]}: ${command.join(' ')}`);
  const output = createBoundedText(OUTPUT_LIMIT);
  const keep = (line: string) => output.append(`${line}\n`);
  const result = await sandbox.run({
    command,
    cwd: join(workspace, commands.folder),
    env,
    timeoutMs: name === 'install' ? timeoutsMs.install : timeoutsMs.test,
    ...(signal && { signal }),
    onStdoutLine: keep,
    onStderrLine: keep,
  });
  // Nothing else says why a program could not be started.
  if (result.endedBy === 'spawn-failure') keep(result.stderrTail.trim());
  const { endedBy, durationMs, exitCode } = result;
  const ended = endedBy === 'exit' ? exitCode : null;
  const log: CommandLog = { name, command, endedBy, exitCode: ended, durationMs, output: output.toString() };
  logs.push(log);
  return log;
}

const PHASES = { install: 'Installing', test: 'Testing', coverage: 'Measuring coverage' } as const;
