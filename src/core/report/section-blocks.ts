import { escapeMarkdown, formatPct, link, preformatted } from '../markdown.ts';
import { outcomeOf } from '../outcome.ts';
import type { RunReport, TaskReport } from './run-report.ts';

/** How much of each list fits. */
export interface DetailLevel {
  readonly tasks: number;
  readonly findings: number;
  readonly failedTests: number;
  readonly messageLength: number;
  readonly files: number;
}

/** From roomy to tight. */
export const DETAIL_LEVELS: readonly DetailLevel[] = [
  { tasks: 200, findings: 50, failedTests: 20, messageLength: 2000, files: 200 },
  { tasks: 100, findings: 20, failedTests: 10, messageLength: 500, files: 50 },
  { tasks: 40, findings: 10, failedTests: 5, messageLength: 200, files: 0 },
  { tasks: 10, findings: 3, failedTests: 0, messageLength: 0, files: 0 },
];

/** What happened and what to do next, one paragraph each. */
export function renderHeadline({ outcome, detail, remedy }: RunReport): string[] {
  const { words } = outcomeOf(outcome);
  const more = detail === words || detail === '' ? '' : ` ${escapeMarkdown(detail, 1000)}`;
  return [`**${escapeMarkdown(words)}**${more}`.trim(), `**What to do next:** ${escapeMarkdown(remedy, 1000)}`];
}

/** Everything below the headline, one block of Markdown each; empty parts are left out. */
export function renderBlocks(report: RunReport, room: DetailLevel): string[] {
  return [
    ...renderTasks(report.tasks, room),
    ...renderTests(report, room),
    ...renderCoverage(report),
    ...renderFindings(report.findings, room),
    ...renderChangedFiles(report.changedFiles, room),
    ...renderRun(report),
  ];
}

function renderTasks(tasks: readonly TaskReport[], room: DetailLevel): string[] {
  if (tasks.length === 0) return [];
  const withCredits = tasks.some((task) => task.credits !== null);
  const shown = tasks.slice(0, room.tasks).map((task) => {
    const name = `${task.id === null ? '' : `${escapeMarkdown(task.id, 30)} `}${escapeMarkdown(task.title, 200)}`;
    const commit = task.commit === null ? '' : link(task.commit.slice(0, 8), task.commitUrl);
    return [name, task.status, commit, ...(withCredits ? [formatCredits(task.credits)] : [])];
  });
  const header = ['Task', 'Status', 'Commit', ...(withCredits ? ['Credits'] : [])];
  return ['### Tasks', table(header, shown), ...leftOut(tasks.length - shown.length, 'task')];
}

function renderTests({ tests, testsVerdict, failedTests }: RunReport, room: DetailLevel): string[] {
  const figures =
    tests === null
      ? testsVerdict === 'not run'
        ? 'The tests did not run.'
        : `Tests **${testsVerdict}**; no report tells how many ran.`
      : table(
          ['Total Tests', 'Passed', 'Failed', 'Skipped', 'Status'],
          [[...[tests.total, tests.passed, tests.failed, tests.skipped].map(String), testsVerdict]],
        );
  const shown = failedTests.slice(0, room.failedTests);
  const blocks = shown.map(({ name, message }) => {
    const title = `#### ${escapeMarkdown(name, 200) || '(no name)'}`;
    return message.trim() === '' ? title : `${title}\n\n${preformatted(message, room.messageLength)}`;
  });
  const missing = leftOut(failedTests.length - shown.length, 'failed test');
  const details = blocks.length + missing.length === 0 ? [] : [fold('Failed Tests', [...blocks, ...missing])];
  return ['### Test Results', figures, ...details];
}

function renderCoverage({ coverage }: RunReport): string[] {
  if (coverage === null) return [];
  const { linesPct, functionsPct, branchesPct, statementsPct, thresholdPct } = coverage;
  const header = ['Lines', 'Functions', 'Branches', 'Statements', 'Threshold'];
  const row = [linesPct, functionsPct, branchesPct, statementsPct, thresholdPct].map(formatFigure);
  const verdict =
    linesPct === null
      ? `Coverage **FAILED**: no usable figure (threshold ${formatPct(thresholdPct)}).`
      : `Coverage **${linesPct >= thresholdPct ? 'PASSED' : 'FAILED'}**: ${formatPct(linesPct)} of lines (threshold ${formatPct(thresholdPct)}).`;
  return ['### Code Coverage', table(header, [row]), verdict];
}

function renderFindings(findings: readonly string[], room: DetailLevel): string[] {
  if (findings.length === 0) return [];
  const shown = findings.slice(0, room.findings).map((finding) => `- ${escapeMarkdown(finding, 500)}`);
  return ['### Findings', shown.join('\n'), ...leftOut(findings.length - shown.length, 'finding')];
}

function renderChangedFiles(files: readonly string[], room: DetailLevel): string[] {
  if (files.length === 0 || room.files === 0) return [];
  const shown = files.slice(0, room.files).map((file) => `- ${escapeMarkdown(file, 200)}`);
  const missing = leftOut(files.length - shown.length, 'file');
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
    ['Attempt', String(report.attempt)],
    ['Timestamp', formatTime(report.finishedAtMs)],
    ['Duration', formatDuration(report.finishedAtMs - report.startedAtMs)],
    ...(report.agentCredits === null ? [] : [['Agent credits', formatCredits(report.agentCredits)]]),
  ];
  return ['### Run', table(['', ''], rows)];
}

/** Returns ISO 8601 in UTC, or a dash for a time that is none. */
export function formatTime(atMs: number): string {
  const date = new Date(atMs);
  return Number.isNaN(date.getTime()) ? '–' : date.toISOString();
}

function formatDuration(durationMs: number): string {
  if (!Number.isFinite(durationMs) || durationMs < 0) return '–';
  const seconds = Math.floor(durationMs / 1000);
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

function formatFigure(pct: number | null | undefined): string {
  return pct === null || pct === undefined ? '–' : formatPct(pct);
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

function leftOut(count: number, what: string): string[] {
  return count > 0
    ? [`${count} more ${what}${count === 1 ? '' : 's'} left out here; the run's files have them all.`]
    : [];
}
