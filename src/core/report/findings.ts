import type { Finding } from '../gates/finding.ts';
import { cleanText, escapeMarkdown } from '../markdown.ts';

/** Returns the findings that a run's one-sentence detail does not say already. */
export function findingsBeyond(detail: string, findings: readonly Finding[]): Finding[] {
  return findings.filter(({ message }) => !detail.startsWith(message));
}

/** Returns a finding as an item of a Markdown list; everything untrusted in it is escaped. */
export function findingToMarkdown(finding: Finding): string {
  const { rule, severity, message, remedy } = finding;
  const where = locationOf(finding);
  const place = where === null ? '' : `${escapeMarkdown(where, 300)}: `;
  return `- **${LABELS[severity]}:** ${place}${escapeMarkdown(message, 500)} ${escapeMarkdown(remedy, 500)} (${rule})`;
}

/** Returns a finding as two lines for a terminal, without control characters or further line ends. */
export function findingToText(finding: Finding): string {
  const { rule, severity, message, remedy } = finding;
  const where = locationOf(finding);
  const place = where === null ? '' : `${where}: `;
  return `${LABELS[severity]}: ${oneLine(`${place}${message}`)} [${rule}]\n  What to do: ${oneLine(remedy)}`;
}

const LABELS = { error: 'Error', warning: 'Warning', notice: 'Notice' } as const satisfies Record<
  Finding['severity'],
  string
>;

function locationOf({ path, line }: Finding): string | null {
  if (path === undefined) return null;
  return line === undefined ? path : `${path}:${line}`;
}

function oneLine(text: string): string {
  return cleanText(text).replace(/\s+/g, ' ').trim();
}
