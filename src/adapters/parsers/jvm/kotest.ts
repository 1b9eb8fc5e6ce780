import type { Skip } from '../../../core/gates/integrity/model.ts';
import type { FoundTest } from '../read-test.ts';
import type { Syntax } from '../syntax.ts';

const SUITES = /^[xf]?(?:context|describe|given|feature|Given|Describe|Context)$/;
const TESTS = /^[xf]?(?:test|it|should|scenario|expect|then|when|and|When|Then|And|It|Test)$/;
const SPECS = /\b(?:Fun|String|Should|Describe|Behavior|Word|Free|Feature|Expect)Spec\b|\bSpek\b/;

interface Within {
  readonly scope: { readonly names: readonly string[]; readonly skip: Skip | null };
  readonly tests: FoundTest[];
}

interface SpecCall {
  readonly name: string;
  readonly title: string;
  readonly body: Syntax;
  readonly isOff: boolean;
}

/** Finds the tests of Kotest's styles in a class that is one of its specs. */
export function findSpecs(declaration: Syntax, within: Within): void {
  const bases = declaration.first('delegation_specifiers');
  if (bases === undefined || !SPECS.test(bases.text)) return;
  const body = declaration.first('class_body');
  for (const root of [bases, body]) if (root) visit(root, within);
}

/** Returns whether a node is a test or suite of Kotest within another. */
export function isSpecCall(node: Syntax): boolean {
  return node.type === 'call_expression' && specCall(node) !== null;
}

function visit(node: Syntax, within: Within): void {
  const call = node.type === 'call_expression' ? specCall(node) : null;
  if (call === null) {
    for (const child of node.children) visit(child, within);
    return;
  }
  const { name, title, body, isOff } = call;
  const isSkipped = isOff || /^x/.test(name) || title.startsWith('!');
  const line = node.line;
  const skip =
    within.scope.skip ?? (isSkipped ? { how: isOff ? 'enabled = false' : name || title.slice(0, 40), line } : null);
  const isFocused = title.startsWith('f:') || /^f(?:test|it|should|describe|context)$/.test(name);
  const inner = { ...within, scope: { names: [...within.scope.names, title.replace(/^(?:!|f:)/, '')], skip } };
  const hasInner = body.all('call_expression').some((one) => specCall(one) !== null);
  if (!SUITES.test(name) && !hasInner)
    within.tests.push({
      names: inner.scope.names,
      line,
      skip,
      focus: isFocused ? { how: 'f:', line } : null,
      cases: 1,
      isTodo: false,
      body,
    });
  if (hasInner) for (const child of body.children) visit(child, inner);
}

/** `test("title") { }`, `test("title").config(enabled = false) { }`, `"title" { }`. */
function specCall(node: Syntax): SpecCall | null {
  const body = node.first('annotated_lambda')?.first('lambda_literal');
  const callee = node.named[0];
  if (body === undefined || callee === undefined) return null;
  const isOff = /\.\s*config\s*\([^)]*enabled\s*=\s*false/.test(callee.text);
  const title = callee.outermost(new Set(['string_literal']))[0];
  if (callee.type === 'string_literal') return { name: '', title: callee.text.slice(1, -1), body, isOff };
  const name = /^\w+/.exec(callee.text)?.[0] ?? '';
  if (title === undefined || callee.type !== 'call_expression' || !(SUITES.test(name) || TESTS.test(name))) {
    return title !== undefined && callee.text.startsWith('"') && /\.\s*config\b/.test(callee.text)
      ? { name: '', title: title.text.slice(1, -1), body, isOff }
      : null;
  }
  return { name, title: title.text.slice(1, -1), body, isOff };
}
