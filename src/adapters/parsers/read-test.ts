import { createHash } from 'node:crypto';
import type { Assertion, Skip, TestCase } from '../../core/gates/integrity/model.ts';
import type { Dialect } from './dialect.ts';
import { walkLive } from './live.ts';
import { type Syntax, tokensOf } from './syntax.ts';

const MOST_TOKENS = 3000;

/** A test as its language finds it. */
export interface FoundTest extends Pick<TestCase, 'names' | 'line' | 'focus' | 'cases' | 'isTodo'> {
  readonly skip: Skip | null;
  /** Null where it has none. */
  readonly body: Syntax | null;
}

/** What a language finds in a file. */
export interface FoundTests {
  readonly tests: FoundTest[];
  readonly dialect: Dialect;
  /** Functions that are no tests, and assert. */
  readonly helpers: ReadonlySet<string>;
}

/** Returns a test with what of its body runs. */
export function readTest({ body, ...test }: FoundTest, dialect: Dialect): TestCase {
  if (body === null) return { ...test, body: '', tokens: [], words: [], assertions: [], isSwallowing: false };
  const { skip, ...found } = readBody(body, dialect);
  return { ...test, ...found, skip: test.skip ?? skip };
}

/** Returns what of a body runs; `skip` is one that no condition decides about. */
export function readBody(
  body: Syntax,
  dialect: Dialect,
): Pick<TestCase, 'body' | 'tokens' | 'words' | 'assertions' | 'isSwallowing' | 'skip'> {
  const words = new Set<string>();
  const tokens: string[] = [];
  const assertions: Assertion[] = [];
  let skip: Skip | null = null;
  let isSwallowing = false;
  const chains = new Set<Syntax>();
  const skipAt = (node: Syntax, isConditional: boolean) => {
    const how = dialect.skipCall(node);
    if (how === null || isConditional) return false;
    skip ??= { how, line: node.line };
    return true;
  };
  walkLive(body, {
    dialect,
    visit(node, { isConditional, isSwallowed }) {
      if (node !== body && dialect.isTest(node)) return 'over';
      if (skipAt(node, isConditional)) return 'ends';
      if (dialect.isOutput(node)) return 'over';
      const found = chains.has(node) ? null : dialect.assertion(node);
      if (found === 'trivial') return 'over';
      if (found !== null) {
        for (const link of chainOf(node)) chains.add(link);
        if (isSwallowed) isSwallowing = true;
        else assertions.push(found);
      }
      if (node.children.length > 0) return 'into';
      if (dialect.names.has(node.type)) words.add(node.text);
      if (tokens.length < MOST_TOKENS) tokens.push(...tokensOf(node));
      return 'into';
    },
  });
  return {
    words: [...words],
    tokens,
    assertions,
    isSwallowing,
    skip,
    body: tokens.length === 0 ? '' : fingerprint(tokensOf(body)),
  };
}

/** What a call is made on belongs to the same assertion: `expect(a).not.toBe(b)`. */
function chainOf(node: Syntax): Syntax[] {
  const next = node.child('function') ?? node.child('object') ?? node.child('operand') ?? undefined;
  const inner = next ?? (/call_expression|navigation_expression/.test(node.type) ? node.named[0] : undefined);
  return inner === undefined ? [node] : [node, ...chainOf(inner)];
}

function fingerprint(tokens: readonly string[]): string {
  return createHash('sha256').update(tokens.join('\0')).digest('hex').slice(0, 16);
}
