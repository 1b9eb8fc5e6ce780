import { describeAssertion, isAlwaysTrue, isSelfCompared, joinTokens } from '../assertion.ts';
import type { Branch, Dialect } from '../dialect.ts';
import type { Syntax } from '../syntax.ts';
import { constantValue, isConstant } from './constants.ts';
import type { Runners } from './runners.ts';

const CALLS = ['call_expression', 'new_expression'];
const CLOSURES = new Set([
  'arrow_function',
  'function_expression',
  'function',
  'generator_function',
  'method_definition',
]);
export const ASSERTING = /^(?:assert|expect|verify|check|ensure|must|should)(?:[A-Z_]\w*)?$/;
const NO_ASSERTION =
  /^(?:skip|todo|plan|end|test|timeout|log|diagnostic|comment|context|teardown|after|before|afterEach|beforeEach|pass|mock|name|step|done|signal|waitFor|runOnly|async|timeoutAfter|slow|retries|id|attach|annotate)$/;
const VAGUE =
  /^(?:toBeDefined|toBeTruthy|toBeFalsy|toBeInstanceOf|ok|assert|exist|exists|truthy|isDefined|isOk|isTruthy|toHaveBeenCalled|toBeCalled|anything|isNotNull|isObject|isFunction|notThrows|doesNotThrow|any)$/;

/** How JavaScript and TypeScript run a body. `parameters` are what tests of the file call their first argument. */
export function createDialect(known: Known): Dialect {
  const { runners, parameters } = known;
  return {
    blocks: new Set(['statement_block', 'program', 'switch_case', 'switch_default']),
    ends: new Set(['return_statement', 'throw_statement', 'break_statement', 'continue_statement']),
    loops: new Set(['for_statement', 'for_in_statement', 'while_statement', 'do_statement']),
    closures: CLOSURES,
    names: new Set([
      'identifier',
      'property_identifier',
      'shorthand_property_identifier',
      'string_fragment',
      'type_identifier',
    ]),
    branch,
    swallowed,
    declaredFunction,
    assertion: (node) => assertionOf(node, known),
    skipCall: (node) => skipCall(node, known),
    isTest(node) {
      if (node.type !== 'call_expression') return false;
      const callee = node.child('function');
      const title = node.child('arguments')?.named[0];
      if (title === undefined || title.type === 'true') return false;
      const runner = runners.resolve(callee);
      return (runner !== null && runner.kind !== 'hook') || isSubtest(callee, parameters);
    },
    isOutput: (node) => node.type === 'call_expression' && /^console\.\w+$/.test(node.child('function')?.text ?? ''),
  };
}

export interface Known {
  readonly runners: Runners;
  readonly parameters: ReadonlySet<string>;
  /** Functions of the file that assert. */
  readonly helpers: ReadonlySet<string>;
  /** Functions of the file that are named as if they asserted, and do not. */
  readonly hollow: ReadonlySet<string>;
}

/** Returns whether a callee is `t.test` of a test around it. */
export function isSubtest(callee: Syntax | undefined, parameters: ReadonlySet<string>): boolean {
  const property = callee?.child('property')?.text ?? '';
  return parameters.has(callee?.child('object')?.text ?? '') && /^(?:test|it|describe|skip|todo|only)$/.test(property);
}

function declaredFunction(node: Syntax): string | null {
  if (node.parent?.type === 'export_statement') return null;
  if (node.type === 'function_declaration' || node.type === 'generator_function_declaration')
    return node.child('name')?.text ?? null;
  if (node.type !== 'variable_declarator' || !CLOSURES.has(node.child('value')?.type ?? '')) return null;
  const name = node.child('name');
  return name?.type === 'identifier' ? name.text : null;
}

