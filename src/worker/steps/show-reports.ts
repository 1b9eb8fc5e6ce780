import type { ArtifactStore } from '../../core/ports/artifacts.ts';
import { renderCoverageReport, renderTestReport } from '../../core/report/build-reports.ts';
import type { RunContext } from '../run-context.ts';
import type { TestsResult } from './test.ts';

interface ShowContext {
  readonly buildReports: Pick<ArtifactStore, 'put'> | null;
  readonly redact: RunContext['redact'];
}

/** Writes what tests and coverage reported to where the build service shows it, redacted like all that leaves the worker.
 *  Both files are always there: the build service fails a build that lacks a report which its buildspec names. */
export async function showReports(
  { buildReports, redact }: ShowContext,
  reports: TestsResult['reports'],
): Promise<void> {
  if (buildReports === null) return;
  await buildReports.put('junit.xml', redact(renderTestReport(reports.tests)));
  await buildReports.put('coverage.lcov', redact(renderCoverageReport(reports.coverage)));
}

/** Writes the reports of a run that has tested nothing yet. */
export async function showNoReports(context: ShowContext): Promise<void> {
  await showReports(context, { tests: [], coverage: [] });
}
