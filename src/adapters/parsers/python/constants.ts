import type { Syntax } from '../syntax.ts';

const LITERALS = new Set(['true', 'false', 'none', 'integer', 'float', 'ellipsis']);

/** Returns whether a node is a value that is written out. */
export function isConstant(node: Syntax): boolean {
  if (LITERALS.has(node.type)) return true;
  if (node.type === 'string') return node.first('interpolation') === undefined;
  if (!/^(?:list|tuple|set|dictionary|pair|unary_operator|not_operator|parenthesized_expression|comparison_operator|binary_operator)$/.test(node.type)) return false;
  return node.named.every(isConstant);
}

/** Returns what a condition comes to where constants decide it. */
export function valueOf(node: Syntax | undefined): boolean | null {
  if (node === undefined) return null;
  const [first, second] = node.named;
  switch (node.type) {
    case 'parenthesized_expression':
      return valueOf(first);
    case 'true':
      return true;
    case 'false':
    case 'none':
      return false;
    case 'integer':
      return Number(node.text) !== 0;
    case 'string':
      // The conditions of pytest may be texts of expressions.
      return /^(?:['"])(?:True|1)['"]$/.test(node.text) ? true : /^(?:['"])(?:False|0)?['"]$/.test(node.text) ? false : null;
    case 'list':
    case 'tuple':
    case 'dictionary':
      return node.named.length === 0 ? false : node.type === 'tuple' ? true : null;
    case 'not_operator': {
      const value = valueOf(first);
      return value === null ? null : !value;
    }
    case 'boolean_operator':
      return valueOfBoolean(node.child('operator')?.text ?? '', [valueOf(first), valueOf(second)]);
    case 'comparison_operator':
      return valueOfComparison(node, [first, second]);
    case 'call':
      return node.text === 'bool(1)' || node.text === 'bool(True)' ? true : null;
    default:
      return null;
  }
}

function valueOfBoolean(operator: string, [one, other]: readonly (boolean | null | undefined)[]): boolean | null {
  if (operator === 'and') return one === false || other === false ? false : one === true && other === true ? true : null;
  return one === true || other === true ? true : one === false && other === false ? false : null;
}

function valueOfComparison(node: Syntax, [left, right]: readonly (Syntax | undefined)[]): boolean | null {
  if (!left || !right || node.named.length !== 2) return null;
  const operator = node.child('operators')?.text;
  if (!isConstant(left) || !isConstant(right)) return null;
  if (operator === '==' || operator === 'is') return left.text === right.text;
  return operator === '!=' ? left.text !== right.text : null;
}