function branch(node: Syntax): Branch | null {
  const condition = node.child('condition');
  const part = (field: string) => [node.child(field)].flatMap((one) => (one ? [one] : []));
  switch (node.type) {
    case 'if_statement':
    case 'ternary_expression':
      return {
        condition,
        value: constantValue(condition),
        whenTrue: part('consequence'),
        whenFalse: part('alternative'),
      };
    case 'while_statement':
      return constantValue(condition) === false
        ? { condition, value: false, whenTrue: part('body'), whenFalse: [] }
        : null;
    case 'for_in_statement':
      return /^\[\s*\]$/.test(node.child('right')?.text ?? '')
        ? { condition: undefined, value: false, whenTrue: [], whenFalse: [] }
        : null;
    case 'call_expression':
      return /^\[\s*\]\.(?:forEach|map)$/.test(node.child('function')?.text ?? '')
        ? { condition: undefined, value: false, whenTrue: [], whenFalse: [] }
        : null;
    case 'binary_expression': {
      const operator = node.child('operator')?.text;
      if (operator !== '&&' && operator !== '||') return null;
      const left = constantValue(node.child('left'));
      if (left === null) return null;
      return {
        condition: node.child('left'),
        value: (operator === '&&') === left,
        whenTrue: part('right'),
        whenFalse: [],
      };
    }
    default:
      return null;
  }
}

/** `try` whose `catch` neither throws nor asserts nor looks at what was thrown; `.catch(() => {})`. */
function swallowed(node: Syntax): readonly Syntax[] {
  if (node.type === 'try_statement') {
    const [body, handler] = [node.child('body'), node.child('handler')];
    return body && handler && isQuiet(handler.child('body'), handler.child('parameter')) ? [body] : [];
  }
  const callee = node.type === 'call_expression' ? node.child('function') : undefined;
  const [handler] = node.child('arguments')?.named ?? [];
  if (callee?.child('property')?.text !== 'catch' || handler === undefined || !CLOSURES.has(handler.type)) return [];
  return isQuiet(handler.child('body'), handler.child('parameters')) ? [callee] : [];
}

function isQuiet(body: Syntax | undefined, error: Syntax | undefined): boolean {
  const statements = (body?.type === 'statement_block' ? body.named : body ? [body] : []).filter(
    ({ type }) => type !== 'comment',
  );
  const name = error?.text.replace(/[()\s:].*$/s, '') || null;
  return statements.every(
    (one) =>
      /^(?:console|log(?:ger)?|debug)\b/.test(one.text) ||
      (/^(?:return|;|null|undefined|\{\s*\}|true|false)/.test(one.text) && !(name && one.text.includes(name))),
  );
}

interface Link {
  readonly name: string;
  readonly given: readonly Syntax[] | null;
}

/** `expect(a).not.toBe(b)` as its links from the left. */
function linksOf(node: Syntax): Link[] {
  if (node.type === 'call_expression') {
    const callee = node.child('function');
    const given = node.child('arguments')?.named ?? [];
    if (callee === undefined) return [];
    const before = linksOf(callee);
    const last = before.at(-1);
    if (last === undefined || last.given !== null) return before;
    return [...before.slice(0, -1), { name: last.name, given }];
  }
  if (node.type === 'member_expression') {
    const object = node.child('object');
    return [...(object ? linksOf(object) : []), { name: node.child('property')?.text ?? '', given: null }];
  }
  if (node.type === 'await_expression' || node.type === 'parenthesized_expression')
    return node.named[0] ? linksOf(node.named[0]) : [];
  return [{ name: node.type === 'this' ? 'this' : node.type === 'identifier' ? node.text : '', given: null }];
}

