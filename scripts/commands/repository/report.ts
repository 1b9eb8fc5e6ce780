import { cleanText } from '../../../src/core/markdown.ts';
import type { Commands } from '../../../src/core/repository/commands.ts';

/** What `kiro-worker repository check` found; as JSON, its fields are permanent. */
export interface RepositoryReport {
  readonly commands: Pick<Commands, 'folder' | 'install' | 'test' | 'coverage' | 'reports'> | null;
  readonly detectedBy: readonly string[];
  readonly needs: ReadonlyArray<{
    readonly tool: string;
    readonly version: string | null;
    readonly found: string | null;
  }>;
  readonly problems: ReadonlyArray<{ readonly message: string; readonly remedy: string }>;
  readonly suggestion: string | null;
  readonly baseline: BaselineReport | null;
}

export interface BaselineReport {
  readonly verdict: 'passed' | 'failed' | 'no-tests' | 'setup-failed' | 'unavailable' | 'aborted';
  readonly detail: string;
  readonly failures: readonly string[];
  readonly tests: {
    readonly total: number;
    readonly passed: number;
    readonly failed: number;
    readonly skipped: number;
  } | null;
  /** Percent of lines. */
  readonly coverage: { readonly linesPct: number | null; readonly thresholdPct: number } | null;
}

/** Returns the report for people. `files` and `rules` say where each was read. */
export function formatReport(report: RepositoryReport, { files, rules }: { files: string; rules: string }): string {
  const { commands, detectedBy, needs, problems, suggestion, baseline } = report;
  const lines = [
    `Files: ${files}`,
    `Rules: ${rules}`,
    ...(commands === null ? ['Commands: none'] : commandLines(commands)),
    ...(detectedBy.length > 0 ? [`Found by: ${detectedBy.join(', ')}`] : []),
    ...needs.map(
      ({ tool, version, found }) =>
        `Needs: ${tool}${version ? ` ${version}` : ''} (here: ${found ?? 'none that starts'})`,
    ),
    ...(baseline === null ? [] : [`Base line: ${baseline.verdict}. ${baseline.detail}`, ...figuresOf(baseline)]),
    ...problems.flatMap(({ message, remedy }) => [`Problem: ${message}`, `  What to do: ${remedy}`]),
    ...(suggestion === null ? [] : ['', suggestion.trimEnd()]),
  ];
  return cleanText(`${lines.join('\n')}\n`);
}

function commandLines({
  folder,
  install,
  test,
  coverage,
  reports,
}: NonNullable<RepositoryReport['commands']>): string[] {
  const places = [...reports.tests, ...reports.coverage];
  return [
    `Folder: ${folder}`,
    ...(install.length === 0 ? ['Install: nothing'] : install.map((step) => `Install: ${step.join(' ')}`)),
    `Test: ${test.join(' ')}`,
    `Coverage: ${coverage === null ? 'by the test command' : coverage.join(' ')}`,
    `Reports: ${places.length === 0 ? 'in the usual places' : places.join(', ')}`,
  ];
}

function figuresOf({ tests, coverage }: BaselineReport): string[] {
  return [
    ...(tests === null ? [] : [`  Tests: ${tests.passed} of ${tests.total} passed`]),
    ...(coverage === null
      ? []
      : [`  Lines covered: ${coverage.linesPct ?? 'unknown'} % (threshold ${coverage.thresholdPct} %)`]),
  ];
}
