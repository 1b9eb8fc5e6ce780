import { type Counter, toPct } from '../gates/coverage/line-hits.ts';
import { formatRanges } from '../gates/coverage/lines/ranges.ts';
import type { GateResults } from '../gates/results.ts';
import { escapeMarkdown, formatPct } from '../markdown.ts';

const SHOWN_RANGES = 30;

/** Returns how many of the changed lines tests execute, and of about how many files which they do not; nothing where the gate was not
 *  evaluated. */
export function renderChangedLines({ 'changed-lines': result }: GateResults, { files }: { files: number }): string[] {
  if (result === null) return [];
  const { lines, linesOfBranch, uncovered } = result;
  const sentence = `Changed lines that tests execute: ${formatCounter(lines)} by this work, ${formatCounter(linesOfBranch)} on the whole branch.`;
  const shown = uncovered.slice(0, Math.max(3, files)).map(({ path, ranges }) => {
    return `- ${escapeMarkdown(path, 200)}: ${formatRanges(ranges, SHOWN_RANGES)}`;
  });
  if (shown.length === 0) return [sentence];
  const more = uncovered.length - shown.length;
  const list = [...shown, ...(more > 0 ? [`- and ${more} more ${more === 1 ? 'file' : 'files'}`] : [])].join('\n');
  return [sentence, `<details><summary>Changed lines that no test executes</summary>\n\n${list}\n\n</details>`];
}

function formatCounter(counter: Counter): string {
  const pct = toPct(counter);
  return pct === null ? 'none' : `${counter.covered} of ${counter.total} (${formatPct(pct)})`;
}
