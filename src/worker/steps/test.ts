import { join } from 'node:path';
import { createBoundedText } from '../../core/bounded-text.ts';
import { type CoverageVerdict, evaluateCoverage, unknownCoverage } from '../../core/gates/coverage/coverage.ts';
import { evaluateTests, type ReportFile, type TestVerdict } from '../../core/gates/tests.ts';
import type { ProcessResult, Sandbox } from '../../core/ports/process.ts';
import { type ReportWatch, USUAL_REPORTS, type WorkspaceFiles } from '../../core/ports/workspace-files.ts';
import type { Argv } from '../../core/repository/argv.ts';
import type { Commands } from '../../core/repository/commands.ts';

export interface TestRequest {
  readonly sandbox: Pick<Sandbox, 'run'>;
  readonly files: WorkspaceFiles;
  readonly workspace: string;
  /** Whole environment of the commands. */
  readonly env: Readonly<Record<string, string>>;
  readonly commands: Commands;
  readonly thresholdPct: number;
  readonly timeoutsMs: { readonly install: number; readonly test: number };
  /** One line per phase, for people. */
  readonly log: (line: string) => void;
  readonly signal?: AbortSignal;
}

/** What one command did. */
export interface CommandLog {
  readonly name: 'install' | 'test' | 'coverage';
  readonly command: Argv;
  readonly endedBy: ProcessResult['endedBy'];
  readonly exitCode: number | null;
  readonly durationMs: number;
  /** Both streams as they came, the middle left out when they are long. */
  readonly output: string;
}

export interface TestsResult {
  readonly kind: 'passed' | 'setup-failed' | 'tests-failed' | 'coverage-below' | 'coverage-unknown' | 'aborted';
  /** One sentence for people. */
  readonly detail: string;
  /** Null when the tests did not run. */
  readonly tests: TestVerdict | null;
  /** Null when coverage was not looked at. */
  readonly coverage: CoverageVerdict | null;
  readonly logs: readonly CommandLog[];
  /** The reports that this run wrote, as they are. */
  readonly reports: { readonly tests: readonly ReportFile[]; readonly coverage: readonly ReportFile[] };
}

const OUTPUT_LIMIT = 512 * 1024;

/** Runs the install command alone; null when it went well or there is none, else how it ended. */
export async function runInstall(request: TestRequest, logs: CommandLog[] = []): Promise<TestsResult | null> {
  const { install } = request.commands;
  if (install === null) return null;
  const log = await runCommand(request, { name: 'install', command: install, logs });
  if (log.endedBy === 'abort') return { ...NOTHING, kind: 'aborted', detail: describe(log), logs };
  return log.exitCode === 0 ? null : { ...NOTHING, kind: 'setup-failed', detail: describe(log), logs };
}

const NOTHING = { tests: null, coverage: null, reports: { tests: [], coverage: [] } } as const;

/** Runs install, test and coverage command as far as each goes well, and judges what they leave. Reports that lay in the
 *  workspace before are removed, as they tell nothing of this run. */
export async function runTests(request: TestRequest): Promise<TestsResult> {
  const { commands, files } = request;
  const logs: CommandLog[] = [];
  const failed = await runInstall(request, logs);
  if (failed !== null) return failed;
  const patterns = patternsOf(commands);
  const watch = await files.watch({
    folder: commands.folder,
    patterns: [...patterns.tests, ...patterns.coverage],
  });
  if (watch.removed.length > 0) request.log(`Removed old reports: ${watch.removed.slice(0, 5).join(', ')}`);
  const run = await runCommand(request, { name: 'test', command: commands.test, logs });
  const { tests, files: testReports } = await judgeTests(commands, { run, watch });
  const reports = { tests: testReports, coverage: [] };
  if (run.endedBy === 'abort') return { kind: 'aborted', detail: tests.detail, tests, coverage: null, logs, reports };
  if (run.endedBy === 'spawn-failure') return { ...NOTHING, kind: 'setup-failed', detail: describe(run), logs };
  if (!tests.passed) return { kind: 'tests-failed', detail: tests.detail, tests, coverage: null, logs, reports };
  const measured = await measureCoverage(request, { watch, logs });
  if (measured === 'aborted') {
    return {
      kind: 'aborted',
      detail: 'The coverage command was stopped before it ended.',
      tests,
      coverage: null,
      logs,
      reports,
    };
  }
  const { coverage, files: coverageReports } = measured;
  const kind = ({ met: 'passed', below: 'coverage-below', unknown: 'coverage-unknown' } as const)[coverage.kind];
  return {
    kind,
    detail: kind === 'passed' ? tests.detail : coverage.reason,
    tests,
    coverage,
    logs,
    reports: { ...reports, coverage: coverageReports },
  };
}

