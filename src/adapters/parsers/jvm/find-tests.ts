import type { Skip } from '../../../core/gates/integrity/model.ts';
import type { Dialect } from '../dialect.ts';
import { type FoundTest, type FoundTests, readBody } from '../read-test.ts';
import type { Syntax } from '../syntax.ts';
import { annotationsOf, casesOfAnnotations, skipOfAnnotations } from './annotations.ts';
import { ASSERTING, createDialect } from './dialect.ts';
import { findSpecs, isSpecCall } from './kotest.ts';

const CLASSES = new Set(['class_declaration', 'object_declaration']);
const METHODS = new Set(['method_declaration', 'function_declaration']);

interface Scope {
  readonly names: readonly string[];
  readonly skip: Skip | null;
}

interface Visiting {
  readonly dialect: Dialect;
  readonly tests: FoundTest[];
  readonly aliases: ReadonlyMap<string, string>;
  readonly scope: Scope;
}

/** Returns the tests of JUnit 3 to 5, TestNG, kotlin.test and Kotest in a file of Java or Kotlin. */
export function findTests(program: Syntax): FoundTests {
  const plain = createDialect({ helpers: new Set(), hollow: new Set(), isTest: isSpecCall });
  const helpers = helpersOf(program, plain);
  const empty = program.all(...METHODS).filter(({ text }) => !/\bthrow\b|\bassert/.test(text.slice(text.indexOf('('))));
  const hollow = new Set(
    empty.map((one) => one.child('name')?.text ?? '').filter((name) => ASSERTING.test(name) && !helpers.has(name)),
  );
  const dialect = createDialect({ helpers, hollow, isTest: isSpecCall });
  const tests: FoundTest[] = [];
  const visiting = { dialect, tests, aliases: aliasesOf(program), scope: { names: [], skip: null } };
  for (const one of program.outermost(CLASSES)) visitClass(one, visiting);
  return { tests, dialect, helpers };
}

/** `import org.junit.Ignore as Later` and `typealias Later = Ignore` of Kotlin. */
function aliasesOf(program: Syntax): Map<string, string> {
  const pairs = [
    ...program.text.matchAll(
      /^\s*(?:import\s+[\w.]+\.(\w+)\s+as\s+(\w+)|typealias\s+(\w+)\s*=\s*(?:[\w.]+\.)?(\w+))/gm,
    ),
  ];
  const own = program
    .all('annotation_type_declaration', 'class_declaration')
    .filter((one) => one.type !== 'class_declaration' || /\bannotation\b/.test(one.first('modifiers')?.text ?? ''));
  const off = own.filter((one) => skipOfAnnotations(annotationsOf(one), new Map()) !== null);
  return new Map([
    ...pairs.map(([, name, alias, own, target]) => [alias ?? own ?? '', name ?? target ?? ''] as const),
    ...off.map((one) => [one.child('name')?.text ?? '', 'Disabled'] as const),
  ]);
}

function helpersOf(program: Syntax, dialect: Dialect): Set<string> {
  const methods = program.all(...METHODS).filter((one) => casesOfAnnotations(annotationsOf(one)) === 0);
  const asserting = methods.filter((one) =>
    one
      .all('method_invocation', 'call_expression', 'infix_expression', 'assert_statement')
      .some((call) => (dialect.assertion(call) ?? 'trivial') !== 'trivial'),
  );
  return new Set(asserting.map((one) => one.child('name')?.text ?? '').filter((name) => !/^test/.test(name)));
}

function visitClass(node: Syntax, visiting: Visiting): void {
  const name = node.child('name')?.text ?? '';
  const modifiers = node.first('modifiers')?.text ?? '';
  const skip = visiting.scope.skip ?? skipOfAnnotations(annotationsOf(node), visiting.aliases);
  const body = node.child('body') ?? node.first('class_body', 'enum_class_body');
  const isAbstract = /\babstract\b/.test(modifiers.replace(/@\w+(?:\([^)]*\))?/g, ''));
  const scope: Scope = {
    names: [...visiting.scope.names, name],
    skip:
      skip ?? (isAbstract ? { how: `abstract class ${name}`, line: node.line } : null) ?? skipOfHooks(body, visiting),
  };
  findSpecs(node, { ...visiting, scope });
  const isOld = /\bTestCase\b/.test((node.child('superclass') ?? node.first('delegation_specifiers'))?.text ?? '');
  for (const member of body?.named ?? []) {
    if (CLASSES.has(member.type)) visitClass(member, { ...visiting, scope });
    else if (METHODS.has(member.type)) declare(member, { ...visiting, scope, isOld });
    else
      for (const inner of member.type === 'companion_object' ? [] : member.outermost(CLASSES))
        visitClass(inner, { ...visiting, scope });
  }
}

function declare(method: Syntax, { scope, aliases, tests, isOld }: Visiting & { isOld: boolean }): void {
  const annotations = annotationsOf(method);
  const name = (method.child('name')?.text ?? '').replaceAll('`', '');
  const isByName = isOld && /^test/.test(name) && !/\bprivate\b/.test(method.first('modifiers')?.text ?? '');
  const cases = isByName ? 1 : casesOfAnnotations(annotations);
  if (cases === 0) return;
  const modifiers = (method.first('modifiers')?.text ?? '').replace(/@\w+(?:\([^)]*\))?/g, '');
  // JUnit 5 leaves these out, JUnit 4 refuses them.
  const isHidden = /\b(?:private|abstract|static)\b/.test(modifiers)
    ? { how: modifiers.trim(), line: method.line }
    : null;
  const skip = scope.skip ?? skipOfAnnotations(annotations, aliases) ?? isHidden;
  tests.push({
    names: [...scope.names, name],
    line: method.line,
    skip,
    focus: null,
    cases,
    isTodo: false,
    body: bodyOf(method),
  });
}

function bodyOf(method: Syntax): Syntax | null {
  return method.child('body') ?? method.first('function_body') ?? null;
}

function skipOfHooks(body: Syntax | undefined, { dialect }: Visiting): Skip | null {
  for (const member of body?.named ?? []) {
    if (!METHODS.has(member.type)) continue;
    const isHook = annotationsOf(member).some(({ name }) =>
      /^(?:Before|BeforeEach|BeforeAll|BeforeClass|BeforeMethod|BeforeTest)$/.test(name),
    );
    const own = bodyOf(member);
    const skip = isHook && own !== null ? readBody(own, dialect).skip : null;
    if (skip !== null) return skip;
  }
  return null;
}
