import { isLcov } from '../../core/gates/coverage/formats.ts';
import { startOf } from '../../core/gates/report-text.ts';
import type { ArtifactStore } from '../../core/ports/artifacts.ts';
import type { RunContext } from '../run-context.ts';
import type { RunRecorder } from '../run-record.ts';
import type { RunResult } from '../run-result.ts';
import type { Implemented, Verified } from '../run-states.ts';
import type { RunSettings } from '../settings.ts';
import { type PushContext, pushHead } from './push.ts';
import { runTests, type TestsResult } from './test.ts';
import { type CommandsContext, inSandbox, recordLogs, resultOfTests, testRequest } from './test-request.ts';

interface VerifyContext extends CommandsContext {
  readonly settings: Pick<RunSettings, 'branch' | 'coverageThresholdPct'>;
  readonly repository: CommandsContext['repository'] & PushContext['repository'];
  readonly monitor: CommandsContext['monitor'] & PushContext['monitor'];
  readonly record: Pick<RunRecorder, 'addLog' | 'addGates'>;
  readonly buildReports: Pick<ArtifactStore, 'put'> | null;
  readonly redact: RunContext['redact'];
}

/** Runs install, tests and coverage on what is pushed, and lets nothing pass that is not proven. */
export async function verify(context: VerifyContext, from: Implemented): Promise<Verified | RunResult> {
  await context.repository.discard();
  const request = testRequest(context, from);
  const result = await inSandbox(context, () => runTests(request));
  recordLogs(context, result);
  context.record.addGates(result.gates);
  await showReports(context, result);
  if (result.kind !== 'passed') return resultOfTests(context, result);
  // Nothing is left to push; this looks whether the branch is still where the tests ran.
  return (await pushHead(context)) ?? { ...from, stage: 'verified' };
}

/** Larger reports are judged, but not shown: they would have to be redacted as one text. */
const LARGEST_SHOWN_BYTES = 10 * 1024 * 1024;

/** Puts the repository's own reports where the build service shows them, redacted like all that leaves the worker: JUnit XML,
 *  and LCOV of the formats of coverage. */
async function showReports(context: VerifyContext, { reports }: TestsResult): Promise<void> {
  const { buildReports, redact } = context;
  if (buildReports === null) return;
  const lcov = reports.coverage.filter(({ bytes }) => isLcov(startOf(bytes)));
  const shown = [
    ...reports.tests.map((report, index) => ({ report, name: `junit-${index + 1}.xml` })),
    ...lcov.map((report, index) => ({ report, name: `coverage-${index + 1}.lcov` })),
  ];
  for (const { report, name } of shown) {
    if (report.bytes.length <= LARGEST_SHOWN_BYTES)
      await buildReports.put(name, redact(new TextDecoder().decode(report.bytes)));
    else
      context.reportProgress({
        phase: 'verify',
        text: `${report.path} is too large to be shown by the build service.`,
      });
  }
}
