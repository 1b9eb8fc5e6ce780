import { describeAssertion, isAlwaysTrue, isSelfCompared, joinTokens } from '../assertion.ts';
import type { Branch, Dialect } from '../dialect.ts';
import type { Syntax } from '../syntax.ts';
import { constantValue, isConstant } from './constants.ts';

const CALLS = ['call'];
export const ASSERTING = /^_?(?:assert|expect|verify|check|ensure|must|should)(?:_\w*|[A-Z]\w*)?$/;
const VAGUE =
  /^(?:assertIsNotNone|assertTrue|assertIsInstance|assert_called|assert_|assertNotNone|assert_is_not_none|assert_true|ok_|assertIn)$/;
const CATCHES_ALL = /^(?:AssertionError|Exception|BaseException|builtins\.AssertionError)$/;

interface Known {
  readonly helpers: ReadonlySet<string>;
  /** Functions of the file that are named as if they asserted, and do not. */
  readonly hollow: ReadonlySet<string>;
  readonly expand: (name: string) => string;
}

/** How Python runs a body. */
export function createDialect({ helpers, hollow, expand }: Known): Dialect {
  return {
    blocks: new Set(['block', 'module']),
    ends: new Set(['return_statement', 'raise_statement', 'break_statement', 'continue_statement']),
    loops: new Set(['for_statement', 'while_statement']),
    closures: new Set(['lambda', 'function_definition', 'class_definition']),
    names: new Set(['identifier', 'string_content']),
    branch,
    swallowed,
    declaredFunction: (node) =>
      node.type === 'function_definition' && isPlain(node) ? (node.child('name')?.text ?? null) : null,
    assertion: (node) => assertionOf(node, { helpers, hollow }),
    skipCall: (node) => skipCall(node, expand),
    isTest: () => false,
    isOutput: (node) =>
      isDocstring(node) ||
      (node.type === 'call' &&
        /^(?:print|log(?:ger|ging)?\.\w+|warnings\.warn)$/.test(node.child('function')?.text ?? '')),
  };
}

/** A function within a test; methods, tests and decorated functions are called by others. */
function isPlain(node: Syntax): boolean {
  const name = node.child('name')?.text ?? '';
  return node.parent?.type === 'block' && !/^(?:test|setUp|setup|__)/.test(name) && isInFunction(node);
}

function isInFunction(node: Syntax): boolean {
  const above = node.parent?.parent;
  return above?.type === 'function_definition';
}

function isDocstring(node: Syntax): boolean {
  return (
    node.type === 'expression_statement' &&
    node.named.length === 1 &&
    /^(?:string|ellipsis)$/.test(node.named[0]?.type ?? '')
  );
}

function branch(node: Syntax): Branch | null {
  const condition = node.child('condition');
  const alternatives = node.children.filter(({ field }) => field === 'alternative');
  const body = [node.child('consequence') ?? node.child('body')].flatMap((one) => (one ? [one] : []));
  if (node.type === 'if_statement' || node.type === 'elif_clause')
    return { condition, value: constantValue(condition), whenTrue: body, whenFalse: nested(alternatives) };
  if (node.type === 'while_statement')
    return constantValue(condition) === false ? { condition, value: false, whenTrue: body, whenFalse: [] } : null;
  if (node.type !== 'for_statement') return null;
  const right = node.child('right')?.text ?? '';
  return /^(?:\[\s*\]|\(\s*\)|range\(0\))$/.test(right)
    ? { condition: undefined, value: false, whenTrue: body, whenFalse: [] }
    : null;
}

/** `elif` and `else` lie beside one another. */
function nested(alternatives: readonly Syntax[]): readonly Syntax[] {
  return alternatives;
}

/** `try` whose handlers take a failed assertion and neither raise nor assert nor fail; `with suppress(AssertionError)`. */
function swallowed(node: Syntax): readonly Syntax[] {
  const body = node.child('body');
  if (body === undefined) return [];
  if (node.type === 'with_statement') {
    const clause = node.first('with_clause')?.text ?? '';
    return /\b(?:suppress|raises|assertRaises)\([^)]*\b(?:AssertionError|Exception|BaseException)\b/.test(clause)
      ? [body]
      : [];
  }
  if (node.type !== 'try_statement') return [];
  if (node.all('return_statement').some((one) => one.parent?.parent?.type === 'finally_clause')) return [body];
  const quiet = node.children.filter(({ type }) => type === 'except_clause').some(isQuiet);
  return quiet ? [body] : [];
}

