import { StringDecoder } from 'node:string_decoder';
import { stripVTControlCharacters } from 'node:util';

const TAIL_BYTES = 64 * 1024;
const LINE_CHARACTERS = 1024 * 1024;
const CUT = ' ... [line cut]';

/** One output stream of a process, taken in by chunks: emits lines and keeps the last part, in bounded memory. */
export interface OutputLines {
  push(chunk: Buffer): void;
  /** Emits what is left as a last line. */
  end(): void;
  /** The last 64 KiB, ANSI sequences stripped. */
  tail(): string;
}

/** Makes the collector of one stream. A line longer than `most` characters (1 MiB) is cut, and its rest is dropped. */
export function createOutputLines(onLine?: (line: string) => void, most = LINE_CHARACTERS): OutputLines {
  const tail = createTail(TAIL_BYTES);
  const decoder = new StringDecoder('utf8');
  let open = '';
  let cutting = false;

  function take(text: string): void {
    let start = 0;
    for (let end = text.indexOf('\n'); end !== -1; end = text.indexOf('\n', start)) {
      extend(text.slice(start, end));
      close();
      start = end + 1;
    }
    extend(text.slice(start));
  }
  function extend(part: string): void {
    if (cutting) return;
    open += part;
    if (open.length <= most) return;
    // Of a line that is drawn over and over, the last state counts.
    open = open.slice(open.lastIndexOf('\r', open.length - 2) + 1);
    if (open.length <= most) return;
    open = open.slice(0, most) + CUT;
    cutting = true;
  }
  function close(): void {
    const line = open.endsWith('\r') ? open.slice(0, -1) : open;
    open = '';
    cutting = false;
    onLine?.(line);
  }

  return {
    push(chunk) {
      tail.push(chunk);
      if (onLine) take(decoder.write(chunk));
    },
    end() {
      if (!onLine) return;
      take(decoder.end());
      if (open !== '') close();
    },
    tail: () => stripVTControlCharacters(tail.read()),
  };
}

/** Keeps the last `limit` bytes; a cut tail starts at the beginning of a line where it has one. */
function createTail(limit: number) {
  const chunks: Buffer[] = [];
  let size = 0;
  let dropped = false;
  return {
    push(chunk: Buffer) {
      chunks.push(chunk);
      size += chunk.length;
      while (size - (chunks[0]?.length ?? 0) >= limit) {
        size -= chunks.shift()?.length ?? 0;
        dropped = true;
      }
    },
    read(): string {
      const bytes = Buffer.concat(chunks);
      if (!dropped && bytes.length <= limit) return bytes.toString('utf8');
      const last = bytes.subarray(-limit);
      return last.subarray(last.indexOf(10) + 1).toString('utf8');
    },
  };
}
