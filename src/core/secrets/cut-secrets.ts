import { allReadings, type Range, readingsOf } from './text-reading.ts';

/** Shorter pieces would mask ordinary words. */
const SHORTEST_PIECE = 8;
/** Where texts are cut: line ends, and the marks that stand for what was left out. */
const CUT = /[\r\n]+|\.{3,}|\u2026/g;

/** Spellings by each of their pieces of the shortest length; one map for each reading of a text. */
export type CutIndex = ReadonlyArray<ReadonlyMap<string, readonly string[]>>;

/** Prepares spellings of secrets to be found where a text ends in the middle of one. */
export function cutIndexOf(spellings: readonly string[]): CutIndex {
  const readings = spellings.map(allReadings);
  return allReadings('').map((_, index) => {
    const pieces = new Map<string, string[]>();
    for (const spelling of new Set(readings.flatMap((each) => [each[0] ?? '', each[index] ?? '']))) {
      for (let at = 0; at + SHORTEST_PIECE <= spelling.length; at += 1) {
        const piece = spelling.slice(at, at + SHORTEST_PIECE);
        const found = pieces.get(piece);
        if (found === undefined) pieces.set(piece, [spelling]);
        // A piece that a spelling repeats stands at the end.
        else if (found.at(-1) !== spelling) found.push(spelling);
      }
    }
    return pieces;
  });
}

/** Returns the pieces of secrets that a text, a line of it or what stands beside an omission begins or ends with, or is: the rest
 *  may stand in the next entry of a log, or was left out. Linear in the text's length. */
export function findCutSecrets(text: string, index: CutIndex): Range[] {
  return segmentsOf(text).flatMap(({ start, end }) => {
    if (end - start < SHORTEST_PIECE) return [];
    return readingsOf(text.slice(start, end)).flatMap((reading) => {
      const found = piecesAtEnds(reading.text, index[reading.index] ?? new Map());
      return found.map((range) => {
        const place = reading.locate(range.start, range.end);
        return { start: start + place.start, end: start + place.end };
      });
    });
  });
}

function segmentsOf(text: string): Range[] {
  const segments: Range[] = [];
  let start = 0;
  for (const { index, 0: mark } of text.matchAll(CUT)) {
    segments.push({ start, end: index });
    start = index + mark.length;
  }
  return [...segments, { start, end: text.length }];
}

function piecesAtEnds(text: string, pieces: ReadonlyMap<string, readonly string[]>): Range[] {
  if (text.length < SHORTEST_PIECE) return [];
  const [first, last] = [text.slice(0, SHORTEST_PIECE), text.slice(-SHORTEST_PIECE)];
  const found: Range[] = [];
  for (const secret of pieces.get(first) ?? []) {
    if (secret.includes(text)) found.push({ start: 0, end: text.length });
    for (const at of placesOf(first, secret)) {
      const rest = secret.slice(at);
      if (text.startsWith(rest)) found.push({ start: 0, end: rest.length });
    }
  }
  for (const secret of pieces.get(last) ?? []) {
    for (const at of placesOf(last, secret)) {
      const begun = secret.slice(0, at + SHORTEST_PIECE);
      if (text.endsWith(begun)) found.push({ start: text.length - begun.length, end: text.length });
    }
  }
  return found;
}

function placesOf(piece: string, text: string): number[] {
  const places: number[] = [];
  for (let at = text.indexOf(piece); at !== -1; at = text.indexOf(piece, at + 1)) places.push(at);
  return places;
}
