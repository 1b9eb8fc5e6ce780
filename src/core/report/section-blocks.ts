import type { FailedTest } from '../gates/junit.ts';
import { CHANGE_GATES, type GateResults } from '../gates/results.ts';
import { escapeMarkdown, formatPct, link, preformatted } from '../markdown.ts';
import { LINKS, REPOSITORY_FILE } from '../names.ts';
import { actorName, outcomeOf } from '../outcome.ts';
import { renderChangedLines } from './changed-lines-block.ts';
import { linesToPaste, renderFailedCommand } from './failed-command.ts';
import { findingsBeyond, findingToMarkdown } from './findings.ts';
import type { RepairReport, RulesReport, RunReport, TaskReport } from './run-report.ts';

/** How much of each list fits. */
export interface DetailLevel {
  readonly tasks: number;
  readonly findings: number;
  readonly criteria: number;
  readonly failedTests: number;
  readonly messageLength: number;
  readonly files: number;
  /** Characters of the output of a command that failed. */
  readonly output: number;
}

/** From most detail to least. */
export const DETAIL_LEVELS: readonly DetailLevel[] = [
  { tasks: 200, findings: 50, criteria: 200, failedTests: 20, messageLength: 2000, files: 200, output: 4000 },
  { tasks: 100, findings: 20, criteria: 60, failedTests: 10, messageLength: 500, files: 50, output: 4000 },
  { tasks: 40, findings: 10, criteria: 20, failedTests: 5, messageLength: 200, files: 0, output: 2000 },
  { tasks: 10, findings: 3, criteria: 0, failedTests: 0, messageLength: 0, files: 0, output: 1000 },
];

/** What happened, what to do next and who, one paragraph each. */
export function renderHeadline({ outcome, detail, remedy, actsNext }: RunReport): string[] {
  const { words } = outcomeOf(outcome);
  const more = detail === words || detail === '' ? '' : ` ${escapeMarkdown(detail, DETAIL_LIMIT)}`;
  return [
    `**${escapeMarkdown(words)}**${more}`.trim(),
    ...renderRemedy(remedy),
    `**Who acts next:** ${actorName(actsNext)}.`,
  ];
}

/** The lines below the first are to be pasted: they stay as they are. */
function renderRemedy(remedy: string): string[] {
  const [first = '', ...lines] = remedy.split('\n');
  const text = `**What to do next:** ${withOwnLinks(first)}`;
  return lines.length === 0 ? [text] : [text, linesToPaste(unindented(lines))];
}

function unindented(lines: readonly string[]): string {
  const depths = lines.filter((line) => line.trim() !== '').map((line) => line.search(/\S/));
  return lines.map((line) => line.slice(Math.min(...depths))).join('\n');
}

/** A rule of GitHub that refuses a push names its reason first, and then each place: this holds eight of them. */
const DETAIL_LIMIT = 3000;

function withOwnLinks(remedy: string): string {
  let shown = escapeMarkdown(remedy, 1000);
  // An address that goes on is another one.
  for (const address of Object.values(LINKS))
    shown = shown
      .split(escapeMarkdown(address))
      .reduce((text, rest) => `${text}${/^(?:[\s,;)]|$)/.test(rest) ? address : escapeMarkdown(address)}${rest}`);
  return shown;
}

/** Everything below the headline, one block of Markdown each; empty parts are omitted. */
export function renderBlocks(report: RunReport, level: DetailLevel): string[] {
  return [
    ...renderFailedCommand(report, level.output),
    ...renderTasks(report.tasks, level),
    ...renderRepairs(report.repairs),
    ...renderTests(report.gates, level),
    ...renderCoverage(report.gates),
    ...renderChangedLines(report.gates, level),
    ...renderChangeGates(report.gates),
    ...renderEvidence(report.gates, level),
    ...renderFindings(report, level),
    ...renderChangedFiles(report.changedFiles, level),
    ...renderRun(report),
  ];
}

