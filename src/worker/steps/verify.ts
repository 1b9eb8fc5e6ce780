import type { ArtifactStore } from '../../core/ports/artifacts.ts';
import type { Repository } from '../../core/ports/repository.ts';
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
import { runTests } from './test.ts';
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
  const request = testRequest(context, { ...from, commands });
  const result = await runTests(request);
  await context.sandbox.end();
  recordLogs(context, result);
  context.record.addGates(result.gates);
  await showReports(context, result.reports);
  if (result.kind !== 'passed') return resultOfTests(context, result);
  // Nothing is left to push; this looks whether the branch is still where the tests ran.
  return (await pushHead(context)) ?? { ...from, stage: 'verified', head };
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
