import type { Skip } from '../../../core/gates/integrity/model.ts';
import type { Dialect } from '../dialect.ts';
import { walkLive } from '../live.ts';
import { type FoundTest, type FoundTests, readBody } from '../read-test.ts';
import type { Syntax } from '../syntax.ts';
import { constantValue } from './constants.ts';
import { ASSERTING, createDialect } from './dialect.ts';
import { casesOfMark, Names, skipOfMark } from './marks.ts';

interface Scope {
  readonly names: readonly string[];
  readonly skip: Skip | null;
  readonly cases: number | null;
  /** In a class, or in the module. */
  readonly isClass: boolean;
}

interface Definition {
  readonly node: Syntax;
  readonly decorators: readonly Syntax[];
}

/** Returns the tests that pytest and unittest find in a module. */
export function findTests(module: Syntax): FoundTests {
  const names = new Names(module);
  const expand = (name: string) => names.expand(name);
  const plain = createDialect({ helpers: new Set(), hollow: new Set(), expand });
  const helpers = helpersOf(module, plain);
  const outer = module.named.filter(
    ({ type, text }) => type === 'function_definition' && !/\b(?:raise|assert)\b/.test(text),
  );
  const hollow = outer
    .map((one) => one.child('name')?.text ?? '')
    .filter((name) => ASSERTING.test(name) && !helpers.has(name));
  const dialect = createDialect({ helpers, hollow: new Set(hollow), expand });
  const tests: FoundTest[] = [];
  const isDefinition = ({ type }: Syntax) => /^(?:function|class)_definition$/.test(type);
  const { skip } = readBody(module, { ...plain, isTest: isDefinition });
  visitScope(module, { names, dialect, tests, scope: { names: [], skip, cases: 1, isClass: false } });
  const own = module.named.flatMap((one) =>
    one.type === 'function_definition' ? (one.child('name')?.text ?? []) : [],
  );
  return { tests, dialect, helpers: new Set(own.filter((name) => helpers.has(name))) };
}

/** Functions and methods that assert, and are no tests. */
function helpersOf(module: Syntax, dialect: Dialect): Set<string> {
  const functions = module.all('function_definition').map((node) => [node.child('name')?.text ?? '', node] as const);
  const asserting = functions.filter(([name, node]) => {
    if (/^test/.test(name)) return false;
    return node.all('assert_statement', 'call').some((one) => (dialect.assertion(one) ?? 'trivial') !== 'trivial');
  });
  return new Set(asserting.map(([name]) => name));
}

interface Visiting {
  readonly names: Names;
  readonly dialect: Dialect;
  readonly tests: FoundTest[];
  readonly scope: Scope;
}

function visitScope(body: Syntax, visiting: Visiting): void {
  const { scope, names } = visiting;
  const definitions = liveDefinitions(body, visiting.dialect);
  const own = markOf(body, names);
  const hook = skipOfHooks(definitions, visiting);
  const skip = scope.skip ?? own ?? hook;
  for (const [name, definition] of definitions) {
    const inner = { ...visiting, scope: { ...scope, skip } };
    if (definition.node.type === 'class_definition') visitClass(definition, inner);
    else if (/^test/.test(name)) declare(definition, inner);
  }
}

/** What each name stands for at last: a later definition or assignment takes the place of one before. */
function liveDefinitions(body: Syntax, dialect: Dialect): Map<string, Definition> {
  const found = new Map<string, Definition>();
  const note = (node: Syntax, decorators: readonly Syntax[]) => {
    const name = node.child('name')?.text ?? '';
    found.delete(name);
    found.set(name, { node, decorators });
  };
  const visit = (node: Syntax): 'into' | 'over' => {
    if (
      node === body ||
      /^(?:if_statement|try_statement|block|elif_clause|else_clause|except_clause|finally_clause|with_statement|for_statement|expression_statement)$/.test(
        node.type,
      )
    )
      return 'into';
    if (node.type === 'function_definition' || node.type === 'class_definition') note(node, []);
    const definition = node.child('definition');
    if (node.type === 'decorated_definition' && definition)
      note(
        definition,
        node.named.filter(({ type }) => type === 'decorator').flatMap(({ named }) => named.slice(0, 1)),
      );
    const left = node.type === 'assignment' ? node.child('left')?.text : undefined;
    if (left !== undefined) found.delete(left);
    if (node.type === 'delete_statement') for (const name of node.all('identifier')) found.delete(name.text);
    return 'over';
  };
  walkLive(body, { dialect: { ...dialect, declaredFunction: () => null, skipCall: () => null }, visit });
  return found;
}

