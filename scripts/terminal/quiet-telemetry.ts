import { cleanText } from '../../src/core/markdown.ts';
import type { Telemetry } from '../../src/core/ports/telemetry.ts';
import type { Redact } from '../../src/core/redact.ts';

/** Telemetry of a command line: warnings and errors become lines for people without secrets; metrics are not kept. */
export function createQuietTelemetry({ redact, write }: { redact: Redact; write: (text: string) => void }): Telemetry {
  return {
    log(level, message, fields = {}) {
      if (level !== 'warn' && level !== 'error') return;
      const more = Object.entries(fields).map(
        ([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`,
      );
      write(cleanText(redact(`${level}: ${message}${more.length > 0 ? ` (${more.join(', ')})` : ''}`)));
    },
    count: () => undefined,
    flush: () => undefined,
  };
}
