import type { ArtifactStore } from '../../core/ports/artifacts.ts';
import type { Repository } from '../../core/ports/repository.ts';
import { coverageRunsTests } from '../../core/repository/baseline/coverage-runs-tests.ts';
import type { Commands } from '../../core/repository/commands.ts';
import type { RunContext } from '../run-context.ts';
import type { RunRecorder } from '../run-record.ts';
import type { RunResult } from '../run-result.ts';
import type { Implemented, Verified } from '../run-states.ts';
import type { RunSettings } from '../settings.ts';
import { type ChooseContext, chooseTools } from './choose-tools.ts';
import { findCommands } from './find-commands.ts';
import { type PushContext, pushHead } from './push.ts';
import { showReports } from './show-reports.ts';
import { runTests, type TestsResult } from './test.ts';
import { type CommandsContext, recordLogs, resultOfTests, testRequest } from './test-request.ts';

interface VerifyContext extends CommandsContext, Pick<ChooseContext, 'toolchains'> {
  readonly settings: Pick<RunSettings, 'branch' | 'coverageThresholdPct' | 'commandEnv'>;
  readonly repository: CommandsContext['repository'] & PushContext['repository'] & Pick<Repository, 'renew'>;
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
  const result = (await verifyInOneRun(context, { from, commands })) ?? (await verifyEach(context, { from, commands }));
  recordLogs(context, result);
  context.record.addGates(result.gates);
  await showReports(context, result.reports);
  if (result.kind !== 'passed') return resultOfTests(context, result);
  // Nothing is left to push; this looks whether the branch is still where the tests ran.
  return (await pushHead(context)) ?? { ...from, stage: 'verified', head };
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
async function commandsOf(
  context: VerifyContext,
  { commands, looksAgain, repositoryFile }: Implemented,
): Promise<Commands | RunResult> {
  if (commands !== null && !looksAgain) return commands;
  const { workspaceFiles: files, settings } = context;
  const found = await findCommands({ files, repositoryFile, env: settings.commandEnv });
  return chooseTools(context, { commands: found, repositoryFile });
}
