/** Text that is safe to send as HTML: only the `html` tag makes it. */
export interface Html {
  readonly html: string;
}

type Value = string | number | Html | readonly Html[];

/** Builds HTML; every value that is not HTML itself is escaped. */
export function html(strings: TemplateStringsArray, ...values: readonly Value[]): Html {
  const parts = strings.map((text, index) => `${text}${index < values.length ? format(values[index]) : ''}`);
  return { html: parts.join('') };
}

function format(value: Value | undefined): string {
  if (value === undefined) return '';
  if (typeof value === 'string' || typeof value === 'number') return escapeHtml(String(value));
  return 'html' in value ? value.html : value.map((part) => part.html).join('');
}

function escapeHtml(text: string): string {
  const names: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
  return text.replace(/[&<>"']/g, (character) => names[character] ?? '');
}
