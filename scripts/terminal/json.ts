/** Returns JSON in which no control character stands as itself, so that it steers no terminal: JSON escapes only some. */
export function formatJson(value: unknown, indent = 2): string {
  const json = JSON.stringify(value, null, indent);
  return `${json.replaceAll(/[\u007f-\u009f]/g, (control) => `\\u00${control.charCodeAt(0).toString(16)}`)}\n`;
}
