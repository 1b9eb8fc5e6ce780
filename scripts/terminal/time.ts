/** Returns a moment in UTC to the second, as `2030-01-01T00:00:00Z`. */
export function formatTime(ms: number): string {
  return new Date(ms).toISOString().replace(/\.\d+Z$/, 'Z');
}
