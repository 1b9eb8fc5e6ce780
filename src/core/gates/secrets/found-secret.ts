/** A secret in what a commit would add, told without any part of its value. */
export interface FoundSecret {
  /** What found it. */
  readonly rule: string;
  /** Path from the repository's root, or COMMIT_MESSAGE. */
  readonly path: string;
  /** From 1; null where it stands in no line of a file. */
  readonly line: number | null;
  /** SHA-256 (hex) of the text that was found. */
  readonly sha256: string;
}

/** Stands for a path where a secret is in no file. */
export const COMMIT_MESSAGE = 'The commit message';

/** Where a text with the shape of a secret stands, from `start` to before `end`. */
export interface SecretMatch {
  readonly rule: string;
  readonly start: number;
  readonly end: number;
}
