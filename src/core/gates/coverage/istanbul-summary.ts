import { Tokenizer, TokenParser, TokenType } from '@streamparser/json';
import { type Fields, fields } from '../../json-lines.ts';
import type { Counter, OnSource, SourceCoverage } from './line-hits.ts';

const PIECE_BYTES = 64 * 1024;
/** A source file has four figures of four or five numbers each. */
const MOST_TOKENS = 500;
const DEEPEST = 10;

/** Hands over what Istanbul's coverage-summary.json says of each source file, or of the whole where it names no files.
 *  Throws an Error whose message is a clause for people. */
export function readIstanbulSummary(bytes: Uint8Array, onSource: OnSource): void {
  let total: Fields | null = null;
  let files = 0;
  let unusable: unknown = null;
  readMembers(bytes, (name, value) => {
    if (name === 'total') total = fields(value);
    else files += 1;
    // Of some other JSON, the missing total says more than a figure that is none.
    if (unusable !== null) return;
    try {
      if (name !== 'total') onSource(readFile(name, fields(value)));
    } catch (error) {
      unusable = error;
    }
  });
  const whole = fields(total);
  if (typeof whole.lines !== 'object')
    throw new Error('is JSON, but not an Istanbul summary ("total.lines" is missing)');
  if (unusable !== null) throw unusable;
  if (files === 0) onSource(readFile('', whole));
}

/** Calls back with each member of the outermost object; only one of them is in memory at a time. */
function readMembers(bytes: Uint8Array, onMember: (name: string, value: unknown) => void): void {
  const tokenizer = new Tokenizer({ stringBufferSize: PIECE_BYTES, numberBufferSize: PIECE_BYTES });
  const parser = new TokenParser({ paths: ['$.*'], keepStack: false });
  const bounds = createBounds();
  parser.onError = rethrow;
  tokenizer.onError = rethrow;
  tokenizer.onToken = (token) => {
    bounds.take(token);
    parser.write(token);
  };
  parser.onValue = ({ key, value }) => onMember(String(key), value);
  for (let at = 0; at < bytes.length; at += PIECE_BYTES) {
    tokenizer.write(bytes.subarray(at, at + PIECE_BYTES));
    bounds.endPiece();
  }
  if (!tokenizer.isEnded) tokenizer.end();
  if (!parser.isEnded) throw new Error(INVALID);
}

const INVALID = 'is not valid JSON';

/** Of a bound that was exceeded and of damaged JSON alike. */
function rethrow(error: Error): void {
  throw error instanceof BoundExceeded ? error : new Error(INVALID);
}

class BoundExceeded extends Error {}

type Token = Parameters<Tokenizer['onToken']>[0];

function createBounds() {
  let depth = 0;
  let tokens = 0;
  let isPieceEmpty = true;
  return {
    take({ token }: Token): void {
      isPieceEmpty = false;
      if (token === TokenType.LEFT_BRACE || token === TokenType.LEFT_BRACKET) depth += 1;
      if (token === TokenType.RIGHT_BRACE || token === TokenType.RIGHT_BRACKET) depth -= 1;
      tokens = depth > 1 ? tokens + 1 : 0;
      if (depth > DEEPEST) throw new BoundExceeded(`nests values more than ${DEEPEST} levels deep`);
      if (tokens > MOST_TOKENS) throw new BoundExceeded('says more of one source file than an Istanbul summary does');
    },
    endPiece(): void {
      if (isPieceEmpty) throw new BoundExceeded(`contains a text or number of more than ${PIECE_BYTES} bytes`);
      isPieceEmpty = true;
    },
  };
}

function readFile(path: string, figures: Fields): SourceCoverage {
  return {
    path,
    lines: readCounter(figures.lines),
    functions: readCounter(figures.functions),
    branches: readCounter(figures.branches),
    statements: readCounter(figures.statements),
  };
}

function readCounter(value: unknown): Counter {
  const { covered, total } = fields(value);
  return { covered: readNumber(covered), total: readNumber(total) };
}

function readNumber(value: unknown): number {
  if (typeof value === 'number') return value;
  throw new Error(`contains a value that is not a number (${String(JSON.stringify(value)).slice(0, 30)})`);
}
