import type { Tolerated } from '../../core/gates/tests.ts';
import type { Installation } from '../../core/ports/installation.ts';
import type { Sandbox } from '../../core/ports/process.ts';
import type { Repository } from '../../core/ports/repository.ts';
import type { WorkspaceFiles } from '../../core/ports/workspace-files.ts';
import { originsOf } from '../../core/repository/command-origin.ts';
import type { Commands } from '../../core/repository/commands.ts';
import { exhaustedBy } from '../../core/repository/failures/exhausted.ts';
import { effectiveThresholdPct, type RepositorySettings } from '../../core/repository/repository-file.ts';
import type { RunContext } from '../run-context.ts';
import type { RunMonitor } from '../run-monitor.ts';
import type { RunRecorder } from '../run-record.ts';
import { endRun, type RunResult } from '../run-result.ts';
import type { RunSettings } from '../settings.ts';
import type { TestRequest, TestsResult } from './test.ts';

/** What it takes to run the repository's own commands. */
export interface CommandsContext {
  readonly settings: Pick<RunSettings, 'coverageThresholdPct' | 'commandEnv'>;
  readonly repository: Pick<Repository, 'workspace' | 'resetWorkspaceGit'>;
  readonly sandbox: Pick<Sandbox, 'run' | 'grant' | 'end'>;
  readonly installation: Installation;
  readonly workspaceFiles: WorkspaceFiles;
  readonly commandEnvironment: RunContext['commandEnvironment'];
  readonly monitor: Pick<RunMonitor, 'ended' | 'remainingMs' | 'signal'>;
  readonly record: Pick<RunRecorder, 'addLog'>;
  readonly reportProgress: RunContext['reportProgress'];
  readonly redact: RunContext['redact'];
}

const MINUTE_MS = 60_000;
const DEFAULT_INSTALL_MINUTES = 15;
const DEFAULT_TEST_MINUTES = 20;

export interface TestedCommands {
  readonly commands: Commands;
  readonly repositoryFile: RepositorySettings | null;
  /** None without it. */
  readonly tolerated?: Tolerated;
}

/** Returns the request to run the repository's commands, within what is left of the run's time. */
export function testRequest(
  context: CommandsContext,
  { commands, repositoryFile, tolerated }: TestedCommands,
): TestRequest {
  const { monitor, settings, repository, sandbox } = context;
  const timeouts = repositoryFile?.timeouts;
  const leftMs = monitor.remainingMs();
  const limitMs = (minutes: number) => Math.max(1000, Math.min(minutes * MINUTE_MS, leftMs));
  const installMinutes = timeouts?.installMinutes ?? DEFAULT_INSTALL_MINUTES;
  const testMinutes = timeouts?.testMinutes ?? DEFAULT_TEST_MINUTES;
  return {
    sandbox,
    installation: context.installation,
    async handOver() {
      await repository.resetWorkspaceGit();
      await sandbox.grant(repository.workspace);
    },
    files: context.workspaceFiles,
    workspace: repository.workspace,
    env: { ...context.commandEnvironment, ...commands.environment },
    commands,
    origins: originsOf(commands, { repositoryFile, env: settings.commandEnv }),
    ...(tolerated && { tolerated }),
    thresholdPct: effectiveThresholdPct(settings.coverageThresholdPct, repositoryFile),
    timeoutsMs: { install: limitMs(installMinutes), test: limitMs(testMinutes) },
    limitSettings: {
      install: installMinutes * MINUTE_MS < leftMs ? 'installMinutes' : null,
      test: testMinutes * MINUTE_MS < leftMs ? 'testMinutes' : null,
    },
    redact: context.redact,
    log: (text) => context.reportProgress({ phase: 'verify', text }),
    signal: monitor.signal,
  };
}

/** Returns the result that commands which did not pass end the run with; what the monitor decided comes first. */
export function resultOfTests({ monitor }: Pick<CommandsContext, 'monitor'>, result: TestsResult): RunResult {
  const { kind, detail, failure } = result;
  const ended = monitor.ended();
  if (ended !== null) return ended;
  if (isExhausted(result)) return endRun({ kind: 'resources-exhausted', detail: failure?.what ?? detail, failure });
  // Commands that passed, or that nobody stopped, do not get here.
  const isDefect = kind === 'passed' || kind === 'aborted';
  return endRun({ kind: isDefect ? 'internal-error' : kind, detail, failure });
}

/** Whether tests or coverage did not come to their end, by no word of theirs about the change. */
function isExhausted({ kind, failure, gates, logs }: TestsResult): boolean {
  if (kind !== 'tests-failed' && kind !== 'coverage-unknown') return false;
  const log = logs.findLast(({ name }) => name === failure?.name);
  if (failure === null || log === undefined) return false;
  const hasFailedTests = failure.name === 'test' && (gates.tests?.counts?.failed ?? 0) > 0;
  return exhaustedBy({ ...log, sign: failure.sign, hasFailedTests }) !== null;
}

/** Keeps the output of install, tests and coverage as a log of the run each; `prefix` is put before its name. */
export function recordLogs(
  { record }: Pick<CommandsContext, 'record'>,
  { logs, prefix = '' }: Pick<TestsResult, 'logs'> & { prefix?: string },
): void {
  const texts = new Map<string, string[]>();
  for (const { name, command, exitCode, endedBy, durationMs, output } of logs) {
    const head = `$ ${command.join(' ')}\n(${endedBy}, exit code ${exitCode}, ${durationMs} ms)\n\n`;
    texts.set(name, [...(texts.get(name) ?? []), `${head}${output}`]);
  }
  for (const [name, parts] of texts) record.addLog(`${prefix}${name}.log`, parts.join('\n'));
}
