import { describeAssertion, isAlwaysTrue, isSelfCompared, joinTokens, lastName } from '../assertion.ts';
import type { Branch, Dialect } from '../dialect.ts';
import type { Syntax } from '../syntax.ts';

const CALLS = ['method_invocation', 'call_expression', 'object_creation_expression'];
const CLOSURES = new Set([
  'lambda_expression',
  'lambda_literal',
  'anonymous_function',
  'class_body',
  'method_declaration',
  'function_declaration',
]);
export const ASSERTING = /^(?:assert|expect|verify|check|ensure|must|should|then)(?:[A-Z]\w*)?$/;
const VAGUE =
  /^(?:assertNotNull|isNotNull|assertTrue|isTrue|isNotEmpty|isInstanceOf|assertDoesNotThrow|assertInstanceOf|shouldNotBeNull|assertThat|isPresent)$/;
const CONSTANT = /literal|^(?:true|false|null|null_literal)$/;

interface Known {
  /** Methods of the file that assert. */
  readonly helpers: ReadonlySet<string>;
  /** Methods of the file that are named as if they asserted, and do not. */
  readonly hollow: ReadonlySet<string>;
  readonly isTest: (node: Syntax) => boolean;
}

/** How Java and Kotlin run a body. */
export function createDialect({ helpers, hollow, isTest }: Known): Dialect {
  return {
    blocks: new Set([
      'block',
      'statements',
      'function_body',
      'lambda_literal',
      'control_structure_body',
      'constructor_body',
    ]),
    ends: new Set([
      'return_statement',
      'throw_statement',
      'break_statement',
      'continue_statement',
      'return_expression',
      'throw_expression',
      'break_expression',
      'continue_expression',
      'jump_expression',
    ]),
    loops: new Set([
      'for_statement',
      'enhanced_for_statement',
      'while_statement',
      'do_statement',
      'do_while_statement',
    ]),
    closures: CLOSURES,
    names: new Set(['identifier', 'type_identifier', 'string_fragment', 'string_content', 'simple_identifier']),
    branch,
    swallowed,
    declaredFunction: (node) =>
      node.type === 'function_declaration' && isLocal(node) ? (node.child('name')?.text ?? null) : null,
    assertion: (node) => assertionOf(node, { helpers, hollow }),
    skipCall,
    isTest,
    isOutput: (node) =>
      CALLS.includes(node.type) &&
      /^(?:System\s*\.\s*(?:out|err)\s*\.|println\(|print\(|log(?:ger)?\s*\.)/i.test(node.text),
  };
}

/** Returns whether a node is a value that is written out. */
export function isConstant(node: Syntax): boolean {
  if (node.type === 'identifier') return /^(?:true|false|null)$/.test(node.text);
  if (node.type === 'value_argument' || node.type === 'parenthesized_expression')
    return node.named.length > 0 && node.named.every(isConstant);
  return (
    CONSTANT.test(node.type) &&
    node.all('interpolation', 'lambda_literal', 'class_literal', 'collection_literal').length === 0
  );
}

/** Returns what a condition comes to where constants decide it. */
export function constantValue(node: Syntax | undefined): boolean | null {
  if (node === undefined) return null;
  if (node.type === 'parenthesized_expression' || node.type === 'value_argument')
    return constantValue(node.named.at(-1));
  if (/^(?:true|false)$/.test(node.text)) return node.text === 'true';
  if (/^Boolean\.(?:TRUE|FALSE)$/.test(node.text)) return node.text === 'Boolean.TRUE';
  if (node.type === 'unary_expression' && node.children[0]?.text === '!') {
    const value = constantValue(node.named[0]);
    return value === null ? null : !value;
  }
  const [left, right] = node.named;
  if (node.type !== 'binary_expression' || !left || !right || node.named.length !== 2) return null;
  const operator = node.children.find(({ isNamed }) => !isNamed)?.text;
  const [one, other] = [constantValue(left), constantValue(right)];
  if (operator === '&&') return one === false || other === false ? false : null;
  if (operator === '||') return one === true || other === true ? true : null;
  if (!isConstant(left) || !isConstant(right)) return null;
  if (operator === '==') return left.text === right.text;
  return operator === '!=' ? left.text !== right.text : null;
}

function isLocal(node: Syntax): boolean {
  return node.parent?.type === 'block' || node.parent?.type === 'statements';
}

function branch(node: Syntax): Branch | null {
  const condition = node.child('condition') ?? node.first('parenthesized_expression');
  if (node.type === 'if_statement' || node.type === 'if_expression') {
    const parts = node.named.filter((one) => one !== condition);
    const then = node.child('consequence') ?? parts[0];
    const otherwise = node.child('alternative') ?? parts[1];
    return {
      condition,
      value: constantValue(condition),
      whenTrue: then ? [then] : [],
      whenFalse: otherwise ? [otherwise] : [],
    };
  }
  if (node.type === 'while_statement' && constantValue(condition) === false)
    return { condition, value: false, whenTrue: node.named.slice(-1), whenFalse: [] };
  return null;
}

/** `try` that takes every error and does nothing with it; Kotlin's `runCatching` that nobody looks at. */
function swallowed(node: Syntax): readonly Syntax[] {
  if (node.type === 'call_expression' && /^runCatching\b/.test(node.text) && isStatement(node)) return node.children;
  if (!/^try/.test(node.type)) return [];
  const body = node.child('body') ?? node.first('block');
  const finallyReturns =
    node.first('finally_clause', 'finally_block')?.all('return_statement', 'return_expression').length ?? 0;
  const quiet = node.children.filter(({ type }) => /^catch_/.test(type)).some(isQuiet);
  return body && (quiet || finallyReturns > 0) ? [body] : [];
}

function isStatement(node: Syntax): boolean {
  return /^(?:block|statements|expression_statement|function_body|lambda_literal)$/.test(node.parent?.type ?? '');
}

function isQuiet(clause: Syntax): boolean {
  const types = clause
    .outermost(new Set(['catch_type', 'user_type']))
    .map(({ text }) => text)
    .join('|');
  if (!/\b(?:Throwable|Error|AssertionError|AssertionFailedError)\b/.test(types)) return false;
  const body = clause.child('body') ?? clause.first('block');
  return (body?.named ?? []).every(
    ({ text, type }) =>
      type.includes('comment') || /^(?:return;?$|System\s*\.\s*(?:out|err)|print|log|\w+\.printStackTrace)/i.test(text),
  );
}

function assertionOf(node: Syntax, { helpers, hollow }: Omit<Known, 'isTest'>): ReturnType<Dialect['assertion']> {
  if (node.type === 'assert_statement')
    return constantValue(node.named[0]) === true
      ? 'trivial'
      : describe(node, { subject: joinTokens(node.named.slice(0, 1)), isVague: false });
  if (node.type === 'infix_expression') return ofInfix(node);
  if (!/^(?:method_invocation|call_expression)$/.test(node.type) || isWithinChain(node)) return null;
  const calls = chainCalls(node);
  const found = calls.find(
    (call) =>
      ASSERTING.test(lastName(call)) ||
      helpers.has(lastName(call)) ||
      /^(?:fail|andExpect|assertj)$/.test(lastName(call)),
  );
  if (found === undefined || (found === node && hollow.has(lastName(found)) && calls.length === 1)) return null;
  const last = lastName(node);
  // `assertThat(x)` alone asks nothing; `check { }` of Kotlin is another thing.
  if (/^(?:assertThat|expectThat|then|expect|verifyThat)$/.test(last) && found === node && argumentsOf(node).length < 2)
    return 'trivial';
  const given = [...calls].reverse().flatMap(argumentsOf);
  const canFail = /^(?:fail|assertThrows|verify.*|assertAll)$/.test(lastName(found));
  const isLibrary = /^(?:assert|expect)/.test(lastName(found)) && !helpers.has(lastName(found));
  if (
    !canFail &&
    isLibrary &&
    isAlwaysTrue(
      given.filter((one, at) => at < 2 || !isText(one)),
      isConstant,
    )
  )
    return 'trivial';
  const subject = argumentsOf(found).find((one) => !isConstant(one)) ?? argumentsOf(found)[0];
  const isAny =
    /^assertThrows$/.test(last) &&
    /\b(?:Exception|Throwable)\b\s*(?:\.class|::)/.test(argumentsOf(found)[0]?.text ?? '');
  const isVague =
    isAny || isSelfCompared(argumentsOf(found)) || (VAGUE.test(last) && !/[=<>]|equals/i.test(subject?.text ?? ''));
  return describe(node, { subject: subject ? joinTokens([subject]) : '', isVague });
}

function ofInfix(node: Syntax): ReturnType<Dialect['assertion']> {
  const [left, operator, right] = node.named;
  if (!left || !operator || !/^should/.test(operator.text)) return null;
  if (right && isConstant(left) && isConstant(right)) return 'trivial';
  return describe(node, { subject: joinTokens([left]), isVague: false });
}

function isText(node: Syntax): boolean {
  return /string/.test(node.type) || /string/.test(node.named[0]?.type ?? '');
}

function isWithinChain(node: Syntax): boolean {
  if (node.field === 'object') return true;
  const above = node.parent;
  return above?.type === 'navigation_expression' || (above?.type === 'call_expression' && above.named[0] === node);
}

/** The calls of `assertThat(a).isEqualTo(b)`, from the outermost. */
function chainCalls(node: Syntax): Syntax[] {
  const inner =
    node.child('object') ??
    (node.type === 'call_expression' || node.type === 'navigation_expression' ? node.named[0] : undefined);
  const own = /^(?:method_invocation|call_expression)$/.test(node.type) ? [node] : [];
  return inner === undefined ? own : [...own, ...chainCalls(inner)];
}

function argumentsOf(call: Syntax): Syntax[] {
  return (call.child('arguments') ?? call.first('value_arguments'))?.named ?? [];
}

function describe(node: Syntax, what: { subject: string; isVague: boolean }) {
  return describeAssertion(node, { ...what, calls: CALLS });
}

/** `assumeTrue(false)`, `Assumptions.abort()`, `throw new SkipException(…)`. */
function skipCall(node: Syntax): string | null {
  if (/^throw_/.test(node.type) || (node.type === 'jump_expression' && node.text.startsWith('throw'))) {
    const name = /\b(SkipException|AssumptionViolatedException|TestAbortedException|TestSkippedException)\b/.exec(
      node.text,
    )?.[1];
    return name === undefined ? null : `throw ${name}`;
  }
  if (!/^(?:method_invocation|call_expression)$/.test(node.type)) return null;
  const name = lastName(node);
  if (name === 'abort' && /Assum/.test(node.text)) return 'abort()';
  const values = argumentsOf(node).map(constantValue);
  if (/^(?:assumeTrue|assume|assumeThat)$/.test(name) && values.includes(false)) return `${name}(false)`;
  return /^assumeFalse$/.test(name) && values.includes(true) ? 'assumeFalse(true)' : null;
}
