import { type Fields, fields, text } from '../../json-lines.ts';
import { readMembers } from './json-members.ts';
import { type Counter, LineCollector, lineGaps, type OnSource, type SourceCoverage } from './line-hits.ts';

/** Places of some 50,000 statements, and a source map. */
const BOUNDS = { tokens: 2_000_000, pieces: 512, depth: 12, kind: "Istanbul's coverage" };

/** Hands over what Istanbul's coverage-final.json says of each source file. Throws an Error whose message is a clause for people. */
export function readIstanbulCoverage(bytes: Uint8Array, onSource: OnSource): void {
  const onMember = (path: string, value: unknown) => onSource(readFile(path, fields(value)));
  readMembers(bytes, { bounds: BOUNDS, onMember });
}

function readFile(name: string, file: Fields): SourceCoverage {
  const lines = new LineCollector();
  const statements = placesOf(file.statementMap, { hits: file.s, lineOf: (place) => lineAt(place.start) });
  for (const { line, isHit } of statements) lines.add(line, isHit);
  const functions = placesOf(file.fnMap, {
    hits: file.f,
    lineOf: (place) => lineAt(fields(place.decl ?? place.loc).start),
  });
  const branches = armsOf(file);
  return {
    path: text(file.path) ?? name,
    lines: lines.merged(),
    functions: count(functions),
    branches: count(branches),
    statements: count(statements),
    gaps: lineGaps({ functions: missed(functions), branches: [...missed(branches), ...missed(statements)] }),
  };
}

interface Place {
  readonly line: number;
  readonly isHit: boolean;
}

function placesOf(
  map: unknown,
  { hits, lineOf }: { hits: unknown; lineOf: (place: Fields) => number },
): readonly Place[] {
  const counts = fields(hits);
  return Object.entries(fields(map)).map(([id, place]) => ({ line: lineOf(fields(place)), isHit: isHit(counts[id]) }));
}

/** Each arm of a branch stands at the line where the branch begins. */
function armsOf({ branchMap, b }: Fields): Place[] {
  const counts = fields(b);
  return Object.entries(fields(branchMap)).flatMap(([id, branch]) => {
    const arms = counts[id];
    if (!Array.isArray(arms)) throw odd(arms);
    const line = lineAt(fields(fields(branch).loc).start);
    return arms.map((arm) => ({ line, isHit: isHit(arm) }));
  });
}

function missed(places: readonly Place[]): number[] {
  return places.flatMap(({ line, isHit }) => (isHit ? [] : [line]));
}

function count(places: readonly Place[]): Counter {
  return { covered: places.filter((place) => place.isHit).length, total: places.length };
}

function lineAt(position: unknown): number {
  const { line } = fields(position);
  if (typeof line === 'number' && Number.isInteger(line) && line >= 0) return line;
  throw odd(line);
}

function isHit(value: unknown): boolean {
  if (typeof value === 'number') return value > 0;
  throw odd(value);
}

function odd(value: unknown): Error {
  return new Error(`contains a value that is not a number (${String(JSON.stringify(value)).slice(0, 30)})`);
}
