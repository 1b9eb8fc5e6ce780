import { Tokenizer, TokenParser, TokenType } from '@streamparser/json';

const PIECE_BYTES = 64 * 1024;

/** How much one member may say. */
interface MemberBounds {
  readonly tokens: number;
  /** Times 64 KiB: the longest text or number. */
  readonly pieces: number;
  readonly depth: number;
  /** What the document is, for people. */
  readonly kind: string;
}

/** Calls back with each member of the outermost object; only one of them is in memory at a time. Throws an Error whose message is a
 *  clause for people when the text is not JSON, or exceeds a bound. */
export function readMembers(
  bytes: Uint8Array,
  { bounds: most, onMember }: { bounds: MemberBounds; onMember: (name: string, value: unknown) => void },
): void {
  const tokenizer = new Tokenizer({ stringBufferSize: PIECE_BYTES, numberBufferSize: PIECE_BYTES });
  const parser = new TokenParser({ paths: ['$.*'], keepStack: false });
  const bounds = createBounds(most);
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

function createBounds(most: MemberBounds) {
  let depth = 0;
  let tokens = 0;
  let emptyPieces = 0;
  return {
    take({ token }: Token): void {
      emptyPieces = 0;
      if (token === TokenType.LEFT_BRACE || token === TokenType.LEFT_BRACKET) depth += 1;
      if (token === TokenType.RIGHT_BRACE || token === TokenType.RIGHT_BRACKET) depth -= 1;
      tokens = depth > 1 ? tokens + 1 : 0;
      if (depth > most.depth) throw new BoundExceeded(`nests values more than ${most.depth} levels deep`);
      if (tokens > most.tokens) throw new BoundExceeded(`says more of one source file than ${most.kind} does`);
    },
    endPiece(): void {
      if (emptyPieces >= most.pieces)
        throw new BoundExceeded(`contains a text or number of more than ${most.pieces * PIECE_BYTES} bytes`);
      emptyPieces += 1;
    },
  };
}
