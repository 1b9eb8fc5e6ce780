import { formatPct } from '../../src/core/markdown.ts';
import { formatTable } from '../terminal/table.ts';
import type { DemoResult } from './demo-result.ts';

/** Prints what the demo did, for people. */
export function printDemo(result: DemoResult): void {
  const { tests, coverage, pullRequest } = result;
  const section = pullRequest.body.replace(/<!--[\s\S]*?-->/g, '').trim();
  const lines = [
    heading('The cards, and why each was started or skipped'),
    formatTable({
      head: ['Card', 'Decision', 'Why'],
      rows: result.cards.map(({ title, decision, reason, detail }) => [
        title,
        decision === 'picked' ? 'started' : 'skipped',
        reason === 'ready' ? detail : `${reason}: ${detail}`,
      ]),
    }),
    heading('Tasks'),
    formatTable({
      head: ['Task', 'Status', 'Commit'],
      rows: result.tasks.map(({ id, title, status, commit }) => [
        id === null ? title : `${id} ${title}`,
        status,
        commit?.slice(0, 10) ?? '',
      ]),
    }),
    heading('Gates'),
    tests
      ? `Tests     ${tests.passed} of ${tests.total} passed, ${tests.failed} failed, ${tests.skipped} skipped`
      : 'Tests     not run',
    coverage === null || coverage.linesPct === null
      ? 'Coverage  unknown'
      : `Coverage  ${formatPct(coverage.linesPct)} of lines (threshold ${formatPct(coverage.threshold)})`,
    heading(`Pull request #${pullRequest.number}${pullRequest.draft ? ' (draft)' : ' (ready for review)'}`),
    section
      .split('\n')
      .map((line) => `  | ${line}`.trimEnd())
      .join('\n'),
    heading('Afterwards'),
    `Outcome   ${result.outcome}`,
    `Card      now in "${result.card.status}"`,
    `Lock      ${result.lock.released ? 'released' : 'NOT released'}`,
    `Files     ${result.runDirectory}`,
    `Took      ${(result.durationMs / 1000).toFixed(1)} s`,
    '',
    'Next: npx kiro-worker demo --keep   leaves the local GitHub running to look around',
    '      npx kiro-worker spec check FOLDER   checks whether the worker would accept a spec of yours',
    '      README.md, "On one machine with a real board"',
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
}

function heading(text: string): string {
  return process.stdout.isTTY ? `\n\u001b[1m${text}\u001b[22m` : `\n${text}\n${'-'.repeat(text.length)}`;
}
