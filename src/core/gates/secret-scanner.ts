import { patternsOf, spellingsOf } from '../secrets/redact.ts';
import { readingsOf } from '../secrets/text-reading.ts';

/** Looks through the parts of one text as they come; true once a secret was seen. Needs memory for one part only. */
export type FeedScanner = (part: Uint8Array) => boolean;

/** Longest spelling of one character: backslashes that were escaped again and again, and a code. */
const LONGEST_ESCAPE = 16;
/** What a decoder gives for bytes that are no text. */
const NO_TEXT = '\ufffd';

/** Returns what starts a look for the given secrets in bytes: in each usual spelling, whatever is broken into lines, and as UTF-16
 *  or UTF-32 as well as UTF-8; in parts that are text also as the redactor reads them, with any character escaped, coloured or
 *  with invisible ones between. */
export function createSecretScanner(secrets: readonly string[]): () => FeedScanner {
  const patterns = patternsOf(secrets, '');
  const longest = Math.max(0, ...spellingsOf(secrets).map(({ length }) => length));
  return () => {
    const decoder = new TextDecoder();
    let [plainEnd, textEnd] = ['', ''];
    let found = false;
    return (part) => {
      if (found || longest === 0) return found;
      const bytes = plainEnd + plain(part);
      const decoded = decoder.decode(part, { stream: true });
      const text = decoded.includes(NO_TEXT) ? '' : textEnd + decoded;
      found = patterns[0]?.test(bytes) === true || readingsOf(text).some((one) => patterns[one.index]?.test(one.text));
      // Blanks may stand between two bytes without end, so each has an end of its own.
      plainEnd = endOf(bytes, longest);
      textEnd = endOf(text, longest * LONGEST_ESCAPE);
      return found;
    };
  };
}

/** One character per byte, without NUL (every second byte of UTF-16) and white space (line breaks of base64). */
function plain(bytes: Uint8Array): string {
  return new TextDecoder('latin1').decode(bytes).replace(/[\0\s]+/g, '');
}

function endOf(text: string, length: number): string {
  return text.slice(Math.max(0, text.length - length + 1));
}
