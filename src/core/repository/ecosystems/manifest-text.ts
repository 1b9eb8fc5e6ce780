/** What tools read in UTF-16 too, where a byte order mark says so: XML, and requirements of pip. */
const IN_UTF16 = /\.(?:xml|txt|in|pip|\w+proj|slnx?)$/i;

/** Returns the text of a file as the tools that it is for read it. */
export function decodeManifest(path: string, bytes: Uint8Array): string {
  const [first, second] = bytes;
  if (IN_UTF16.test(path)) {
    if (first === 0xff && second === 0xfe) return new TextDecoder('utf-16le').decode(bytes);
    if (first === 0xfe && second === 0xff) return new TextDecoder('utf-16be').decode(bytes);
  }
  return new TextDecoder().decode(bytes);
}

/** Returns whether a text comes from something else than UTF-8, such as UTF-16. */
export function isForeignText(text: string): boolean {
  return text.includes('\0') || text.startsWith('\ufffd');
}

/** How a manifest is told that no tool can read for this reason. */
export const FOREIGN_TEXT = 'is no text in UTF-8 (UTF-16, perhaps): save it as UTF-8';