function visitClass({ node, decorators }: Definition, visiting: Visiting): void {
  const { scope, names } = visiting;
  const name = node.child('name')?.text ?? '';
  const body = node.child('body');
  const bases = node.child('superclasses')?.named.filter(({ type }) => type !== 'keyword_argument') ?? [];
  if (body === undefined || !isTestClass(name, { bases, body })) return;
  const skip = scope.skip ?? firstSkip(decorators, names);
  const cases = multiplyAll([scope.cases, ...decorators.map((one) => casesOfMark(one, names))]);
  visitScope(body, { ...visiting, scope: { names: [...scope.names, name], skip, cases, isClass: true } });
}

/** By its name, without a constructor; or what it is derived from says so. */
function isTestClass(name: string, { bases, body }: { bases: readonly Syntax[]; body: Syntax }): boolean {
  if (bases.some(({ text }) => text !== 'object')) return true;
  const methods = body.named.map((one) => one.child('definition') ?? one);
  return (
    /^Test/.test(name) &&
    !methods.some((one) => one.type === 'function_definition' && one.child('name')?.text === '__init__')
  );
}

function declare({ node, decorators }: Definition, { scope, names, tests }: Visiting): void {
  const name = node.child('name')?.text ?? '';
  tests.push({
    names: [...scope.names, name],
    line: node.line,
    skip: scope.skip ?? firstSkip(decorators, names) ?? skipOfYield(node),
    focus: null,
    cases: multiplyAll([scope.cases, ...decorators.map((one) => casesOfMark(one, names))]),
    isTodo: false,
    body: node.child('body') ?? null,
  });
}

/** No runner runs the body of a generator. */
function skipOfYield(node: Syntax): Skip | null {
  const isOwn = (one: Syntax): boolean =>
    one === node ||
    (one.parent !== null && !/^(?:function_definition|lambda)$/.test(one.parent.type)
      ? isOwn(one.parent)
      : one.parent === node);
  const found = node.all('yield').find(isOwn);
  return found === undefined ? null : { how: 'yield', line: found.line };
}

/** `pytestmark = …` and `__test__ = False` of a module or class. */
function markOf(body: Syntax, names: Names): Skip | null {
  for (const statement of body.named) {
    const assignment = statement.named[0];
    if (assignment?.type !== 'assignment') continue;
    const [left, right] = [assignment.child('left')?.text, assignment.child('right')];
    if (left === '__test__' && constantValue(right) === false) return { how: '__test__ = False', line: statement.line };
    if (left !== 'pytestmark' || right === undefined) continue;
    const marks = /^(?:list|tuple)$/.test(right.type) ? right.named : [right];
    const skip = firstSkip(marks, names);
    if (skip !== null) return { ...skip, how: `pytestmark ${skip.how}` };
  }
  return null;
}

/** Of what runs before each test: `setUp`, `setup_method`, fixtures with `autouse`. */
function skipOfHooks(definitions: ReadonlyMap<string, Definition>, { dialect }: Visiting): Skip | null {
  for (const [name, { node, decorators }] of definitions) {
    const isHook =
      /^(?:setUp|setUpClass|setUpModule|asyncSetUp|setup_method|setup_class|setup_module|setup|setup_function)$/.test(
        name,
      );
    const isFixture = decorators.some(({ text }) => /autouse\s*=\s*True/.test(text));
    const body = node.child('body');
    const skip = (isHook || isFixture) && body !== undefined ? readBody(body, dialect).skip : null;
    if (skip !== null) return skip;
  }
  return null;
}

function firstSkip(marks: readonly Syntax[], names: Names): Skip | null {
  for (const mark of marks) {
    const skip = skipOfMark(mark, names);
    if (skip !== null) return skip;
  }
  return null;
}

function multiplyAll(numbers: readonly (number | null)[]): number | null {
  return numbers.includes(null) ? null : numbers.reduce<number>((product, one) => product * (one ?? 1), 1);
}
