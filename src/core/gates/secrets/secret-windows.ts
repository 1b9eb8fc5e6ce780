import { findSecrets } from './find-secrets.ts';

/** A secret in a stream: its rule, its text and its line (from 1). */
export interface StreamedSecret {
  readonly rule: string;
  readonly text: string;
  readonly line: number;
}

/** Looks through one content as it comes. */
export interface SecretStream {
  feed(part: Uint8Array): void;
  /** Returns all that was found. */
  end(): StreamedSecret[];
}

/** How many characters are judged at once. */
const WINDOW = 64 * 1024;
/** No secret is longer; one that begins in a window ends before this many characters behind it. */
const OVERLAP = 16 * 1024;
/** What a rule looks at before a match; longer than what a match can swallow that a cut word has begun. */
const MARGIN = 2 * 1024;
/** More in one file are told together with the first ones. */
const MOST_FOUND = 1000;

/** Returns what looks through a content in overlapping windows, with memory for two of them. NULs are passed over, so that UTF-16
 *  reads as UTF-8 does. */
export function createSecretStream(path: string): SecretStream {
  const decoder = new TextDecoder();
  const found: StreamedSecret[] = [];
  let text = '';
  let firstLine = 1;
  let judged = 0;
  const judge = (end: number) => {
    const matches = findSecrets({ text, path }).filter(({ start }) => start >= judged && start < end);
    for (const { rule, start, end: stop } of matches.slice(0, MOST_FOUND - found.length))
      found.push({ rule, text: text.slice(start, stop), line: firstLine + countLines(text.slice(0, start)) });
    const cut = Math.max(0, end - MARGIN);
    firstLine += countLines(text.slice(0, cut));
    text = text.slice(cut);
    judged = end - cut;
  };
  return {
    feed(part) {
      for (let at = 0; at < part.length; at += WINDOW) {
        const piece = decoder.decode(part.subarray(at, at + WINDOW), { stream: true });
        text += piece.includes('\0') ? piece.replaceAll('\0', '') : piece;
        if (text.length >= judged + WINDOW + OVERLAP) judge(text.length - OVERLAP);
      }
    },
    end() {
      text += decoder.decode();
      judge(text.length);
      return found;
    },
  };
}

function countLines(text: string): number {
  let lines = 0;
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) lines += 1;
  return lines;
}
