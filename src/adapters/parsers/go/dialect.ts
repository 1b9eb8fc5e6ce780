import { describeAssertion, isAlwaysTrue, isSelfCompared, joinTokens, lastName } from '../assertion.ts';
import type { Branch, Dialect } from '../dialect.ts';
import type { Syntax } from '../syntax.ts';
import { negate } from '../truth.ts';

const CALLS = ['call_expression'];
const PACKAGES = /^(?:assert|require|is|qt|c|g|gomega|should|check|must|a|r|suite|s)$/;
const VAGUE = /^(?:NotNil|NoError|True|NotEmpty|NotZero|IsType)$/;

interface Known {
  /** Functions of the file that fail tests. */
  readonly helpers: ReadonlySet<string>;
  /** Functions of the file that are named as if they failed tests, and do not. */
  readonly hollow: ReadonlySet<string>;
  readonly isTest: (node: Syntax) => boolean;
}

/** How Go runs a body. */
export function createDialect({ helpers, hollow, isTest }: Known): Dialect {
  return {
    blocks: new Set(['block', 'statement_list']),
    ends: new Set(['return_statement', 'break_statement', 'continue_statement', 'goto_statement']),
    loops: new Set([
      'for_statement',
      'expression_switch_statement',
      'type_switch_statement',
      'select_statement',
      'go_statement',
    ]),
    closures: new Set(['func_literal']),
    names: new Set([
      'identifier',
      'field_identifier',
      'type_identifier',
      'package_identifier',
      'interpreted_string_literal_content',
      'raw_string_literal_content',
    ]),
    branch,
    swallowed: () => [],
    declaredFunction: (node) => {
      // `check := func() { … }`
      if (node.type !== 'short_var_declaration' || !/^func\b/.test(node.child('right')?.text ?? '')) return null;
      const left = node.child('left')?.named ?? [];
      return left.length === 1 ? (left[0]?.text ?? null) : null;
    },
    assertion: (node) => assertionOf(node, { helpers, hollow }),
    skipCall: (node) =>
      node.type === 'call_expression' &&
      /^\w+\.Skip(?:f|Now)?$|^\w+\.T\(\)\.Skip(?:f|Now)?$|^(?:ginkgo\.)?Skip$/.test(node.child('function')?.text ?? '')
        ? `${node.child('function')?.text}()`
        : null,
    isTest,
    isOutput: (node) =>
      node.type === 'call_expression' &&
      /^(?:fmt\.(?:Print\w*|Fprint\w*)|log\.Print\w*|\w+\.Logf?|println|print)$/.test(
        node.child('function')?.text ?? '',
      ),
  };
}

function isConstant(node: Syntax): boolean {
  return /_literal$|^(?:true|false|nil)$/.test(node.type) && !/^(?:func|composite)_literal$/.test(node.type);
}

/** Returns what a condition comes to where constants decide it. */
export function constantValue(node: Syntax | undefined): boolean | null {
  if (node === undefined) return null;
  const [left, right] = node.named;
  if (node.type === 'parenthesized_expression') return constantValue(left);
  if (node.type === 'true' || node.type === 'false') return node.type === 'true';
  if (node.type === 'unary_expression' && node.child('operator')?.text === '!')
    return negate(constantValue(node.child('operand')));
  if (node.type !== 'binary_expression' || !left || !right) return null;
  const operator = node.child('operator')?.text;
  const [one, other] = [constantValue(left), constantValue(right)];
  if (operator === '&&') return one === false || other === false ? false : null;
  if (operator === '||') return one === true || other === true ? true : null;
  if (!isConstant(left) || !isConstant(right)) return null;
  if (operator === '==') return left.text === right.text;
  return operator === '!=' ? left.text !== right.text : null;
}

function branch(node: Syntax): Branch | null {
  const condition = node.child('condition');
  const part = (field: string) => [node.child(field)].flatMap((one) => (one ? [one] : []));
  if (node.type === 'if_statement') {
    const first = part('initializer');
    const value = constantValue(condition);
    return {
      condition,
      value,
      whenTrue: [...first, ...part('consequence')],
      whenFalse: [...first, ...part('alternative')],
    };
  }
  if (node.type === 'for_statement' && node.named[0]?.type === 'false')
    return { condition: undefined, value: false, whenTrue: part('body'), whenFalse: [] };
  return null;
}

