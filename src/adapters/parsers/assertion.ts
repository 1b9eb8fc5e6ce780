import { createHash } from 'node:crypto';
import type { Assertion } from '../../core/gates/integrity/model.ts';
import { type Syntax, tokensOf } from './syntax.ts';

const MOST_TEXT = 400;
const OPERATORS = /^(?:[=!]==?|[<>]=?|is|in|not|instanceof|shouldBe|shouldNotBe)$/;

/** Returns an assertion as it is compared with others. `calls` are the types of nodes that call something. */
export function describeAssertion(
  node: Syntax,
  { subject, isVague, calls }: { subject: string; isVague: boolean; calls: readonly string[] },
): Assertion {
  const called = node.all(...calls).map((call) => lastName(call));
  const operators = node.children.length === 0 ? [] : tokensOf(node).filter((token) => OPERATORS.test(token));
  return {
    text: shorten(tokensOf(node).join(' ')),
    shape: [...called, ...operators].sort().join(' '),
    subject,
    isVague,
  };
}

/** Returns the last name of what a call calls: `b` of `a.b(1)`. */
export function lastName(call: Syntax): string {
  const name = call.child('name') ?? call.child('function') ?? call.named[0];
  return (
    (name?.text ?? '')
      .replace(/<.*>$/s, '')
      .split(/\?\.|[.\s]/)
      .at(-1)
      ?.replace(/\W/g, '') ?? ''
  );
}

/** Returns tokens of one or several nodes as one text. */
export function joinTokens(nodes: readonly Syntax[]): string {
  return shorten(nodes.flatMap(tokensOf).join(' '));
}

/** Returns whether what is compared says the same in all runs: constants, a thing and itself, or an alternative that always holds. */
export function isAlwaysTrue(values: readonly Syntax[], isConstant: (node: Syntax) => boolean): boolean {
  if (values.length === 0) return false;
  if (values.every(isConstant)) return true;
  const [first, second] = values;
  if (first && second && first.text === second.text && !/[(]|\bnew\b/.test(first.text)) return true;
  return first !== undefined && /(?:\|\||\bor)\s*(?:true|True|1)\s*\)?$/.test(first.text);
}

/** Returns whether what is compared are two times the same words, which says little. */
export function isSelfCompared([first, second]: readonly Syntax[]): boolean {
  return first !== undefined && second !== undefined && first.text === second.text;
}

function shorten(text: string): string {
  if (text.length <= MOST_TEXT) return text;
  return `${text.slice(0, 60)}#${createHash('sha256').update(text).digest('hex').slice(0, 16)}`;
}
