/** Returns what a line of JSON says; null for any other line. */
export function parseJsonLine(line: string): unknown {
  if (!line.startsWith('{')) return null;
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}
