/** One log that is read from somewhere on, and perhaps still grows. */
export interface LogSource {
  /** The lines that came since the last call, in order. */
  next(): Promise<readonly string[]>;
  /** Nothing comes any more: whoever wrote it has ended. */
  isOver(): Promise<boolean>;
  close(): void;
}
