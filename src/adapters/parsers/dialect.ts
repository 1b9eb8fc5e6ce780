import type { Assertion } from '../../core/gates/integrity/model.ts';
import type { Syntax } from './syntax.ts';

/** A statement that runs one of two parts; `value` is known where the condition is a constant. */
export interface Branch {
  readonly condition: Syntax | undefined;
  readonly value: boolean | null;
  readonly whenTrue: readonly Syntax[];
  readonly whenFalse: readonly Syntax[];
}

/** What differs between languages when one asks what of a body runs. */
export interface Dialect {
  /** Nodes whose children run one after the other. */
  readonly blocks: ReadonlySet<string>;
  /** Statements after which nothing of the block runs. */
  readonly ends: ReadonlySet<string>;
  readonly loops: ReadonlySet<string>;
  /** Functions without a name that others call. */
  readonly closures: ReadonlySet<string>;
  /** Leaves that are names. */
  readonly names: ReadonlySet<string>;
  branch(node: Syntax): Branch | null;
  /** The parts of a node in which a failed assertion is lost; none for most nodes. */
  swallowed(node: Syntax): readonly Syntax[];
  /** Name of a function that is declared here, which runs only when it is called. */
  declaredFunction(node: Syntax): string | null;
  /** Null for what is no assertion; those that cannot fail are `trivial`. */
  assertion(node: Syntax): Assertion | 'trivial' | null;
  /** What a call is named that skips the test it stands in; null for any other. */
  skipCall(node: Syntax): string | null;
  /** Whether a node is a test of its own within another. */
  isTest(node: Syntax): boolean;
  /** Whether a call only writes something for people. */
  isOutput(node: Syntax): boolean;
}