function isQuiet(clause: Syntax): boolean {
  const value = clause.child('value');
  const types =
    value === undefined
      ? []
      : (value.type === 'as_pattern' ? value.named.slice(0, 1) : [value]).flatMap((one) =>
          one.type === 'tuple' ? one.named : [one],
        );
  if (types.length > 0 && !types.some(({ text }) => CATCHES_ALL.test(text))) return false;
  const statements = clause.first('block')?.named ?? [];
  return statements.every(
    (one) =>
      /^(?:pass_statement|continue_statement|break_statement|comment)$/.test(one.type) ||
      /^(?:print|log\w*\.|return\b\s*(?:None|True)?\s*$|\.\.\.|traceback\.)/.test(one.text),
  );
}

function assertionOf(node: Syntax, { helpers, hollow }: Omit<Known, 'expand'>): ReturnType<Dialect['assertion']> {
  if (node.type === 'assert_statement') return ofStatement(node);
  if (node.type !== 'call' || node.field === 'object' || node.field === 'function') return null;
  const callee = node.child('function')?.text ?? '';
  const name = callee.split('.').at(-1) ?? '';
  const isRaises =
    /^(?:raises|warns|deprecated_call|fail|assertRaises\w*)$/.test(name) || /^(?:pytest|self)\.fail$/.test(callee);
  if (hollow.has(callee)) return null;
  if (!isRaises && !ASSERTING.test(name) && !helpers.has(name)) return null;
  if (isRaises && isAroundClaims(node)) return 'trivial';
  const given = (node.child('arguments')?.named ?? []).filter(({ type }) => type !== 'keyword_argument');
  const compared = given.length > 2 && given.at(-1)?.type === 'string' ? given.slice(0, -1) : given;
  const values = /^assert(?:True|False|_)$/.test(name) ? given.slice(0, 1) : compared;
  if (!isRaises && !helpers.has(name) && /^assert/.test(name) && isAlwaysTrue(values, isConstant)) return 'trivial';
  const isAnyError = isRaises && /^(?:Exception|BaseException)$/.test(given[0]?.text ?? '');
  const subject = given.find((one) => !isConstant(one)) ?? given[0];
  return describeAssertion(node, {
    subject: subject ? joinTokens([subject]) : '',
    isVague: isAnyError || isSelfCompared(values) || (VAGUE.test(name) && !/[=<>]/.test(subject?.text ?? '')),
    calls: CALLS,
  });
}

/** `with raises(AssertionError):` around claims holds when they do not. */
function isAroundClaims(node: Syntax): boolean {
  for (let above = node.parent; above !== null && above.type !== 'block'; above = above.parent)
    if (above.type === 'with_statement')
      return swallowed(above).some((body) => body.all('assert_statement').length > 0);
  return false;
}

function ofStatement(node: Syntax): ReturnType<Dialect['assertion']> {
  const [condition] = node.named;
  if (condition === undefined || condition.type === 'tuple' || constantValue(condition) === true) return 'trivial';
  if (isConstant(condition) && constantValue(condition) !== false) return 'trivial';
  if (/\bor\s+True\s*$/.test(condition.text)) return 'trivial';
  const isComparison = condition.type === 'comparison_operator';
  const [left, right] = condition.named;
  if (isComparison && left && right && left.text === right.text && !left.text.includes('(')) return 'trivial';
  const isVague = !isComparison
    ? /^(?:identifier|attribute|call|subscript)$/.test(condition.type) && !/^all\(|^any\(/.test(condition.text)
    : /\bis\s+not\s+None$|^isinstance/.test(condition.text);
  const subject = isComparison && left ? joinTokens([left]) : joinTokens([condition]);
  return describeAssertion(node, {
    subject,
    isVague: isVague || (isComparison && isSelfCompared(condition.named)),
    calls: CALLS,
  });
}

/** `pytest.skip()`, `self.skipTest()`, `raise unittest.SkipTest`. */
function skipCall(node: Syntax, expand: (name: string) => string): string | null {
  if (node.type === 'raise_statement') {
    const raised = node.named[0];
    const name = expand((raised?.type === 'call' ? raised.child('function') : raised)?.text ?? '');
    return /(?:^|\.)(?:SkipTest|Skipped|Exception\.skip)$|^pytest\.skip\.Exception$/.test(name)
      ? `raise ${name}`
      : null;
  }
  if (node.type !== 'call') return null;
  const name = expand(node.child('function')?.text ?? '');
  return /^(?:pytest\.(?:skip|xfail|exit)|\w+\.skipTest|(?:unittest|nose)\.skip)$/.test(name) ? `${name}()` : null;
}
