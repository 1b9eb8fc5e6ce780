import { spellingsOf } from '../secrets/redact.ts';

/** Looks through the parts of one text as they come; true once a secret was seen. Needs memory for one part only. */
export type FeedScanner = (part: Uint8Array) => boolean;

/** Returns what starts a look for the given secrets in bytes, in each usual spelling, whatever is broken into lines, and as
 *  UTF-16 or UTF-32 as well as UTF-8. */
export function createSecretScanner(secrets: readonly string[]): () => FeedScanner {
  const needles = [...new Set(spellingsOf(secrets).map((text) => plain(new TextEncoder().encode(text))))];
  const longest = Math.max(0, ...needles.map(({ length }) => length));
  const pattern = needles.length === 0 ? null : new RegExp(needles.map(escapeForPattern).join('|'));
  return () => {
    let end = '';
    let found = false;
    return (part) => {
      if (found || pattern === null) return found;
      const text = end + plain(part);
      found = pattern.test(text);
      end = text.slice(Math.max(0, text.length - longest + 1));
      return found;
    };
  };
}

/** One character per byte, without NUL (every second byte of UTF-16) and white space (line breaks of base64). */
function plain(bytes: Uint8Array): string {
  return new TextDecoder('latin1').decode(bytes).replace(/[\0\s]+/g, '');
}

function escapeForPattern(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/-]/g, '\\$&');
}
