import { linesOf } from '../report-text.ts';
import { type Counter, LineCollector, lineGaps, type OnSource } from './line-hits.ts';

interface OpenRecord {
  path: string;
  readonly figures: Record<Figure, number>;
  /** Where functions begin, and how often each was called, in the order of the report. */
  readonly functions: Array<{ readonly name: string; readonly line: number }>;
  readonly calls: Array<{ readonly name: string; readonly isCalled: boolean }>;
  /** Lines with a branch that was never taken. */
  readonly branches: number[];
}

type Figure = (typeof FIGURES)[number];

/** Found and hit of lines, functions and branches; see geninfo(1). */
const FIGURES = ['LF', 'LH', 'FNF', 'FNH', 'BRF', 'BRH'] as const;

const MOST_PARTS = 1_000_000;

/** Hands over what an LCOV tracefile says of each source file. Throws an Error whose message is a clause for people. */
export function readLcov(bytes: Uint8Array, onSource: OnSource): void {
  const lines = new LineCollector();
  let record = newRecord();
  let isComplete = false;
  for (const line of linesOf(bytes)) {
    const text = line.trimEnd();
    if (text === '') continue;
    isComplete = text === 'end_of_record';
    if (isComplete) {
      onSource(closeRecord(record, lines));
      record = newRecord();
      lines.clear();
    } else if (text.startsWith('SF:')) record.path = text.slice(3);
    else if (text.startsWith('DA:')) addLine(text, lines);
    else {
      addPart(text, record);
      addFigure(text, record.figures);
    }
  }
  if (!isComplete) throw new Error('is cut short (its last line is not "end_of_record")');
}

function newRecord(): OpenRecord {
  const figures = { LF: 0, LH: 0, FNF: 0, FNH: 0, BRF: 0, BRH: 0 };
  return { path: '', figures, functions: [], calls: [], branches: [] };
}

/** Functions by name, or by number as version 2 of the tool writes them; branches. */
function addPart(text: string, { functions, calls, branches }: OpenRecord): void {
  const [, begins, named] = /^FNL?:(\d+),(.*)$/.exec(text) ?? [];
  if (named !== undefined && begins !== undefined) {
    const [, atLine] = text.startsWith('FNL:') ? (/^(\d+)/.exec(named) ?? []) : [undefined, begins];
    const name = text.startsWith('FNL:') ? begins : named.replace(/^\d+,(?=.)/, '');
    if (atLine !== undefined) functions.push({ name, line: Number(atLine) });
  }
  const [, first = '', second = ''] = /^FN(?:DA|A):(\d+),(.*)$/.exec(text) ?? [];
  if (text.startsWith('FNDA:')) calls.push({ name: second, isCalled: Number(first) > 0 });
  if (text.startsWith('FNA:')) calls.push({ name: first, isCalled: !/^0+(?:,|$)/.test(second) });
  const [, line] = /^BRDA:(\d+),.*,(?:-|0+)$/.exec(text) ?? [];
  if (line !== undefined) branches.push(Number(line));
  if (Math.max(functions.length, calls.length, branches.length) > MOST_PARTS)
    throw new Error(`names more than ${MOST_PARTS} functions or branches of one source file`);
}

/** Lines of functions that were never called. Names may come twice: then the order tells which is which. */
function uncalled({ functions, calls }: OpenRecord): number[] {
  const isInOrder = functions.length === calls.length && functions.every(({ name }, at) => name === calls[at]?.name);
  if (isInOrder) return functions.flatMap(({ line }, at) => (calls[at]?.isCalled === false ? [line] : []));
  const called = new Set(calls.flatMap(({ name, isCalled }) => (isCalled ? [name] : [])));
  const known = new Set(calls.map(({ name }) => name));
  return functions.flatMap(({ name, line }) => (known.has(name) && !called.has(name) ? [line] : []));
}

function addLine(text: string, lines: LineCollector): void {
  const match = /^DA:(\d+),(-?)(\d+)(?:,|$)/.exec(text);
  if (match === null) throw odd(text);
  const [, line, sign, hits] = match;
  lines.add(Number(line), sign === '' && Number(hits) > 0);
}

function addFigure(text: string, figures: OpenRecord['figures']): void {
  const name = FIGURES.find((figure) => text.startsWith(figure) && text[figure.length] === ':');
  if (name === undefined) return;
  const value = text.slice(name.length + 1);
  if (!/^\d+$/.test(value)) throw odd(text);
  figures[name] += Number(value);
}

function closeRecord(record: OpenRecord, lines: LineCollector) {
  const { path, figures, branches } = record;
  const merged = lines.merged();
  const counter = (covered: Figure, total: Figure): Counter => ({ covered: figures[covered], total: figures[total] });
  return {
    path,
    lines: merged.length > 0 ? merged : counter('LH', 'LF'),
    functions: counter('FNH', 'FNF'),
    branches: counter('BRH', 'BRF'),
    statements: null,
    gaps: lineGaps({ functions: uncalled(record), branches }),
  };
}

function odd(text: string): Error {
  return new Error(`contains a line whose value is not a number: ${text.slice(0, 60)}`);
}
