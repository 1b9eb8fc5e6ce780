import { closeSync, openSync, readSync } from 'node:fs';
import { StringDecoder } from 'node:string_decoder';

export interface LogTail {
  /** Passes on the whole lines that have been written since the last call. */
  read(): void;
  /** Passes on the rest, a last line without its end included, and closes the file. */
  end(): void;
}

/** Follows a growing file line by line. */
export function openLogTail(file: string, onLine: (line: string) => void): LogTail {
  const descriptor = openSync(file, 'r');
  const decoder = new StringDecoder('utf8');
  const buffer = Buffer.alloc(64 * 1024);
  let rest = '';
  const read = () => {
    for (;;) {
      const length = readSync(descriptor, buffer, 0, buffer.length, null);
      if (length === 0) return;
      const lines = (rest + decoder.write(buffer.subarray(0, length))).split(/\r?\n/);
      rest = lines.pop() ?? '';
      for (const line of lines) onLine(line);
    }
  };
  return {
    read,
    end() {
      read();
      if (rest !== '') onLine(rest + decoder.end());
      closeSync(descriptor);
    },
  };
}
