import type { Skip } from '../../../core/gates/integrity/model.ts';
import type { Dialect } from '../dialect.ts';
import { type LiveContext, walkLive } from '../live.ts';
import { type FoundTest, type FoundTests, readBody } from '../read-test.ts';
import type { Syntax } from '../syntax.ts';
import { constantValue } from './constants.ts';
import { ASSERTING, createDialect, isSubtest, type Known } from './dialect.ts';
import { countRows, multiply, type Runner, Runners, textOfString } from './runners.ts';

const FUNCTIONS = /^(?:arrow_function|function_expression|function|generator_function|function_declaration)$/;

interface Within {
  readonly names: readonly string[];
  readonly skip: Skip | null;
  readonly focus: Skip | null;
  readonly cases: number | null;
}

const OUTSIDE: Within = { names: [], skip: null, focus: null, cases: 1 };

/** Returns the tests of a file, as far as they may run, and how their bodies are read. */
export function findTests(program: Syntax): FoundTests {
  const runners = new Runners(program);
  const values = new Map<string, Syntax>();
  for (const one of program.all('variable_declarator', 'function_declaration')) {
    const [name, value] = [one.child('name')?.text, one.type === 'function_declaration' ? one : one.child('value')];
    if (name !== undefined && value !== undefined) values.set(name, value);
  }
  const parameters = new Set<string>();
  const known: Known = { runners, parameters, helpers: new Set(), hollow: new Set() };
  for (const call of program.all('call_expression')) noteParameter(call, { runners, parameters });
  const helpers = new Set([...values].filter(([, value]) => asserts(value, known)).map(([name]) => name));
  const hollow = [...values].filter(
    ([name, value]) =>
      ASSERTING.test(name) && FUNCTIONS.test(value.type) && !helpers.has(name) && !/\bthrow\b/.test(value.text),
  );
  const dialect = createDialect({ ...known, helpers, hollow: new Set(hollow.map(([name]) => name)) });
  const tests: FoundTest[] = [];
  visitSuite(program, { known, dialect, values, tests, within: OUTSIDE });
  return { tests, dialect, helpers: new Set(outerNames(program).filter((name) => helpers.has(name))) };
}

/** Names that the file declares outside of all functions. */
function outerNames(program: Syntax): string[] {
  const statements = program.named.map((one) =>
    one.type === 'export_statement' ? (one.child('declaration') ?? one) : one,
  );
  const declared = statements.flatMap((one) => (one.type === 'function_declaration' ? [one] : one.named));
  return declared.flatMap((one) => one.child('name')?.text ?? []);
}

/** A function of the file asserts where a call of its body does; a suite or a runner of its own is none. */
function asserts(value: Syntax, known: Known): boolean {
  if (!FUNCTIONS.test(value.type) || value.all('call_expression').some((call) => createDialect(known).isTest(call)))
    return false;
  const { assertion } = createDialect(known);
  return value.all('call_expression', 'throw_statement').some((one) => (assertion(one) ?? 'trivial') !== 'trivial');
}

function noteParameter(call: Syntax, { runners, parameters }: { runners: Runners; parameters: Set<string> }): void {
  const callee = call.child('function');
  const runner = runners.resolve(callee);
  if (runner === null && !isSubtest(callee, parameters)) return;
  const callback = callbackOf(call, new Map());
  const first = callback?.child('parameter') ?? callback?.child('parameters')?.named[0];
  const name = first?.child('pattern') ?? first;
  const isEach = callee?.type === 'call_expression';
  if (name?.type === 'identifier' && !isEach && !/^(?:done|cb|next)$/.test(name.text)) parameters.add(name.text);
}

interface Visiting {
  readonly known: Known;
  readonly dialect: Dialect;
  readonly values: ReadonlyMap<string, Syntax>;
  readonly tests: FoundTest[];
  readonly within: Within;
}

function visitSuite(root: Syntax, visiting: Visiting): void {
  const { dialect } = visiting;
  walkLive(root, {
    dialect,
    visit: (node, context) => (node === root ? 'into' : visitNode(node, { visiting, context })),
  });
}

function visitNode(node: Syntax, { visiting, context }: { visiting: Visiting; context: LiveContext }): 'into' | 'over' {
  if (node.type === 'for_in_statement') return visitEach(node, visiting);
  if (node.type !== 'call_expression') return 'into';
  const { known, values } = visiting;
  const callee = node.child('function');
  const runner = runnerOf(callee, known);
  const given = node.child('arguments')?.named ?? [];
  if (runner === null || given.length === 0) return isLoop(callee) ? visitLoop(node, visiting) : 'into';
  const callback = callbackOf(node, values);
  if (runner.kind === 'hook') return 'over';
  const isTitled = given[0] !== callback || runner.kind === 'suite' || given.length === 1;
  if (
    !isTitled ||
    (callback === null && given[0] && !/string|identifier|member|template|call|binary/.test(given[0].type))
  )
    return 'into';
  declare(node, { visiting, runner, callback, context });
  return 'over';
}

