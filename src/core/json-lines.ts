const ESC = String.fromCharCode(27);
const BEL = String.fromCharCode(7);
const ANSI = new RegExp(`${ESC}(?:\\[[0-9;:?]*[ -/]*[@-~]|\\][^${BEL}${ESC}]*(?:${BEL}|${ESC}\\\\)|[@-Z\\\\^_])`, 'g');
const CONTROL = /\p{Cc}/gu;

export type Fields = Readonly<Record<string, unknown>>;

/** The object itself, or an object without fields for anything else. */
export function fields(value: unknown): Fields {
  return isObject(value) ? value : {};
}

/** The text itself, null for anything else. */
export function text(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

/** The JSON object at the end of a line, after whatever else stands before it; null when there is none. */
export function parseRecord(line: string): Fields | null {
  try {
    const value: unknown = JSON.parse(line.slice(Math.max(0, line.indexOf('{'))));
    return isObject(value) && !Array.isArray(value) ? value : null;
  } catch {
    return null;
  }
}

/** One line of at most `limit` characters, without ANSI sequences and control characters. */
export function oneLine(value: string, limit: number): string {
  const flat = stripAnsi(value.slice(0, limit * 8))
    .replace(CONTROL, ' ')
    .replace(/\s+/g, ' ')
    .trim();
  return flat.length > limit ? `${flat.slice(0, limit - 3)}...` : flat;
}

/** The text without ANSI sequences (colours, cursor, links). */
export function stripAnsi(line: string): string {
  return line.includes(ESC) ? line.replace(ANSI, '') : line;
}

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null;
}
