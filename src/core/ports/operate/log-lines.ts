export interface LogLine {
  /** Differs from that of every other line of its log. */
  readonly id: string;
  readonly atMs: number;
  /** Part of the log that it is in: one build, or one running copy of a function. */
  readonly stream: string;
  readonly text: string;
}

export interface LogQuery {
  /** Name of the whole log. */
  readonly log: string;
  readonly sinceMs: number;
  /** Only this part of it. */
  readonly stream?: string;
  /** Only lines of JSON whose `message` is one of these. */
  readonly messages?: readonly string[];
}

/** Logs that can be read from a moment on. */
export interface LogLines {
  /** Lines in the order of their times; none where nothing was ever logged. Throws AWS_REQUEST_FAILED. */
  read(query: LogQuery): Promise<LogLine[]>;
}
