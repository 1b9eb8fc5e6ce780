/** One change, and what the gate must say of it. */
export interface GateRow<Rule extends string = string> {
  readonly name: string;
  readonly language: string;
  /** Rules of the findings that it must raise, without repetition; none: it is honest, and must raise nothing. */
  readonly expect: readonly Rule[];
  readonly change: { readonly before: Files; readonly after: Files };
}

/** Texts by path. What `before` has and `after` does not name stays as it is; null takes a file away. */
export type Files = Readonly<Record<string, string | null>>;
