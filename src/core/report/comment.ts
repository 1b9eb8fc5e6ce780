import { escapeMarkdown, link } from '../markdown.ts';
import { MARKERS } from '../names.ts';
import type { RunReport } from './run-report.ts';
import { formatTime, renderHeadline } from './section-blocks.ts';

/** Returns the one comment at the card's issue or pull request: what happened, and what to do. */
export function renderComment(report: RunReport, { pullRequestUrl }: { pullRequestUrl: string | null }): string {
  const facts = [
    ...(pullRequestUrl === null ? [] : [link('Pull request', pullRequestUrl)]),
    `Build ${link(report.buildId.slice(0, 100), report.buildUrl)}`,
    `branch ${escapeMarkdown(report.branch)}`,
    `attempt ${report.attempt}`,
    formatTime(report.finishedAtMs),
  ];
  return `${[MARKERS.comment, ...renderHeadline(report), facts.join(' · ')].join('\n\n')}\n`;
}
