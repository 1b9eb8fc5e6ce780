/** Head of an HTTP answer, as far as it decides what comes next. */
export interface HttpAnswer {
  readonly status: number;
  /** Headers by lower-case name. */
  readonly headers: ReadonlyMap<string, string>;
}

const RECEIVED = /<= Recv header: ([^\r\n]*)/g;
const STATUS_LINE = /^HTTP\/[\d.]+ (\d{3})/;

/** Returns the last answer that git's own trace (GIT_TRACE_CURL, see git(1)) shows, null when there is none. What git sent, and so its
 *  credentials, is never looked at. */
export function lastAnswerOf(trace: string): HttpAnswer | null {
  let last: { status: number; headers: Map<string, string> } | null = null;
  for (const [, line = ''] of trace.matchAll(RECEIVED)) {
    const status = STATUS_LINE.exec(line)?.[1];
    if (status !== undefined) last = { status: Number(status), headers: new Map() };
    const colon = line.indexOf(':');
    if (status === undefined && colon > 0)
      last?.headers.set(line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim());
  }
  return last;
}
