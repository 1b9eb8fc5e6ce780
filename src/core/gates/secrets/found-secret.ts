/** A secret in what a commit would add, told without any part of its value. */
export interface FoundSecret {
  /** What found it. */
  readonly rule: string;
  /** Path from the repository's root, or words for what else a commit has. */
  readonly path: string;
  /** From 1; null where it stands in no line of a file. */
  readonly line: number | null;
  /** SHA-256 (hex) of the text that was found. */
  readonly sha256: string;
}

/** Where a text with the shape of a secret stands, from `start` to before `end`. */
export interface SecretMatch {
  readonly rule: string;
  readonly start: number;
  readonly end: number;
}