function renderTasks(tasks: readonly TaskReport[], level: DetailLevel): string[] {
  if (tasks.length === 0) return [];
  const withCredits = tasks.some((task) => task.credits !== null);
  const shown = tasks.slice(0, level.tasks).map((task) => {
    const name = `${task.id === null ? '' : `${escapeMarkdown(task.id, 30)} `}${escapeMarkdown(task.title, 200)}`;
    const commit = task.commit === null ? '' : link(task.commit.slice(0, 8), task.commitUrl);
    return [name, task.status, commit, ...(withCredits ? [formatCredits(task.credits)] : [])];
  });
  const header = ['Task', 'Status', 'Commit', ...(withCredits ? ['Credits'] : [])];
  return ['### Tasks', table(header, shown), ...omitted(tasks.length - shown.length, 'task')];
}

function renderTests({ tests }: GateResults, level: DetailLevel): string[] {
  if (tests === null) return ['### Test Results', 'The tests did not run.'];
  const { verdict, counts, failedTests } = tests;
  const figures =
    counts === null
      ? `Tests **${verdict}**; no report says how many ran.`
      : table(
          ['Total Tests', 'Passed', 'Failed', 'Skipped', 'Status'],
          [[...[counts.total, counts.passed, counts.failed, counts.skipped].map(String), verdict]],
        );
  return ['### Test Results', figures, ...renderFailedTests(failedTests, level)];
}

function renderFailedTests(failedTests: readonly FailedTest[], level: DetailLevel): string[] {
  const shown = failedTests.slice(0, level.failedTests);
  const blocks = shown.map(({ name, message }) => {
    const title = `#### ${escapeMarkdown(name, 200) || '(no name)'}`;
    return message.trim() === '' ? title : `${title}\n\n${preformatted(message, level.messageLength)}`;
  });
  const missing = omitted(failedTests.length - shown.length, 'failed test');
  return blocks.length + missing.length === 0 ? [] : [fold('Failed Tests', [...blocks, ...missing])];
}

function renderCoverage({ coverage }: GateResults): string[] {
  if (coverage === null) return [];
  const { verdict, linesPct, functionsPct, branchesPct, statementsPct, thresholdPct } = coverage;
  const header = ['Lines', 'Functions', 'Branches', 'Statements', 'Threshold'];
  const row = [linesPct, functionsPct, branchesPct, statementsPct, thresholdPct].map(formatFigure);
  const figure = linesPct === null ? 'no usable figure' : `${formatPct(linesPct)} of lines`;
  const status = verdict === 'passed' ? 'PASSED' : 'FAILED';
  const sentence = `Coverage **${status}**: ${figure} (threshold ${formatPct(thresholdPct)}).`;
  return ['### Code Coverage', table(header, [row]), sentence];
}

function renderRepairs(repairs: readonly RepairReport[]): string[] {
  if (repairs.length === 0) return [];
  const rows = repairs.map(({ round, because, commit, commitUrl, credits }) => [
    String(round),
    escapeMarkdown(because, 300),
    commit === null ? 'no change' : link(commit.slice(0, 8), commitUrl),
    formatCredits(credits),
  ]);
  return ['### Repairs', table(['Round', 'What did not pass before', 'Commit', 'Credits'], rows)];
}

/** What they found stands among the findings. */
function renderChangeGates(results: GateResults): string[] {
  const rows = CHANGE_GATES.flatMap((name) => {
    const result = results[name];
    return result === null ? [] : [[name, result.verdict, escapeMarkdown(result.detail, 500)]];
  });
  return rows.length === 0 ? [] : ['### Gates', table(['Gate', 'Verdict', 'What it says'], rows)];
}

