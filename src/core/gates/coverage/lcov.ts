import { linesOf } from '../report-text.ts';
import { type Counter, LineCollector, type OnSource } from './line-hits.ts';

interface OpenRecord {
  path: string;
  readonly figures: Record<Figure, number>;
}

type Figure = (typeof FIGURES)[number];

/** Found and hit of lines, functions and branches; see geninfo(1). */
const FIGURES = ['LF', 'LH', 'FNF', 'FNH', 'BRF', 'BRH'] as const;

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
    else addFigure(text, record.figures);
  }
  if (!isComplete) throw new Error('is cut short (its last line is not "end_of_record")');
}

function newRecord(): OpenRecord {
  return { path: '', figures: { LF: 0, LH: 0, FNF: 0, FNH: 0, BRF: 0, BRH: 0 } };
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

function closeRecord({ path, figures }: OpenRecord, lines: LineCollector) {
  const merged = lines.merged();
  const counter = (covered: Figure, total: Figure): Counter => ({ covered: figures[covered], total: figures[total] });
  return {
    path,
    lines: merged.length > 0 ? merged : counter('LH', 'LF'),
    functions: counter('FNH', 'FNF'),
    branches: counter('BRH', 'BRF'),
    statements: null,
  };
}

function odd(text: string): Error {
  return new Error(`contains a line whose value is not a number: ${text.slice(0, 60)}`);
}
