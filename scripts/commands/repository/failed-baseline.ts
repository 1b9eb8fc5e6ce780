import { BASELINE_RULES } from '../../../src/core/gates/baseline-rules.ts';
import { REPOSITORY_FILE } from '../../../src/core/names.ts';
import {
  allowanceOf,
  describeBaselineFailure,
  type FailedBaseline,
  remedyOfBaseline,
} from '../../../src/core/report/baseline-failure.ts';
import { suggestFile } from '../../../src/core/repository/baseline/suggested-file.ts';
import type { Commands } from '../../../src/core/repository/commands.ts';
import { chooseCommands } from '../../../src/core/repository/ecosystems/choose.ts';
import type { FileTree } from '../../../src/core/repository/file-tree.ts';
import { parseRepositoryFile, type RepositorySettings } from '../../../src/core/repository/repository-file.ts';
import type { Baseline } from '../../../src/worker/steps/baseline/measure-baseline.ts';
import type { BaselineReport, RepositoryReport } from './report.ts';

interface Checked {
  readonly commands: Commands;
  readonly repositoryFile: RepositorySettings | null;
  /** What detection sees of the repository. */
  readonly tree: FileTree | null;
  /** Percent of lines. */
  readonly thresholdPct: number;
}

/** Returns what a base line came to and, where it does not pass, what is wrong and a file that makes it pass, as far as one is known. */
export function reportBaseline(
  measured: Baseline,
  checked: Checked,
): { baseline: BaselineReport; problem: RepositoryReport['problems'][number] | null; suggestion: string | null } {
  const baseline = figuresOf(measured, checked.thresholdPct);
  if (measured.kind === 'passed') return { baseline, problem: flakyProblem(measured), suggestion: null };
  const { detail, failures, unnamed, isAllowable, failure, result } = measured;
  const failed = { kind: result.kind, commit: null, detail, failures, unnamed, isAllowable, failure };
  const problem = { message: messageOf(failed), remedy: pastableRemedy(failed) };
  const suggestion = measured.kind === 'failed' ? suggestionFor(failed, checked) : null;
  const isNew = suggestion !== suggestFile(checked.commands, { present: checked.repositoryFile });
  return { baseline, problem, suggestion: isNew ? suggestion : null };
}

function flakyProblem({ firstFailure }: Baseline): RepositoryReport['problems'][number] | null {
  if (firstFailure === null) return null;
  const { meaning, remedy } = BASELINE_RULES['baseline/flaky'];
  return { message: `${meaning} At first: ${firstFailure}`, remedy };
}

function figuresOf({ kind, detail, failures, result }: Baseline, thresholdPct: number): BaselineReport {
  const { tests, coverage } = result.gates;
  return {
    verdict: kind,
    detail,
    failures: failures.map(({ name }) => name),
    tests: tests?.counts ?? null,
    coverage: coverage === null ? null : { linesPct: coverage.linesPct, thresholdPct },
  };
}

function messageOf(failed: FailedBaseline): string {
  const described = describeBaselineFailure(failed);
  if (failed.failure === null) return described;
  const { name, command, source, ended, why } = failed.failure;
  const lines = why === '' ? ['It wrote nothing.'] : ['The last lines of its output:', why];
  return [described, `Command (${name}): ${command}, ${source}`, `Ended: ${ended}`, ...lines].join('\n');
}

/** Lines below the first are to be pasted. */
function pastableRemedy(failed: FailedBaseline): string {
  const remedy = remedyOfBaseline(failed);
  const yaml = failed.failure?.yaml ?? null;
  if (yaml === null) return remedy;
  return remedy.includes('\n') ? `${remedy}\n${yaml}` : `${remedy} Lines for ${REPOSITORY_FILE}:\n${yaml}`;
}

function suggestionFor(failed: FailedBaseline, checked: Checked): string | null {
  const { commands, repositoryFile } = checked;
  const yaml = failed.failure?.yaml ?? null;
  if (yaml !== null) return withSettings(parseRepositoryFile(yaml, 'the suggestion'), checked);
  const allow = allowanceOf(failed);
  if (allow !== null) return suggestFile(commands, { present: repositoryFile, allow });
  return failed.kind === 'coverage-unknown' ? measuredOtherwise(checked) : null;
}

/** The settings that are advised, over those that are there. */
function withSettings(advised: RepositorySettings, { commands, repositoryFile }: Checked): string {
  const { install, test, coverage, reports, timeouts } = advised;
  const present = {
    ...(repositoryFile ?? advised),
    timeouts: {
      installMinutes: timeouts.installMinutes ?? repositoryFile?.timeouts.installMinutes ?? null,
      testMinutes: timeouts.testMinutes ?? repositoryFile?.timeouts.testMinutes ?? null,
    },
  };
  const better = {
    folder: commands.folder,
    install: install ?? commands.install,
    test: test ?? commands.test,
    coverage: coverage === null ? commands.coverage : coverage || null,
    reports: {
      tests: reports.tests.length > 0 ? reports.tests : commands.reports.tests,
      coverage: reports.coverage.length > 0 ? reports.coverage : commands.reports.coverage,
    },
  };
  return suggestFile(better, { present });
}

/** The commands that the files show, where the rules have others: they bring a figure. */
function measuredOtherwise({ commands, repositoryFile, tree }: Checked): string | null {
  if (tree === null || repositoryFile === null) return null;
  const { guess } = chooseCommands(tree, { folder: commands.folder, isFixed: true });
  if (guess === null) return null;
  const { install, test, coverage, reports } = guess;
  // A coverage command measures beside any test command; else it is the tests that write the report.
  const measuring =
    coverage === null ? { install, test, coverage, reports } : { ...commands, install, coverage, reports };
  return suggestFile({ ...measuring, folder: commands.folder }, { present: repositoryFile });
}
