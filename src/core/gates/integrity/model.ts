/** Languages whose tests are read. TSX is TypeScript with other rules for `<`. */
export type Language = 'javascript' | 'typescript' | 'tsx' | 'python' | 'java' | 'kotlin' | 'go';

/** What a test claims, without what can never fail. */
export interface Assertion {
  /** The tokens, without quotes, commas and layout. */
  readonly text: string;
  /** The functions and operators in it, which stay when values become parameters. */
  readonly shape: string;
  /** Tokens of what is looked at. */
  readonly subject: string;
  /** It says that something is there or true, and not what it is. */
  readonly isVague: boolean;
}

/** How a test is kept from being run, or from failing. */
export interface Skip {
  /** As it stands in the file: `it.skip`, `@Disabled`. */
  readonly how: string;
  readonly line: number;
}

/** One test of a file, in any language. */
export interface TestCase {
  /** Titles of the suites around it, then its own. */
  readonly names: readonly string[];
  /** From 1. */
  readonly line: number;
  /** Null where it runs, or a condition decides. */
  readonly skip: Skip | null;
  /** What makes a run leave out all other tests, such as `it.only`. */
  readonly focus: Skip | null;
  /** How often it runs with other values; 1 for a plain test, null where the file does not say. */
  readonly cases: number | null;
  /** Only a title, as `it.todo`. */
  readonly isTodo: boolean;
  /** Names the tokens of its body without comments and layout; empty where nothing runs. */
  readonly body: string;
  /** Tokens of what runs, without layout and output for people. */
  readonly tokens: readonly string[];
  /** Names that what runs uses. */
  readonly words: readonly string[];
  /** Those that run, and whose failure is not swallowed. */
  readonly assertions: readonly Assertion[];
  /** Some run, and nobody hears of their failure. */
  readonly isSwallowing: boolean;
}

/** What is known of one source file. */
export interface SourceModel {
  readonly path: string;
  readonly tests: readonly TestCase[];
  /** Places that end the process of the tests, or set how they came out. */
  readonly exits: readonly Skip[];
  /** Focus and skips of what is no test by itself, such as a hook of the whole run. */
  readonly wholeRun: readonly Skip[];
  /** Functions that are no tests, and assert. */
  readonly helpers: readonly string[];
  /** Names of functions, types, members and options that the file declares. */
  readonly declared: readonly string[];
  /** What it imports, as it stands in the file. */
  readonly imports: readonly string[];
  /** Classes that its classes extend. */
  readonly extended: readonly string[];
  /** Why the file was read in part or not at all, null where it was read whole. */
  readonly problem: string | null;
}

/** A file that differs between base line and head; both paths differ where git sees a rename. */
export interface ChangedFile<Side> {
  readonly before: Side | null;
  readonly after: Side | null;
}

/** Returns what is known of a file that holds no code, or could not be read. */
export function emptyModel(path: string, problem: string | null): SourceModel {
  return { path, tests: [], exits: [], wholeRun: [], helpers: [], declared: [], imports: [], extended: [], problem };
}