function runnerOf(callee: Syntax | undefined, { runners, parameters }: Known): Runner | null {
  const runner = runners.resolve(callee);
  if (runner !== null || !isSubtest(callee, parameters)) return runner;
  const name = callee?.child('property')?.text ?? '';
  const plain: Runner = {
    kind: name === 'describe' ? 'suite' : 'test',
    skip: null,
    focus: null,
    cases: 1,
    isTodo: name === 'todo',
  };
  return { ...plain, skip: name === 'skip' ? 't.skip' : null, focus: name === 'only' ? 't.only' : null };
}

function declare(
  node: Syntax,
  {
    visiting,
    runner,
    callback,
    context,
  }: { visiting: Visiting; runner: Runner; callback: Syntax | null; context: LiveContext },
): void {
  const { within, tests, known } = visiting;
  const { line } = node;
  const given = node.child('arguments')?.named ?? [];
  const [title] = given;
  const options = optionsOf(given);
  // `if (isWindows) it.skip(…)`: the condition decides.
  const at = (how: string | null): Skip | null => (how === null || context.isConditional ? null : { how, line });
  const isTodo = runner.isTodo || options.todo || (callback === null && runner.kind === 'test' && runner.skip === null);
  const body = callback?.child('body') ?? null;
  const inner: Within = {
    names: [...within.names, title === undefined || title === callback ? '' : (textOfString(title) ?? titleOf(title))],
    skip:
      within.skip ??
      at(runner.skip ?? (options.skip ? '{skip: true}' : null)) ??
      (runner.kind === 'suite' ? skipOfHooks(body, visiting) : null),
    focus: within.focus ?? at(runner.focus ?? (options.only ? '{only: true}' : null)),
    cases: multiply(within.cases, runner.cases),
  };
  if (runner.kind === 'test') tests.push({ ...inner, line, isTodo, body });
  if (body !== null) visitSuite(body, { ...visiting, within: inner, known });
}

/** Of `before(function () { this.skip(); })` directly in a suite. */
function skipOfHooks(body: Syntax | null, { known, dialect }: Visiting): Skip | null {
  for (const statement of body?.named ?? []) {
    const call = statement.named[0];
    if (call?.type !== 'call_expression') continue;
    if (dialect.skipCall(call) !== null && /^(?:this|test|it)\b/.test(call.text))
      return { how: dialect.skipCall(call) ?? '', line: call.line };
    if (known.runners.resolve(call.child('function'))?.kind !== 'hook') continue;
    const hook = callbackOf(call, new Map())?.child('body');
    const skip = hook ? readBody(hook, dialect).skip : null;
    if (skip !== null) return skip;
  }
  return null;
}

function isLoop(callee: Syntax | undefined): boolean {
  return /^(?:forEach|map)$/.test(callee?.child('property')?.text ?? '');
}

/** `[1, 2].forEach((n) => it(…))` */
function visitLoop(node: Syntax, visiting: Visiting): 'into' | 'over' {
  const body = callbackOf(node, new Map())?.child('body');
  if (body === undefined) return 'into';
  const cases = countRows(node.child('function')?.child('object'), visiting.values);
  if (cases === 0) return 'over';
  visitSuite(body, { ...visiting, within: { ...visiting.within, cases: multiply(visiting.within.cases, cases) } });
  return 'over';
}

/** `for (const n of [1, 2]) it(…)` */
function visitEach(node: Syntax, visiting: Visiting): 'over' {
  const body = node.child('body');
  const cases = countRows(node.child('right'), visiting.values);
  if (body !== undefined && cases !== 0)
    visitSuite(body, { ...visiting, within: { ...visiting.within, cases: multiply(visiting.within.cases, cases) } });
  return 'over';
}

function titleOf(node: Syntax): string {
  return node.type === 'template_string' ? node.text.slice(1, -1) : node.text;
}

/** The last function among the arguments, also one that another call wraps or the file names. */
function callbackOf(call: Syntax, values: ReadonlyMap<string, Syntax>): Syntax | null {
  for (const given of [...(call.child('arguments')?.named ?? [])].reverse()) {
    if (FUNCTIONS.test(given.type)) return given;
    const named = given.type === 'identifier' ? values.get(given.text) : undefined;
    if (named && FUNCTIONS.test(named.type)) return named;
    const inner = given.type === 'call_expression' ? callbackOf(given, values) : null;
    if (inner !== null) return inner;
  }
  return null;
}

function optionsOf(given: readonly Syntax[]): Record<'skip' | 'todo' | 'only', boolean> {
  const pairs = given.filter(({ type }) => type === 'object').flatMap(({ named }) => named);
  const has = (...names: string[]) =>
    pairs.some((pair) => names.includes(pair.child('key')?.text ?? '') && constantValue(pair.child('value')) === true);
  return { skip: has('skip', 'ignore', 'fails', 'xfail'), todo: has('todo'), only: has('only') };
}
