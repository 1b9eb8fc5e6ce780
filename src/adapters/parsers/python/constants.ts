import type { Syntax } from '../syntax.ts';
import { both, either, negate } from '../truth.ts';

const LITERALS = new Set(['true', 'false', 'none', 'integer', 'float', 'ellipsis']);

/** Returns whether a node is a value that is written out. */
export function isConstant(node: Syntax): boolean {
  if (LITERALS.has(node.type)) return true;
  if (node.type === 'string') return node.first('interpolation') === undefined;
  if (
    !/^(?:list|tuple|set|dictionary|pair|unary_operator|not_operator|parenthesized_expression|comparison_operator|binary_operator)$/.test(
      node.type,
    )
  )
    return false;
  return node.named.every(isConstant);
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
    case 'none':
      return false;
    case 'integer':
      return Number(node.text) !== 0;
    case 'string':
      // The conditions of pytest may be texts of expressions.
      return /^(?:['"])(?:True|1)['"]$/.test(node.text)
        ? true
        : /^(?:['"])(?:False|0)?['"]$/.test(node.text)
          ? false
          : null;
    case 'list':
    case 'tuple':
    case 'dictionary':
      return node.named.length === 0 ? false : node.type === 'tuple' ? true : null;
    case 'not_operator':
      return negate(constantValue(first));
    case 'boolean_operator': {
      const join = node.child('operator')?.text === 'and' ? both : either;
      return join(constantValue(first), constantValue(second));
    }
    case 'comparison_operator':
      return valueOfComparison(node, [first, second]);
    case 'call':
      return node.text === 'bool(1)' || node.text === 'bool(True)' ? true : null;
    default:
      return null;
  }
}

function valueOfComparison(node: Syntax, [left, right]: readonly (Syntax | undefined)[]): boolean | null {
  if (!left || !right || node.named.length !== 2) return null;
  const operator = node.child('operators')?.text;
  if (/^(?:sys\.)?version_info(?:\[0\])?$/.test(left.text) && operator !== undefined)
    return valueOfVersion(right.text, operator);
  if (!isConstant(left) || !isConstant(right)) return null;
  if (operator === '==' || operator === 'is') return left.text === right.text;
  return operator === '!=' ? left.text !== right.text : null;
}

/** Tests run on some Python 3 that is not older than 3.8. */
function valueOfVersion(version: string, operator: string): boolean | null {
  const [major = 0, minor = 0] = (version.match(/\d+/g) ?? []).map(Number);
  if (major > 3) return operator.startsWith('<') ? true : null;
  const isOld = major < 3 || minor < 8;
  if (!isOld) return null;
  if (operator === '>=' || (operator === '>' && major < 3)) return true;
  return operator.startsWith('<') ? false : null;
}
