import type { Skip } from '../../../core/gates/integrity/model.ts';
import type { Dialect } from '../dialect.ts';
import { walkLive } from '../live.ts';
import { type FoundTest, type FoundTests, readBody } from '../read-test.ts';
import type { Syntax } from '../syntax.ts';
import { skipOfConstraints } from './build-constraints.ts';
import { createDialect } from './dialect.ts';
import { findSpecs, isSpecCall } from './ginkgo.ts';

const HELPER = /^(?:assert|expect|verify|check|ensure|must|require)(?:[A-Z]\w*)?$/;
/** A test that fails another `t` than its own. */
const OTHER_T = /\bt\s*:?=\s*(?:new\(testing\.T\)|&testing\.T\s*\{)/;

/** Returns the tests that `go test` runs, with subtests as tests of their own, and those of Ginkgo. */
export function findTests(file: Syntax, source: string): FoundTests {
  const functions = file.named.filter(({ type }) => type === 'function_declaration' || type === 'method_declaration');
  const plain = createDialect({ helpers: new Set(), hollow: new Set(), isTest: isNested });
  const helpers = helpersOf(functions, plain);
  const hollow = new Set(
    functions.map((one) => one.child('name')?.text ?? '').filter((name) => HELPER.test(name) && !helpers.has(name)),
  );
  const dialect = createDialect({ helpers, hollow, isTest: isNested });
  const skip = skipOfConstraints(source) ?? skipOfMain(functions);
  const tests: FoundTest[] = [];
  for (const one of functions) {
    const body = one.child('body');
    if (body !== undefined && isTestFunction(one))
      declare(body, {
        dialect,
        tests,
        names: [...receiverOf(one), one.child('name')?.text ?? ''],
        skip,
        line: one.line,
        cases: 1,
        file,
      });
  }
  findSpecs(file, { tests, skip });
  return { tests, dialect, helpers };
}

/** `TestX(t *testing.T)`, `FuzzX(f *testing.F)`, methods of a suite, and examples whose output is compared. */
function isTestFunction(node: Syntax): boolean {
  const name = node.child('name')?.text ?? '';
  const parameters = node.child('parameters')?.named ?? [];
  if (node.type === 'method_declaration') return /^Test(?![a-z])/.test(name) && parameters.length === 0;
  return (
    /^(?:Test|Fuzz)(?![a-z])/.test(name) && /\*\s*\w*\.?[TFB]\b/.test(parameters[0]?.text ?? '') && name !== 'TestMain'
  );
}

function receiverOf(node: Syntax): string[] {
  const type = node.child('receiver')?.outermost(new Set(['type_identifier']))[0]?.text;
  return type === undefined ? [] : [type];
}

function helpersOf(functions: readonly Syntax[], dialect: Dialect): Set<string> {
  const asserting = functions.filter(
    (one) =>
      !isTestFunction(one) &&
      one.all('call_expression').some((call) => (dialect.assertion(call) ?? 'trivial') !== 'trivial'),
  );
  return new Set(asserting.map((one) => one.child('name')?.text ?? '').filter((name) => name !== 'TestMain'));
}

/** A `TestMain` that never calls `Run` leaves out all tests of its package. */
function skipOfMain(functions: readonly Syntax[]): Skip | null {
  const main = functions.find((one) => one.child('name')?.text === 'TestMain' && one.type === 'function_declaration');
  const body = main?.child('body');
  if (main === undefined || body === undefined) return null;
  const parameter = main.child('parameters')?.named[0]?.named[0]?.text ?? 'm';
  const isPassedOn = new RegExp(`\\b${parameter}\\.Run\\(|\\(\\s*&?${parameter}\\b|,\\s*${parameter}\\b`).test(
    body.text,
  );
  return isPassedOn ? null : { how: 'TestMain without m.Run()', line: main.line };
}

interface Declaring extends Pick<FoundTest, 'names' | 'skip' | 'cases' | 'line'> {
  readonly dialect: Dialect;
  readonly tests: FoundTest[];
  readonly file: Syntax;
}

/** A test, and the subtests that its live code starts. */
function declare(body: Syntax, { dialect, tests, file, ...test }: Declaring): void {
  const skip = test.skip ?? (OTHER_T.test(body.text) ? { how: 'another t', line: body.line } : null);
  tests.push({ ...test, skip, focus: null, isTodo: false, body });
  const own = skip ?? readBody(body, dialect).skip;
  const visit = (node: Syntax): 'into' | 'over' => {
    if (!isNested(node)) return 'into';
    const given = node.child('arguments')?.named ?? [];
    const callback = given.find(({ type }) => type === 'func_literal')?.child('body');
    const [title] = given;
    if (callback === undefined || title === undefined) return 'over';
    const isNamed = /string_literal/.test(title.type);
    const names = [...test.names, isNamed ? title.text.slice(1, -1) : '*'];
    declare(callback, {
      dialect,
      tests,
      file,
      names,
      skip: own,
      line: node.line,
      cases: casesAround(node, { body, file }),
    });
    return 'over';
  };
  walkLive(body, { dialect, visit: (node) => (node === body ? 'into' : visit(node)) });
}

/** `t.Run(name, func(t *testing.T) { … })` */
function isNested(node: Syntax): boolean {
  if (node.type !== 'call_expression') return false;
  if (isSpecCall(node)) return true;
  const callee = node.child('function');
  const given = node.child('arguments')?.named ?? [];
  return callee?.child('field')?.text === 'Run' && given.length === 2 && given[1]?.type === 'func_literal';
}

/** Rows of the table that a loop around a subtest goes through. */
function casesAround(node: Syntax, { body, file }: { body: Syntax; file: Syntax }): number | null {
  for (let above = node.parent; above !== null && above !== body; above = above.parent) {
    if (above.type !== 'for_statement') continue;
    const right = above.first('range_clause')?.child('right');
    if (right === undefined) return null;
    if (right.type === 'int_literal') return Number(right.text);
    return countElements(right.type === 'identifier' ? valueOfName(right.text, [body, file]) : right);
  }
  return 1;
}

function valueOfName(name: string, scopes: readonly Syntax[]): Syntax | undefined {
  for (const scope of scopes)
    for (const one of scope.all('short_var_declaration', 'var_spec')) {
      const left = one.child('left') ?? one.child('name');
      if (left?.text === name) return (one.child('right') ?? one.child('value'))?.named[0];
    }
  return undefined;
}

function countElements(value: Syntax | undefined): number | null {
  return value?.type === 'composite_literal' ? (value.child('body')?.named.length ?? null) : null;
}
