/** Files whose indentation has a meaning. */
const INDENTED = /(?:\.(?:py|pyi|pyx|ya?ml|fsx?|hs|nim|coffee|sass|haml|pug|slim|mk)|(?:^|\/)(?:GNU)?makefile)$/i;

/** Returns whether a change of a file alters nothing but white space: no bytes, line ends, blank lines, or the amount of space
 *  between words (and its indentation, unless that has a meaning in such a file), or characters that nobody sees. `before` is empty for a new file. */
export function isBlankChange({
  path,
  before,
  after,
}: {
  path: string;
  before: Uint8Array;
  after: Uint8Array;
}): boolean {
  const [old, now] = [before, after].map((bytes) => squeeze(textOf(bytes), path));
  return old === now;
}

/** Without invisible characters, so that Unicode's blanks count as such; bytes that are not UTF-8 as they are. */
function textOf(bytes: Uint8Array): string {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return text.replace(/\p{Default_Ignorable_Code_Point}/gu, '');
  } catch {
    return Buffer.from(bytes).toString('latin1');
  }
}

function squeeze(text: string, path: string): string {
  if (!INDENTED.test(path)) return text.replace(/\s+/g, ' ').trim();
  const lines = text.split(/\r\n?|\n/).map((line) => line.trimEnd());
  return lines.filter((line) => line !== '').join('\n');
}
