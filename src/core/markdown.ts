/** Control and format characters (direction marks, tags, zero widths) and odd line ends; joiners stay, since scripts
 *  and emoji need them. */
const UNPRINTABLE = /(?![\t\n\u200c\u200d])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;
/** Colours and cursor movements of terminals. */
const TERMINAL_SEQUENCE = /(?![\t\n\r])\p{Cc}\[[0-?]*[ -/]*[@-~]/gu;

/** Renders as nothing, but stops GitHub from making a mention, reference or link of what is around it. */
const BREAK = '&#8203;';

/** Returns untrusted text as one line of Markdown that shows just these characters: no mark-up, HTML, mention,
 *  reference, link or table column comes out of it. At most `limit` characters of the text are taken. */
export function escapeMarkdown(text: string, limit = 300): string {
  const line = shorten(
    cleanText(text.slice(0, 20 * limit))
      .replace(/\s+/g, ' ')
      .trim(),
    limit,
  );
  return line
    .replace(/[&<>|`*[\]\\~$#]/g, entity)
    .replace(/(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu, '&#95;')
    .replace(/^[-+=]/, entity)
    .replace(/(?<=^\d{1,9})[.)](?=\s|$)/, entity)
    .replace(/@(?=\S)/g, `@${BREAK}`)
    .replace(/&#35;(?=\d)/g, `&#35;${BREAK}`)
    .replace(/\b(GH-)(?=\d)/gi, `$1${BREAK}`)
    .replace(/:(?=\/\/)/g, `:${BREAK}`)
    .replace(/\b(www|mailto|xmpp)(?=[.:])/gi, `$1${BREAK}`);
}

/** Returns untrusted text of several lines as an HTML block in which nothing is mark-up. */
export function preformatted(text: string, limit = 2000): string {
  const shown = shorten(
    cleanText(text.slice(0, 20 * limit))
      .replace(/^\n+/, '')
      .trimEnd(),
    limit,
  );
  // No address becomes a link and no line a row of a table, wherever this is read.
  return `<pre>\n${shown.replace(/[&<>`~@#|]|:(?=\/\/)/g, entity)}\n</pre>`;
}

/** Returns a link when `url` is a plain http(s) address, else the text alone. `text` is escaped here. */
export function link(text: string, url: string | null): string {
  const shown = escapeMarkdown(text);
  if (url === null || url.length > 500 || !/^https?:\/\/[^\s<>"'`\\|\p{Cc}\p{Cf}]+$/iu.test(url)) return shown;
  return `[${shown}](${url.replace(/[()[\]*_~!{}$]/g, (character) => `%${hex(character)}`)})`;
}

/** Returns the text without terminal colours, control characters and direction marks, with plain line ends. */
export function cleanText(text: string): string {
  return text
    .replace(TERMINAL_SEQUENCE, '')
    .replace(/\r\n?|\u2028|\u2029/g, '\n')
    .replace(UNPRINTABLE, '')
    .toWellFormed();
}

/** Returns at most `limit` characters of the text, and says with `…` that something is missing. */
export function shorten(text: string, limit: number): string {
  if (text.length <= limit) return text;
  return `${text.slice(0, Math.max(0, limit - 1)).replace(/[\ud800-\udbff]$/, '')}…`;
}

/** Returns a percentage cut (never rounded up) to two decimals, such as `79.99 %`. */
export function formatPct(pct: number): string {
  let hundredths = Math.floor(pct * 100 + 1e-9);
  if (hundredths / 100 > pct) hundredths -= 1;
  return `${hundredths / 100} %`;
}

function entity(character: string): string {
  return `&#${character.charCodeAt(0)};`;
}

function hex(character: string): string {
  return character.charCodeAt(0).toString(16).toUpperCase();
}
