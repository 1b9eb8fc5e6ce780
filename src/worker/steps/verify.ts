import { refusalOfChange } from '../../core/gates/outcome-of-gates.ts';
import type { ArtifactStore } from '../../core/ports/artifacts.ts';
import type { Repository } from '../../core/ports/repository.ts';
import { coverageRunsTests } from '../../core/repository/baseline/coverage-runs-tests.ts';
import type { Commands } from '../../core/repository/commands.ts';
import type { RunContext } from '../run-context.ts';
import type { RunRecorder } from '../run-record.ts';
import { endRun, type RunResult } from '../run-result.ts';
import type { Implemented, Verified } from '../run-states.ts';
import type { RunSettings } from '../settings.ts';
import { findCommands } from './find-commands.ts';
import { repeatFailed } from './finish/repeat-failed.ts';
import { judgeEvidence } from './gates/evidence.ts';
import { type ChangeContext, judgeChange } from './judge-change.ts';
import { type PushContext, pushHead } from './push.ts';
import { showReports } from './show-reports.ts';
import { runTests, type TestsResult } from './test.ts';
import { type CommandsContext, recordLogs, resultOfTests, testRequest } from './test-request.ts';
import { type ChooseContext, chooseTools } from './tools/choose-tools.ts';

export interface VerifyContext extends CommandsContext, Pick<ChooseContext, 'toolchains'>, ChangeContext {
  readonly settings: Pick<RunSettings, 'branch' | 'specPath' | 'coverageThresholdPct' | 'commandEnv'>;
  readonly repository: CommandsContext['repository'] &
    PushContext['repository'] &
    ChangeContext['repository'] &
    Pick<Repository, 'renew'>;
  readonly monitor: CommandsContext['monitor'] & PushContext['monitor'];
  readonly record: Pick<RunRecorder, 'addLog' | 'addGates'>;
  readonly telemetry: PushContext['telemetry'];
  readonly buildReports: Pick<ArtifactStore, 'put'> | null;
  readonly redact: RunContext['redact'];
}

/** Runs install, tests and coverage on a fresh tree of the commit that is pushed, and lets nothing pass that is not proven. */
export async function verify(context: VerifyContext, from: Implemented): Promise<Verified | RunResult> {
  const head = await context.repository.renew();
  const commands = await commandsOf(context, from);
  if ('stage' in commands) return commands;
  const result = await repeatFailed(context, { from, run: () => runAll(context, { from, commands }) });
  recordLogs(context, result);
  context.record.addGates(result.gates);
  await showReports(context, result.reports);
  if (result.kind !== 'passed') {
    await showEvidence(context, { from, head, result });
    return resultOfTests(context, result);
  }
  const refused = await judge(context, { from, head, commands, result });
  if (refused !== null) return refused;
  // Nothing is left to push; this looks whether the branch is still where the tests ran.
  return (await pushHead(context)) ?? { ...from, stage: 'verified', head };
}

/** Says which criteria failed tests refute; it decides nothing any more. */
async function showEvidence(
  context: VerifyContext,
  { from, head, result: { gates, reports } }: { from: Implemented; head: string; result: TestsResult },
): Promise<void> {
  if (gates.tests?.counts == null) return;
  const policies = from.repositoryFile?.gates ?? {};
  const { specPath } = context.settings;
  const evidence = await judgeEvidence(context, { specPath, head, policies, reports: reports.tests });
  context.record.addGates({ ...gates, evidence: { ...evidence, verdict: 'passed', findings: [] } });
}

/** Returns how the run ends where a gate does not let the change through, null where each does. */
async function judge(
  context: VerifyContext,
  { from, head, commands, result: { gates, reports } }: Verifying & { head: string; result: TestsResult },
): Promise<RunResult | null> {
  const { tests, coverage } = gates;
  if (tests === null || coverage === null) throw new Error('Tests passed without a verdict.');
  const change = { state: from, from: from.baseline.commit, head, commands, tests, coverage, reports };
  const results = await judgeChange(context, change);
  context.record.addGates({ ...gates, ...results });
  const detail = refusalOfChange(results);
  if (detail === null) return null;
  return context.monitor.ended() ?? endRun({ kind: 'gate-failed', detail });
}

async function runAll(context: VerifyContext, verifying: Verifying): Promise<TestsResult> {
  return (await verifyInOneRun(context, verifying)) ?? (await verifyEach(context, verifying));
}

interface Verifying {
  readonly from: Implemented;
  readonly commands: Commands;
}

/** Where the coverage command runs the tests, one run shows both. Returns null where it does not, or leaves open what failed: then the
 *  workspace holds a fresh tree again. */
async function verifyInOneRun(context: VerifyContext, { from, commands }: Verifying): Promise<TestsResult | null> {
  const { coverage } = commands;
  // The branch wrote the scripts of its package.json.
  if (coverage === null || !coverageRunsTests(commands, null)) return null;
  const result = await verifyEach(context, { from, commands: { ...commands, test: coverage, coverage: null } });
  if (!isOpen(result)) return result;
  await context.repository.renew();
  return null;
}

async function verifyEach(context: VerifyContext, { from, commands }: Verifying): Promise<TestsResult> {
  const result = await runTests(testRequest(context, { ...from, commands }));
  await context.sandbox.end();
  return result;
}

/** Tests may be red, or a tool that measures them: no report names a failed test, and the command ended by itself. */
function isOpen({ kind, gates, logs }: TestsResult): boolean {
  if (kind !== 'tests-failed' && kind !== 'coverage-unknown') return false;
  return (gates.tests?.counts?.failed ?? 0) === 0 && logs.at(-1)?.endedBy === 'exit';
}

/** Where the branch had nothing to test before the agent, its last commit shows how it is tested, or the run ends. */
export async function commandsOf(
  context: Pick<VerifyContext, 'workspaceFiles' | 'settings' | keyof ChooseContext>,
  { commands, looksAgain, repositoryFile }: Pick<Implemented, 'commands' | 'looksAgain' | 'repositoryFile'>,
): Promise<Commands | RunResult> {
  if (commands !== null && !looksAgain) return commands;
  const { workspaceFiles: files, settings } = context;
  const found = await findCommands({ files, repositoryFile, env: settings.commandEnv });
  return chooseTools(context, { commands: found, repositoryFile });
}
