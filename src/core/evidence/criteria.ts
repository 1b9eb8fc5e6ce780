import { markUnderlinedHeadings } from '../spec/task-headings.ts';
import { scanTaskLines, type TaskFileLine } from '../spec/task-lines.ts';

/** One acceptance criterion of a spec. */
export interface Criterion {
  /** `2.3`: the third criterion of requirement 2. */
  readonly id: string;
  readonly text: string;
  readonly file: string;
  /** From 1. */
  readonly line: number;
}

/** Returns the numbered items below the criteria headings of each numbered requirement (requirements.md), in any language, by the
 *  numbers that Markdown shows. Each id once: the first counts. */
export function readRequirementsFile(text: string, file: string): Criterion[] {
  return unique(readSections(linesOf(text)).flatMap((section) => criteriaOf(section, file)));
}

/** Returns the `N.M` lines of a bugfix.md. Each id once: the first counts. */
export function readBugfixFile(text: string, file: string): Criterion[] {
  return unique(
    linesOf(text).flatMap(({ kind, text: line, number }): Criterion[] => {
      const [, id, words] = (isProse(kind) && NUMBERED_LINE.exec(line)) || [];
      return id && words ? [{ id, text: words.trim(), file, line: number }] : [];
    }),
  );
}

interface Requirement {
  readonly number: string;
  readonly level: number;
  /** What stands directly below it, then below each heading in it. */
  readonly parts: Part[];
}

interface Part {
  readonly heading: string | null;
  readonly lines: TaskFileLine[];
}

/** `## Requirement 2: Login`, `### 需求 1：HTTP`, `### 3. Login`. */
const REQUIREMENT =
  /^(?:(?:\p{L}[\p{L}\p{M}\p{Pd}()]*\s*){1,3}|[A-Z]{1,5}[-_])?#?(?<number>\d{1,4})(?![\d.]*\d)\s*(?:$|[^\p{L}\d\s]|\s)/u;
const HEADING = /^\s{0,3}(?<marks>#{1,6})\s+(?<text>.*?)(?:\s+#+)?\s*$/;
/** A line of nothing but bold words takes the place of a heading in many specs. */
const BOLD_LINE = /^\s{0,3}\*\*(?<text>[^*]{1,80}?)[:：]?\*\*[:：]?\s*$/;
const CRITERIA_WORDS =
  /criteri|kriteri|критери|critèr|критері|标准|標準|基準|条件|條件|기준|조건|קריטריו|معايير|मानदंड|tiêu chí|เกณฑ์|kryteri|ölçüt/iu;
const ITEM = /^\s{0,3}(?:[-*+]\s+)?\**(?<number>\d{1,4}(?:\.\d{1,4})?)(?:[.)、．]\**\s*|\**\s+)(?<words>\S.*)$/u;
const NUMBERED_LINE = /^\s*(?:[-*+]\s+)?\**(\d{1,4}\.\d{1,4})\**[.):]?\**\s+(\S.*)$/;

function linesOf(text: string): TaskFileLine[] {
  return markUnderlinedHeadings(scanTaskLines(text).lines);
}

function isProse(kind: TaskFileLine['kind']): boolean {
  return kind !== 'code' && kind !== 'comment' && kind !== 'heading';
}

/** The requirements in their order; a heading of the same level or above ends one. */
function readSections(lines: readonly TaskFileLine[]): Requirement[] {
  const requirements: Requirement[] = [];
  let current: Requirement | null = null;
  for (const [index, line] of lines.entries()) {
    const heading = line.kind === 'heading' ? readHeading(line.text, lines[index + 1]?.text ?? '') : null;
    if (heading === null) {
      addLine(current, line);
      continue;
    }
    const { level, text } = heading;
    const { number } = REQUIREMENT.exec(text)?.groups ?? {};
    if (current && level > current.level) current.parts.push({ heading: text, lines: [] });
    else if (number === undefined || level === 1) current = null;
    else {
      current = { number: String(Number(number)), level, parts: [{ heading: null, lines: [] }] };
      requirements.push(current);
    }
  }
  return requirements;
}

/** Returns null for the line below an underlined heading. */
function readHeading(line: string, next: string): { level: number; text: string } | null {
  const { marks, text = '' } = HEADING.exec(line)?.groups ?? {};
  if (marks !== undefined) return { level: marks.length, text };
  const [underline = ''] = /^[=-]/.exec(next) ?? [];
  return underline === '' ? null : { level: underline === '=' ? 1 : 2, text: line.trim() };
}

function addLine(requirement: Requirement | null, line: TaskFileLine): void {
  const { text } = (isProse(line.kind) && BOLD_LINE.exec(line.text)?.groups) || {};
  if (text !== undefined) requirement?.parts.push({ heading: text, lines: [] });
  else requirement?.parts.at(-1)?.lines.push(line);
}

/** Of several parts those count that are called criteria; where none is, all that has a heading, and else what stands directly below. */
function criteriaOf({ number, parts }: Requirement, file: string): Criterion[] {
  const named = parts.filter(({ heading }) => heading !== null && CRITERIA_WORDS.test(heading));
  const headed = parts.filter(({ heading }) => heading !== null);
  const chosen = named.length > 0 ? named : headed.some(({ lines }) => itemsOf(lines).length > 0) ? headed : parts;
  return chosen
    .flatMap(({ lines }) => itemsOf(lines))
    .flatMap(({ label, place, words, line }): Criterion[] => {
      const [first = '', second] = label.split('.');
      if (second !== undefined && first !== number) return [];
      return [{ id: `${number}.${second ?? place}`, text: words, file, line }];
    });
}

interface Item {
  readonly label: string;
  /** The number that Markdown shows: counted on from the first of its list. */
  readonly place: number;
  readonly words: string;
  readonly line: number;
}

function itemsOf(lines: readonly TaskFileLine[]): Item[] {
  const items: Item[] = [];
  for (const { kind, text, number: line } of lines) {
    const { number: label, words = '' } = (isProse(kind) && ITEM.exec(text)?.groups) || {};
    if (label === undefined) continue;
    const before = items.at(-1);
    const written = Number(label.split('.').at(-1));
    // A list that says "1." on each line, or leaves a number out twice, is shown counted through.
    const place = before && written <= before.place ? before.place + 1 : written;
    items.push({ label, place, words: words.trim(), line });
  }
  return items;
}

function unique(criteria: readonly Criterion[]): Criterion[] {
  return [...new Map([...criteria].reverse().map((criterion) => [criterion.id, criterion])).values()].reverse();
}
