import { errorMessage } from '../../core/errors.ts';
import { isLcov } from '../../core/gates/coverage/formats.ts';
import { startOf } from '../../core/gates/report-text.ts';
import type { ArtifactStore } from '../../core/ports/artifacts.ts';
import type { RunContext } from '../run-context.ts';
import type { TestsResult } from './test.ts';

interface ShowContext {
  readonly buildReports: Pick<ArtifactStore, 'put'> | null;
  readonly redact: RunContext['redact'];
  readonly reportProgress: RunContext['reportProgress'];
}

/** Larger reports are judged, but not shown: they would have to be redacted as one text. */
const LARGEST_SHOWN_BYTES = 10 * 1024 * 1024;

/** Puts the repository's own reports where the build service shows them, redacted like all that leaves the worker: JUnit XML,
 *  and LCOV of the formats of coverage. */
export async function showReports(context: ShowContext, reports: TestsResult['reports']): Promise<void> {
  const { buildReports, redact } = context;
  if (buildReports === null) return;
  const say = (text: string) => context.reportProgress({ phase: 'verify', text });
  const lcov = reports.coverage.filter(({ bytes }) => isLcov(startOf(bytes)));
  const shown = [
    ...reports.tests.map((report, index) => ({ report, name: `junit-${index + 1}.xml` })),
    ...lcov.map((report, index) => ({ report, name: `coverage-${index + 1}.lcov` })),
  ];
  for (const { report, name } of shown) {
    if (report.bytes.length > LARGEST_SHOWN_BYTES) {
      say(`${report.path} is too large to be shown by the build service.`);
      continue;
    }
    try {
      await buildReports.put(name, redact(new TextDecoder().decode(report.bytes)));
    } catch (error) {
      // The gates judge the reports themselves: nothing hangs on this copy.
      say(`${report.path} cannot be shown by the build service: ${errorMessage(error)}`);
    }
  }
}
