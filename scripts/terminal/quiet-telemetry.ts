import { inspect } from 'node:util';
import { cleanText } from '../../src/core/markdown.ts';
import type { Telemetry } from '../../src/core/ports/telemetry.ts';
import type { Redact } from '../../src/core/secrets/redact.ts';

/** Telemetry of a command line: warnings and errors become lines for people without secrets; metrics are not kept. */
export function createQuietTelemetry({ redact, write }: { redact: Redact; write: (text: string) => void }): Telemetry {
  const sayAt =
    (level: 'warn' | 'error'): Telemetry['warn'] =>
    (message, fields) =>
      write(cleanText(redact(`${level}: ${message}${formatFields(fields)}`)));
  return {
    debug: () => undefined,
    info: () => undefined,
    warn: sayAt('warn'),
    error: sayAt('error'),
    count: () => undefined,
    flush: () => undefined,
  };
}

/** `name` and value of each field in parentheses, nothing without fields. */
function formatFields(fields: Readonly<Record<string, unknown>> = {}): string {
  const all = Object.keys(fields).map((name) => `${name}=${formatField(fields, name)}`);
  return all.length > 0 ? ` (${all.join(', ')})` : '';
}

function formatField(fields: Readonly<Record<string, unknown>>, name: string): string {
  try {
    const value = fields[name];
    return typeof value === 'string' ? value : (JSON.stringify(value) ?? String(value));
  } catch {
    // Circles, big integers, getters that throw: inspect shows them all.
    return inspect(Object.getOwnPropertyDescriptor(fields, name)?.value, { depth: 2, breakLength: Infinity });
  }
}
