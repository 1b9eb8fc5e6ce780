import type { Logger } from '../../src/core/ports/telemetry.ts';

/** Logger that hands on each line as `level message fields`. */
export function createRecordingLogger(record: (line: string) => void): Logger {
  const recordAt =
    (level: keyof Logger): Logger['info'] =>
    (message, fields = {}) =>
      record(`${level} ${message} ${JSON.stringify(fields)}`);
  return { debug: recordAt('debug'), info: recordAt('info'), warn: recordAt('warn'), error: recordAt('error') };
}