function assertionOf(node: Syntax, { helpers, hollow }: Omit<Known, 'isTest'>): ReturnType<Dialect['assertion']> {
  if (node.type !== 'call_expression' || node.field === 'operand' || node.field === 'function') return null;
  const callee = node.child('function');
  const name = lastName(node);
  const given = node.child('arguments')?.named ?? [];
  if (/^(?:Error|Errorf|Fatal|Fatalf|Fail|FailNow)$/.test(name) && callee?.type === 'selector_expression')
    return /^(?:t|b|tb|tt|s\.T\(\)|suite\.T\(\)|\w+)$/.test(callee.child('operand')?.text ?? '') &&
      !/^(?:log|fmt|errors|err|logger)$/.test(callee.child('operand')?.text ?? '')
      ? ofFailure(node)
      : null;
  if (name === 'panic') return ofFailure(node);
  const operand = callee?.child('operand');
  const root = rootOf(operand);
  const isPackage =
    root !== undefined &&
    PACKAGES.test(root) &&
    /^[A-Z]/.test(name) &&
    (given.length > 0 || /^(?:FailNow|Fail)$/.test(name));
  const isNamed = /^(?:[aA]ssert|[eE]xpect|[vV]erify|[cC]heck|[eE]nsure|[mM]ust|[rR]equire|[tT]est)(?:[A-Z]\w*|)$/.test(
    name,
  );
  const isMatcher = /^(?:To|NotTo|ToNot|Should|ShouldNot)$/.test(name);
  if (hollow.has(callee?.text ?? '')) return null;
  if (!isPackage && !isNamed && !isMatcher && !helpers.has(name)) return null;
  if (
    /^(?:Run|Parallel|Helper|Cleanup|Setenv|TempDir|T|Context|NewRequest|New|Expect|Eventually|SetT)$/.test(name) &&
    !isMatcher
  )
    return name === 'Expect' ? 'trivial' : null;
  const values = given.filter(({ text }) => !/^(?:t|tt|b|tb|s\.T\(\)|suite\.T\(\))$/.test(text));
  if (isPackage && !/^Fail/.test(name) && isAlwaysTrue(values.slice(0, 2), isConstant)) return 'trivial';
  const subject = isMatcher ? operand : (values.find((one) => !isConstant(one)) ?? values[0]);
  return describe(node, {
    subject: subject ? joinTokens([subject]) : '',
    isVague: isSelfCompared(values) || (VAGUE.test(name) && !/[=<>]/.test(subject?.text ?? '')),
  });
}

/** A failure says what it fails at by the condition that it stands under. */
function ofFailure(node: Syntax): ReturnType<Dialect['assertion']> {
  for (let above = node.parent; above !== null && above.type !== 'func_literal'; above = above.parent) {
    if (above.type !== 'if_statement') continue;
    const condition = above.child('condition');
    if (condition === undefined) break;
    const described = describe(condition, { subject: joinTokens(condition.named.slice(0, 1)), isVague: false });
    const name = lastName(node);
    const given = above.child('initializer');
    return {
      ...described,
      text: `${given ? joinTokens([given]) : ''} ${described.text} ${/^F/.test(name) || name === 'panic' ? 'fatal' : 'error'}`,
      shape: `fail ${described.shape} ${given ? describe(given, { subject: '', isVague: false }).shape : ''}`,
    };
  }
  return describe(node, { subject: '', isVague: false });
}

function rootOf(operand: Syntax | undefined): string | undefined {
  if (operand === undefined) return undefined;
  const inner = operand.child('operand') ?? operand.child('function');
  return inner === undefined ? operand.text : rootOf(inner);
}

function describe(node: Syntax, what: { subject: string; isVague: boolean }) {
  return describeAssertion(node, { ...what, calls: CALLS });
}
