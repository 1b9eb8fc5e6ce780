import { isLcov } from '../../core/gates/coverage/formats.ts';
import type { ArtifactStore } from '../../core/ports/artifacts.ts';
import type { Repository } from '../../core/ports/repository.ts';
import type { RunContext } from '../run-context.ts';
import type { RunRecorder } from '../run-record.ts';
import type { RunResult } from '../run-result.ts';
import type { Implemented, Verified } from '../run-states.ts';
import type { RunSettings } from '../settings.ts';
import { type PushContext, pushHead } from './push.ts';
import { runTests, type TestsResult } from './test.ts';
import { type CommandsContext, recordLogs, resultOfTests, testRequest } from './test-request.ts';

interface VerifyContext extends CommandsContext {
  readonly settings: Pick<RunSettings, 'branch' | 'coverageThresholdPct'>;
  readonly repository: CommandsContext['repository'] & PushContext['repository'] & Pick<Repository, 'renew'>;
  readonly monitor: CommandsContext['monitor'] & PushContext['monitor'];
  readonly record: Pick<RunRecorder, 'addLog' | 'addGates'>;
  readonly buildReports: Pick<ArtifactStore, 'put'> | null;
  readonly redact: RunContext['redact'];
}

/** Runs install, tests and coverage on a fresh tree of the commit that is pushed, and lets nothing pass that is not proven. */
export async function verify(context: VerifyContext, from: Implemented): Promise<Verified | RunResult> {
  const head = await context.repository.renew();
  const request = testRequest(context, from);
  const result = await runTests(request);
  await context.sandbox.end();
  recordLogs(context, result);
  context.record.addGates(result.gates);
  await showReports(context, result);
  if (result.kind !== 'passed') return resultOfTests(context, result);
  // Nothing is left to push; this looks whether the branch is still where the tests ran.
  return (await pushHead(context)) ?? { ...from, stage: 'verified', head };
}

/** Puts the repository's own reports where the build service shows them: JUnit XML, and LCOV of the formats of coverage. */
async function showReports({ buildReports, redact }: VerifyContext, { reports }: TestsResult): Promise<void> {
  if (buildReports === null) return;
  for (const [index, { text }] of reports.tests.entries())
    await buildReports.put(`junit-${index + 1}.xml`, redact(text));
  const lcov = reports.coverage.filter(({ text }) => isLcov(text));
  for (const [index, { text }] of lcov.entries()) await buildReports.put(`coverage-${index + 1}.lcov`, text);
}
