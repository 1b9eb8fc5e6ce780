const PIECE_BYTES = 64 * 1024;
const LONGEST_LINE = 64 * 1024;
const BYTE_ORDER_MARK = [0xef, 0xbb, 0xbf];

/** Returns a report in UTF-8, without byte order mark and white space at its start. Throws an Error whose message is a clause
 *  for people when nothing is left. */
export function trimReport(report: Uint8Array): Uint8Array {
  const bytes = toUtf8(report);
  let at = BYTE_ORDER_MARK.every((byte, index) => bytes[index] === byte) ? BYTE_ORDER_MARK.length : 0;
  while (isSpace(bytes[at])) at += 1;
  if (at === bytes.length) throw new Error('is empty');
  return bytes.subarray(at);
}

/** Programs of other systems write UTF-16, which its mark or the start of a tag shows. */
function toUtf8(bytes: Uint8Array): Uint8Array {
  const start = `${bytes[0]} ${bytes[1]}`;
  const encoding = UTF_16[start];
  return encoding === undefined ? bytes : new TextEncoder().encode(new TextDecoder(encoding).decode(bytes));
}

const UTF_16: Readonly<Record<string, string>> = {
  '255 254': 'utf-16le',
  '60 0': 'utf-16le',
  '254 255': 'utf-16be',
  '0 60': 'utf-16be',
};

/** Returns the first 64 KiB of a report as text, for recognising its format. */
export function startOf(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes.subarray(0, PIECE_BYTES));
}

/** Yields a report as text of UTF-8, some 64 KiB at a time. */
export function* piecesOf(bytes: Uint8Array): Generator<string> {
  const decoder = new TextDecoder();
  for (let at = 0; at < bytes.length; at += PIECE_BYTES) {
    yield decoder.decode(bytes.subarray(at, at + PIECE_BYTES), { stream: true });
  }
  yield decoder.decode();
}

/** Yields the lines of a report, without line breaks. Throws an Error whose message is a clause for people at a line of
 *  more than 64 Ki characters. */
export function* linesOf(bytes: Uint8Array): Generator<string> {
  let rest = '';
  for (const piece of piecesOf(bytes)) {
    const lines = `${rest}${piece}`.split('\n');
    rest = lines.pop() ?? '';
    if (rest.length > LONGEST_LINE) throw new Error(`contains a line of more than ${LONGEST_LINE} characters`);
    for (const line of lines) yield line.endsWith('\r') ? line.slice(0, -1) : line;
  }
  yield rest;
}

function isSpace(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x09 || byte === 0x0a || byte === 0x0d;
}
