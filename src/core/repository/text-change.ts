/** Files whose indentation has a meaning. */
const INDENTED = /(?:\.(?:py|pyi|pyx|ya?ml|fsx?|hs|nim|coffee|sass|haml|pug|slim|mk)|(?:^|\/)(?:GNU)?makefile)$/i;

/** Tells whether a change of a file alters nothing but white space: no bytes, line ends, blank lines, or the amount of space
 *  between words (and its indentation, unless that has a meaning in such a file). `before` is empty for a new file. */
export function isBlankChange({
  path,
  before,
  after,
}: {
  path: string;
  before: Uint8Array;
  after: Uint8Array;
}): boolean {
  const [old, now] = [before, after].map((bytes) => squeeze(Buffer.from(bytes).toString('latin1'), path));
  return old === now;
}

function squeeze(text: string, path: string): string {
  if (!INDENTED.test(path)) return text.replace(/\s+/g, ' ').trim();
  const lines = text.split(/\r\n?|\n/).map((line) => line.trimEnd());
  return lines.filter((line) => line !== '').join('\n');
}