/** Says on whose word it stands: the tests are the branch's own. */
function renderEvidence({ evidence }: GateResults, level: DetailLevel): string[] {
  const rows = evidence?.rows ?? [];
  if (rows.length === 0 || level.criteria === 0) return [];
  const shown = rows.slice(0, level.criteria).map(({ criterion, verdict, reason, tests }) => {
    const [test] = tests;
    const by = test === undefined ? reason : `${reason}: ${test.name}`;
    return [criterion.id, escapeMarkdown(criterion.text, 120), verdict, escapeMarkdown(by, 200)];
  });
  const header = ['Criterion', 'Text', 'Verdict', "Reported by the branch's own tests"];
  const missing = omitted(rows.length - shown.length, 'row');
  return [fold(`Evidence (${rows.length} criteria)`, [table(header, shown), ...missing])];
}

function renderFindings({ detail, findings }: RunReport, level: DetailLevel): string[] {
  const further = findingsBeyond(detail, findings);
  if (further.length === 0) return [];
  const shown = further.slice(0, level.findings).map(findingToMarkdown);
  return ['### Findings', shown.join('\n'), ...omitted(further.length - shown.length, 'finding')];
}

function renderChangedFiles(files: readonly string[], level: DetailLevel): string[] {
  if (files.length === 0 || level.files === 0) return [];
  const shown = files.slice(0, level.files).map((file) => `- ${escapeMarkdown(file, 200)}`);
  const missing = omitted(files.length - shown.length, 'file');
  return [fold(`Changed Files (${files.length})`, [shown.join('\n'), ...missing])];
}

function renderRun(report: RunReport): string[] {
  const rows = [
    ['Build ID', link(report.buildId, report.buildUrl)],
    ['Environment', escapeMarkdown(report.environment)],
    ['Outcome', report.outcome],
    ['Branch', escapeMarkdown(report.branch)],
    ['Spec', escapeMarkdown(report.specPath)],
    ['Head', report.head === null ? '–' : escapeMarkdown(report.head, 64)],
    ...(report.rules === null ? [] : [['Rules', formatRules(report.rules)]]),
    ['Attempt', String(report.attempt)],
    ['Timestamp', formatTime(report.finishedAtMs)],
    ['Duration', formatDuration(report.finishedAtMs - report.startedAtMs)],
    ...(report.agentCredits === null ? [] : [['Agent credits', formatCredits(report.agentCredits)]]),
    ...(report.agentTokens === null ? [] : [['Agent tokens', String(report.agentTokens)]]),
  ];
  return ['### Run', table(['', ''], rows)];
}

function formatRules({ branch, commit, hasFile }: RulesReport): string {
  const place = `${branch} at ${commit.slice(0, 12)}`;
  return escapeMarkdown(hasFile ? `${REPOSITORY_FILE} of ${place}` : `${place}, which has no ${REPOSITORY_FILE}`);
}

/** Returns ISO 8601 in UTC, or a dash for a time that is not valid. */
export function formatTime(atMs: number): string {
  const date = new Date(atMs);
  return Number.isNaN(date.getTime()) ? '–' : date.toISOString();
}

function formatDuration(durationMs: number): string {
  if (!Number.isFinite(durationMs) || durationMs < 0) return '–';
  const seconds = Math.floor(durationMs / 1000);
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

function formatFigure(pct: number | null): string {
  return pct === null ? '–' : formatPct(pct);
}

function formatCredits(credits: number | null): string {
  return credits === null ? '–' : String(Math.round(credits * 100) / 100);
}

function table(header: readonly string[], rows: ReadonlyArray<readonly string[]>): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(header), line(header.map(() => '---')), ...rows.map(line)].join('\n');
}

function fold(title: string, blocks: readonly string[]): string {
  return `<details><summary>${title}</summary>\n\n${blocks.join('\n\n')}\n\n</details>`;
}

function omitted(count: number, what: string): string[] {
  return count > 0 ? [`${count} more ${what}${count === 1 ? '' : 's'} omitted here; the run's files have them all.`] : [];
}