function patternsOf({ reports }: Commands) {
  return {
    tests: reports.tests.length > 0 ? reports.tests : USUAL_REPORTS.tests,
    coverage: reports.coverage.length > 0 ? reports.coverage : USUAL_REPORTS.coverage,
  };
}

async function judgeTests(commands: Commands, { run, watch }: { run: CommandLog; watch: ReportWatch }) {
  const { files, problems } = await watch.collect(patternsOf(commands).tests);
  const reportExpected = commands.reports.tests.length > 0;
  const verdict = evaluateTests({ exitCode: run.exitCode, endedBy: run.endedBy, reports: files, reportExpected });
  return { tests: { ...verdict, problems: [...problems, ...verdict.problems] }, files };
}

/** Runs the coverage command, if there is one of its own, and judges the report. */
async function measureCoverage(
  request: TestRequest,
  { watch, logs }: { watch: ReportWatch; logs: CommandLog[] },
): Promise<{ coverage: CoverageVerdict; files: readonly ReportFile[] } | 'aborted'> {
  const { commands, thresholdPct } = request;
  const command = commands.coverage;
  const run = command === null ? null : await runCommand(request, { name: 'coverage', command, logs });
  if (run?.endedBy === 'abort') return 'aborted';
  const { files, problems } = await watch.collect(patternsOf(commands).coverage);
  const [problem] = problems;
  if (problem !== undefined) {
    return { coverage: unknownCoverage(`A coverage report cannot be used: ${problem}`, thresholdPct), files };
  }
  const verdict = evaluateCoverage({ files, thresholdPct });
  // Many tools check a threshold of their own, so a failed command with a low figure tells no more than the figure.
  if (run === null || run.exitCode === 0 || verdict.kind === 'below') return { coverage: verdict, files };
  return { coverage: unknownCoverage(`${describe(run)} ${verdict.reason}`, thresholdPct), files };
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
  // Why a program could not be started stands nowhere else.
  if (result.endedBy === 'spawn-failure') keep(result.stderrTail.trim());
  const { endedBy, durationMs, exitCode } = result;
  const ended = endedBy === 'exit' ? exitCode : null;
  const log: CommandLog = { name, command, endedBy, exitCode: ended, durationMs, output: output.toString() };
  logs.push(log);
  return log;
}

const PHASES = { install: 'Installing', test: 'Testing', coverage: 'Measuring coverage' } as const;

function describe({ name, command, endedBy, exitCode, output }: CommandLog): string {
  const subject = `The ${name} command (${command.join(' ').slice(0, 200)})`;
  if (endedBy === 'timeout') return `${subject} did not end within its time limit and was stopped.`;
  if (endedBy === 'silence') return `${subject} wrote nothing for too long and was stopped.`;
  if (endedBy === 'abort') return `${subject} was stopped before it ended.`;
  if (endedBy === 'spawn-failure')
    return `${subject} could not be started: ${output.trim().split('\n').at(-1)?.slice(0, 300) || 'no reason is known'}`;
  return exitCode === null ? `${subject} was ended by a signal.` : `${subject} ended with exit code ${exitCode}.`;
}