function assertionOf(node: Syntax, known: Known): ReturnType<Dialect['assertion']> {
  if (node.type === 'throw_statement') return isGuarded(node) ? describe(node, { subject: '', isVague: false }) : null;
  if (node.type !== 'call_expression' && node.type !== 'member_expression') return null;
  if (node.field === 'object' || node.field === 'function') return null;
  const links = linksOf(node);
  const at = links.findIndex(({ name }, index) =>
    isAsserting(name, { before: index > 0 ? links[index - 1] : undefined, known }),
  );
  const found = links[at];
  if (found === undefined) return null;
  const rest = links.slice(at + 1);
  const given = [...(found.given ?? []), ...rest.flatMap((link) => link.given ?? [])];
  if (node.type === 'member_expression' && !(rest.length > 0 && node.parent?.type === 'expression_statement'))
    return null;
  if (found.name === 'expect') {
    if (
      found.given === null &&
      /^(?:assertions|hasAssertions|extend|any|anything|objectContaining|stringContaining|stringMatching|arrayContaining|closeTo|addSnapshotSerializer|not)$/.test(
        rest[0]?.name ?? '',
      )
    )
      return null;
    if (found.given !== null && rest.length === 0 && at === 0) return 'trivial';
    if (
      rest.some(({ name }) => /^(?:resolves|rejects|eventually)$/.test(name)) &&
      node.parent?.type === 'expression_statement'
    )
      return 'trivial';
  }
  const last = links.at(-1)?.name ?? '';
  const canFail = /^(?:fail|unreachable|throws|rejects)$/.test(last) || last.toLowerCase().includes('snapshot');
  const isLibrary = /^(?:expect|assert|should)$/.test(found.name) || known.parameters.has(links[at - 1]?.name ?? '');
  if (
    !canFail &&
    isLibrary &&
    isAlwaysTrue(
      given.filter((one) => !isMessage(one, given)),
      isConstant,
    )
  )
    return 'trivial';
  const subject = found.given && found.given.length > 0 ? found.given.slice(0, 1) : given.slice(0, 1);
  const isVague =
    VAGUE.test(last) && !/(?:===?|!==?|[<>])/.test(joinTokens(subject))
      ? true
      : /^(?:toBeNull|toBeUndefined|toThrow|null|undefined)$/.test(last) && links.some(({ name }) => name === 'not');
  const isAny = /expect\s*\.\s*any/.test(node.text) || (last === 'toThrow' && (links.at(-1)?.given ?? []).length === 0);
  const isType = subject[0]?.type === 'unary_expression' && subject[0].text.startsWith('typeof');
  return describe(node, { subject: joinTokens(subject), isVague: isVague || isAny || isType || isSelfCompared(given) });
}

function describe(node: Syntax, what: { subject: string; isVague: boolean }) {
  return describeAssertion(node, { ...what, calls: CALLS });
}

/** The last of several arguments, where it is a text, is the message. */
function isMessage(one: Syntax, given: readonly Syntax[]): boolean {
  return (
    given.length > 1 &&
    one === given.at(-1) &&
    (given.length > 2 || one.type === 'string') &&
    /string/.test(one.type) &&
    given.some((other) => other !== one && !/string/.test(other.type))
  );
}

function isAsserting(name: string, { before, known }: { before: Link | undefined; known: Known }): boolean {
  const { parameters, helpers, hollow } = known;
  if (hollow.has(name) && before === undefined) return false;
  if (ASSERTING.test(name) || helpers.has(name)) return true;
  return before !== undefined && before.given === null && parameters.has(before.name) && !NO_ASSERTION.test(name);
}

/** A `throw` that a condition decides about, as other tests assert. */
function isGuarded(node: Syntax): boolean {
  for (let above = node.parent; above !== null && !CLOSURES.has(above.type); above = above.parent)
    if (above.type === 'if_statement') return true;
  return false;
}

/** `this.skip()`, `t.skip()`, `test.skip()`, `test.skip(true)`, `pending()`. */
function skipCall(node: Syntax, { runners, parameters }: Known): string | null {
  if (node.type !== 'call_expression') return null;
  const callee = node.child('function');
  const given = node.child('arguments')?.named ?? [];
  if (callee?.text === 'pending' || callee?.text === 'skip') return `${callee.text}()`;
  const name = callee?.child('property')?.text ?? '';
  const object = callee?.child('object');
  if (!/^(?:skip|fixme|todo|fail)$/.test(name) || object === undefined) return null;
  // `t.fail()` of a test's own argument is a claim.
  if (name === 'fail' && (parameters.has(object.text) || !runners.resolve(object))) return null;
  const isOwn = object.text === 'this' || parameters.has(object.text);
  if (isOwn && !given.some(({ type }) => CLOSURES.has(type))) return `${object.text}.${name}()`;
  const isBare = given.length === 0 || constantValue(given[0]) === true;
  return runners.resolve(object) !== null && isBare && given[0]?.type !== 'string' ? `${object.text}.${name}()` : null;
}
