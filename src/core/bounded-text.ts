const OMITTED = '\n... [middle omitted] ...\n';
const LONGEST_BROKEN_LINE = 4_096;

/** Text that never grows beyond its limit: keeps the first quarter and the newest rest, and says what is missing. */
export interface BoundedText {
  append(text: string): void;
  /** At most `limit` characters and one notice. */
  toString(): string;
}

/** Makes an empty text that keeps at most `limit` characters. */
export function createBoundedText(limit: number): BoundedText {
  const headLimit = Math.floor(limit / 4);
  const tailLimit = limit - headLimit;
  let head = '';
  let tail = '';
  let dropped = false;
  return {
    append(text) {
      const room = headLimit - head.length;
      if (room > 0) head += text.slice(0, room);
      tail += room > 0 ? text.slice(room) : text;
      // Cut only when twice as long as wanted, so that many small pieces cost little.
      if (tail.length > 2 * tailLimit) {
        tail = tail.slice(-tailLimit);
        dropped = true;
      }
    },
    toString() {
      if (!dropped && tail.length <= tailLimit) return head + tail;
      return wholeLines(head, 'start') + OMITTED + wholeLines(tail.slice(-tailLimit), 'end');
    },
  };
}

/** Cuts the broken line next to the gap, unless it is very long, so that no half of a secret remains unrecognised. */
function wholeLines(text: string, side: 'start' | 'end'): string {
  const at = side === 'start' ? text.lastIndexOf('\n') : text.indexOf('\n');
  const broken = side === 'start' ? text.length - at : at;
  if (at === -1 || broken > LONGEST_BROKEN_LINE) return text;
  return side === 'start' ? text.slice(0, at + 1) : text.slice(at + 1);
}
