import { CHANGE_GATES } from '../gates/results.ts';
import { escapeMarkdown, link } from '../markdown.ts';
import { MARKERS } from '../names.ts';
import { renderFailedCommand } from './failed-command.ts';
import { findingToMarkdown } from './findings.ts';
import type { RunReport } from './run-report.ts';
import { formatTime, renderHeadline } from './section-blocks.ts';

/** Twenty lines of output as wide as they come. */
const OUTPUT_LIMIT = 4200;

/** Returns the one comment at the card's issue or pull request: what happened, what to do, what failed, and what could not be written
 *  elsewhere. */
export function renderComment(
  report: RunReport,
  { pullRequestUrl, problems = [] }: { pullRequestUrl: string | null; problems?: readonly string[] },
): string {
  const facts = [
    ...(pullRequestUrl === null ? [] : [link('Pull request', pullRequestUrl)]),
    `Build ${link(report.buildId.slice(0, 100), report.buildUrl)}`,
    `branch ${escapeMarkdown(report.branch)}`,
    `attempt ${report.attempt}`,
    formatTime(report.finishedAtMs),
  ];
  const unwritten = problems.filter((problem) => problem !== '').map((problem) => `- ${escapeMarkdown(problem, 600)}`);
  const blocks = [
    ...renderHeadline(report),
    ...renderFailedCommand(report, OUTPUT_LIMIT),
    ...renderGateErrors(report),
    ...(unwritten.length > 0 ? [unwritten.join('\n')] : []),
    facts.join(' · '),
  ];
  return `${[MARKERS.comment, ...blocks].join('\n\n')}\n`;
}

const MOST_ERRORS = 20;

/** What the gates about the change do not let through; of failed tests and coverage the headline tells. */
function renderGateErrors({ gates }: RunReport): string[] {
  const errors = CHANGE_GATES.flatMap((name) => gates[name]?.findings ?? []).filter(
    ({ severity }) => severity === 'error',
  );
  if (errors.length === 0) return [];
  const more = errors.length - MOST_ERRORS;
  const shown = errors.slice(0, MOST_ERRORS).map(findingToMarkdown);
  return [
    [...shown, ...(more > 0 ? [`- and ${more} more; the pull request and the run's files have them`] : [])].join('\n'),
  ];
}
