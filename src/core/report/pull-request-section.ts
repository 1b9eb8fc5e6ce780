import { fields } from '../json-lines.ts';
import { link } from '../markdown.ts';
import { MARKERS } from '../names.ts';
import { isOutcomeKind, type OutcomeKind } from '../outcome.ts';
import { findSections, putSection } from './marked-section.ts';
import type { RunReport } from './run-report.ts';
import { DETAIL_LEVELS, renderBlocks, renderHeadline } from './section-blocks.ts';

/** GitHub refuses bodies above 65,536 characters; this leaves a margin. */
export const BODY_LIMIT = 65_000;
const GITHUB_BODY_LIMIT = 65_536;

/** What a section says to the next run. */
export interface SectionFacts {
  readonly outcome: OutcomeKind;
  /** Commit that the outcome was reached at. */
  readonly head: string | null;
  readonly buildId: string;
}

/** Returns the marked section about a run, with as much detail as fits into `limit` characters. */
export function renderSection(report: RunReport, limit = BODY_LIMIT): string {
  for (const section of sectionsFrom(report)) if (section.length <= limit) return section;
  return renderMinimum(report);
}

/** Returns a pull request's body with the section of this run put in or replaced and all other text untouched: below
 *  BODY_LIMIT, or GitHub's own limit where the other text leaves no more than that. A body without room even for the
 *  shortest section comes back as it is. */
export function replaceSection(body: string | null, report: RunReport): string {
  const text = body ?? '';
  for (const section of sectionsFrom(report)) {
    const next = putSection(text, section);
    if (next.length <= BODY_LIMIT) return next;
  }
  const tight = putSection(text, renderMinimum(report));
  return tight.length <= GITHUB_BODY_LIMIT ? tight : text;
}

/** Returns what the first complete section of a body says to the next run, null when there is none or it is damaged.
 *  Whoever may edit the body may forge it: it can save work, but proves nothing. */
export function parseSection(body: string | null): SectionFacts | null {
  const text = body ?? '';
  const [span] = findSections(text);
  if (span === undefined) return null;
  const match = /^<!-- kiro-worker:data (\{.*\}) -->\r?$/m.exec(text.slice(span.from, span.to));
  if (match?.[1] === undefined) return null;
  try {
    return readFacts(JSON.parse(match[1]));
  } catch {
    return null;
  }
}

/** From most detail to least. */
function* sectionsFrom(report: RunReport): Generator<string> {
  for (const level of DETAIL_LEVELS) yield wrap(report, [...renderHeadline(report), ...renderBlocks(report, level)]);
  yield renderMinimum(report);
}

function renderMinimum(report: RunReport): string {
  const words = renderHeadline({ ...report, detail: '', remedy: report.remedy.slice(0, 200) });
  return wrap(report, [...words, `Build: ${link(report.buildId.slice(0, 100), report.buildUrl)}`]);
}

function wrap(report: RunReport, blocks: readonly string[]): string {
  return [
    MARKERS.sectionStart,
    renderFacts(report),
    '## Kiro Worker',
    '',
    blocks.join('\n\n'),
    '',
    MARKERS.sectionEnd,
  ].join('\n');
}

function renderFacts({ outcome, head, buildId }: RunReport): string {
  const facts: SectionFacts = { outcome, head: isCommit(head) ? head : null, buildId: buildId.slice(0, 200) };
  // Everything but plain characters is written as a JSON escape, so nothing in here ends the comment or mentions people.
  const json = JSON.stringify(facts).replace(
    /[^\w:",{}\\ ./]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  return `<!-- kiro-worker:data ${json} -->`;
}

function readFacts(value: unknown): SectionFacts | null {
  const { outcome, head, buildId } = fields(value);
  if (typeof outcome !== 'string' || !isOutcomeKind(outcome) || typeof buildId !== 'string') return null;
  return head === null || isCommit(head) ? { outcome, head, buildId } : null;
}

function isCommit(value: unknown): value is string {
  return typeof value === 'string' && /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(value);
}
