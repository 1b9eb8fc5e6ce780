import { isLcov } from '../../core/gates/coverage/formats.ts';
import { findingsOf } from '../../core/gates/results.ts';
import type { Commands } from '../../core/repository/commands.ts';
import { effectiveThresholdPct } from '../../core/repository/repository-file.ts';
import type { Run, RunResult, Step } from '../run-state.ts';
import { reportProgress } from '../run-state.ts';
import { findCommands } from './find-commands.ts';
import { pushOrEnd } from './push.ts';
import type { TestRequest, TestsResult } from './test.ts';
import { runInstall, runTests } from './test.ts';

const MINUTE_MS = 60_000;
const DEFAULT_INSTALL_MINUTES = 15;
const DEFAULT_TEST_MINUTES = 20;

/** Finds the repository's commands and installs it, before any money is spent on the agent. */
export const prepareRepository: Step = async (run) => {
  const { ports, settings, state } = run;
  state.commands = await findCommands({
    files: ports.workspaceFiles,
    repositoryFile: state.repositoryFile,
    env: settings.commandEnv,
  });
  await ports.repository.plantWorkspaceGit();
  await ports.sandbox.grant(ports.repository.workspace);
  const failed = await runInstall(requestOf(run, state.commands));
  await ports.sandbox.end();
  if (failed === null) {
    // What an install changes in tracked files is not the agent's work.
    await ports.repository.discard();
    return null;
  }
  keepLogs(run, failed);
  return endingOf(run, failed);
};

/** Runs install, tests and coverage on what is pushed, and lets nothing pass that is not proven. */
export const verify: Step = async (run) => {
  const { ports, state } = run;
  if (state.commands === null) return null;
  await ports.repository.discard();
  await ports.repository.plantWorkspaceGit();
  await ports.sandbox.grant(ports.repository.workspace);
  const result = await runTests(requestOf(run, state.commands));
  await ports.sandbox.end();
  keepLogs(run, result);
  keepVerdicts(run, result);
  await showReports(run, result);
  if (result.kind !== 'passed') return endingOf(run, result);
  // Nothing is left to push; this looks whether the branch is still where the tests ran.
  return pushOrEnd(run);
};

function requestOf(run: Run, commands: Commands): TestRequest {
  const { ports, state, settings } = run;
  const { installMinutes, testMinutes } = state.repositoryFile?.timeouts ?? { installMinutes: null, testMinutes: null };
  const limit = (minutes: number) => Math.max(1000, Math.min(minutes * MINUTE_MS, run.remainingMs()));
  return {
    sandbox: ports.sandbox,
    files: ports.workspaceFiles,
    workspace: ports.repository.workspace,
    env: ports.commandEnvironment,
    commands,
    thresholdPct: effectiveThresholdPct(settings.coverageThresholdPct, state.repositoryFile),
    timeoutsMs: {
      install: limit(installMinutes ?? DEFAULT_INSTALL_MINUTES),
      test: limit(testMinutes ?? DEFAULT_TEST_MINUTES),
    },
    log: (text) => reportProgress(run, { phase: 'verify', text }),
    signal: run.signal,
  };
}

function endingOf(run: Run, { kind, detail }: TestsResult): RunResult {
  if (run.signal.aborted) return run.signal.reason as RunResult;
  if (kind === 'passed' || kind === 'aborted') return { kind: 'internal-error', detail };
  return { kind, detail };
}

function keepVerdicts({ state }: Run, { gates }: TestsResult): void {
  state.gates = gates;
  state.findings.push(...findingsOf(gates));
}

/** Puts the repository's own reports where the build service shows them: JUnit XML, and LCOV of the formats of coverage. */
async function showReports({ ports }: Run, { reports }: TestsResult): Promise<void> {
  const { buildReports } = ports;
  if (buildReports === null) return;
  for (const [index, { text }] of reports.tests.entries())
    await buildReports.put(`junit-${index + 1}.xml`, ports.redact(text));
  const lcov = reports.coverage.filter(({ text }) => isLcov(text));
  for (const [index, { text }] of lcov.entries()) await buildReports.put(`coverage-${index + 1}.lcov`, text);
}

function keepLogs({ state }: Run, { logs }: TestsResult): void {
  for (const { name, command, exitCode, endedBy, durationMs, output } of logs) {
    const head = `$ ${command.join(' ')}\n(${endedBy}, exit code ${exitCode}, ${durationMs} ms)\n\n`;
    state.logs.set(`${name}.log`, `${head}${output}`);
  }
}
