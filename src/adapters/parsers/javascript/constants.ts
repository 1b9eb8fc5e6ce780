import type { Syntax } from '../syntax.ts';
import { both, either, negate } from '../truth.ts';

const LITERALS = new Set(['true', 'false', 'null', 'undefined', 'number', 'string', 'regex']);

/** Returns whether a node is a value that is written out. */
export function isConstant(node: Syntax): boolean {
  if (LITERALS.has(node.type)) return true;
  if (node.type === 'template_string') return node.first('template_substitution') === undefined;
  if (!/^(?:array|object|pair|unary_expression|parenthesized_expression|binary_expression)$/.test(node.type))
    return false;
  return node.named.every((one) => isConstant(one) || one.type === 'property_identifier');
}

/** Returns what a condition comes to where constants decide it. */
export function constantValue(node: Syntax | undefined): boolean | null {
  if (node === undefined) return null;
  const [first, second] = node.named;
  switch (node.type) {
    case 'parenthesized_expression':
      return constantValue(first);
    case 'true':
      return true;
    case 'false':
    case 'null':
    case 'undefined':
      return false;
    case 'number':
      return Number(node.text) !== 0;
    case 'string':
      return node.text.length > 2;
    case 'unary_expression':
      return node.children[0]?.text === '!' ? negate(constantValue(first)) : null;
    case 'binary_expression':
      return valueOfBinary(node, [first, second]);
    default:
      return null;
  }
}

function valueOfBinary(node: Syntax, [left, right]: readonly (Syntax | undefined)[]): boolean | null {
  const operator = node.child('operator')?.text ?? '';
  const [one, other] = [constantValue(left), constantValue(right)];
  if (operator === '&&') return both(one, other);
  if (operator === '||') return either(one, other);
  if (!left || !right || !isConstant(left) || !isConstant(right)) return null;
  if (operator === '===' || operator === '==') return left.text === right.text;
  return operator === '!==' || operator === '!=' ? left.text !== right.text : null;
}
