import { errorMessage } from '../../core/errors.ts';
import type { ArtifactStore } from '../../core/ports/artifacts.ts';
import { renderCoverageReport, renderTestReport } from '../../core/report/build-reports.ts';
import type { RunContext } from '../run-context.ts';
import type { TestsResult } from './test.ts';

interface ShowContext {
  readonly buildReports: Pick<ArtifactStore, 'put'> | null;
  readonly redact: RunContext['redact'];
  readonly reportProgress: RunContext['reportProgress'];
}

/** Writes what tests and coverage reported to where the build service shows it, redacted like all that leaves the worker.
 *  Both files are always there: the build service fails a build that lacks a report which its buildspec names. */
export async function showReports(
  { buildReports, redact, reportProgress }: ShowContext,
  reports: TestsResult['reports'],
): Promise<void> {
  if (buildReports === null) return;
  const files = {
    'junit.xml': renderTestReport(reports.tests),
    'coverage.lcov': renderCoverageReport(reports.coverage),
  };
  for (const [name, text] of Object.entries(files)) {
    try {
      await buildReports.put(name, redact(text));
    } catch (error) {
      // The gates judge the reports themselves: nothing hangs on this copy.
      const why = errorMessage(error);
      reportProgress({ phase: 'verify', text: `The build service will not show ${name}: ${why}` });
    }
  }
}

/** Writes the reports of a run that has tested nothing yet. */
export async function showNoReports(context: ShowContext): Promise<void> {
  await showReports(context, { tests: [], coverage: [] });
}
