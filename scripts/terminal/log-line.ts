import * as z from 'zod';
import { parseJsonLine } from './json-line.ts';

const Entry = z.looseObject({
  level: z.string(),
  message: z.string(),
  timestamp: z.string().optional(),
});

/** What every line repeats. */
const KNOWN = new Set(['level', 'message', 'timestamp', 'service', 'environment', 'sampling_rate', 'xray_trace_id']);

/** Returns a line of a log for people: time, level, message and fields of a structured one, any other as it is; null for metrics,
 *  which are for CloudWatch. */
export function readableLine(line: string): string | null {
  const json = parseJsonLine(line);
  if (json instanceof Object && '_aws' in json) return null;
  const { data } = Entry.safeParse(json);
  if (data === undefined) return line;
  const fields = Object.entries(data).filter(([name]) => !KNOWN.has(name));
  const rest = fields.map(([name, value]) => ` ${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`);
  return `${data.timestamp ?? ''} ${data.level} ${data.message}${rest.join('')}`.trimStart();
}
