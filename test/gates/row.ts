/** One small change, and what gates must say of it. */
export interface GateRow {
  readonly name: string;
  readonly language: string;
  /** Files of the base line, by path. */
  readonly before: Readonly<Record<string, string>>;
  /** Files that the change writes; null for one that it deletes. All others stay. */
  readonly after: Readonly<Record<string, string | null>>;
  /** Rules of all findings, each once, in the order of the alphabet. */
  readonly expect: readonly string[];
}

/** Returns the files after a change. */
export function filesAfter({ before, after }: GateRow): Map<string, string> {
  const files = new Map(Object.entries(before));
  for (const [path, content] of Object.entries(after)) {
    if (content === null) files.delete(path);
    else files.set(path, content);
  }
  return files;
}
