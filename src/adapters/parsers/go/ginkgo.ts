import type { Skip } from '../../../core/gates/integrity/model.ts';
import type { FoundTest } from '../read-test.ts';
import type { Syntax } from '../syntax.ts';

const SUITE = /^[FPX]?(?:Describe|Context|When|DescribeTable)$/;
const TEST = /^[FPX]?(?:It|Specify|Entry)$/;

interface Within {
  readonly tests: FoundTest[];
  readonly skip: Skip | null;
  readonly names?: readonly string[];
  readonly focus?: Skip | null;
}

/** Finds the specs of Ginkgo. */
export function findSpecs(node: Syntax, within: Within): void {
  if (!isSpecCall(node)) {
    for (const child of node.children) findSpecs(child, within);
    return;
  }
  const name = nameOf(node);
  const given = node.child('arguments')?.named ?? [];
  const { line } = node;
  const isOff = /^[PX]/.test(name) || given.some(({ text }) => /^(?:ginkgo\.)?Pending$/.test(text));
  const isFocused = /^F/.test(name) || given.some(({ text }) => /^(?:ginkgo\.)?Focus$/.test(text));
  const names = [...(within.names ?? []), given[0]?.text.replaceAll(/["`]/g, '') ?? ''];
  const skip = within.skip ?? (isOff ? { how: name, line } : null);
  const focus = within.focus ?? (isFocused ? { how: name, line } : null);
  const body = given.find(({ type }) => type === 'func_literal')?.child('body') ?? null;
  if (TEST.test(name))
    within.tests.push({
      names,
      line,
      skip,
      focus,
      cases: 1,
      isTodo: false,
      body: body ?? (name.endsWith('Entry') ? node : null),
    });
  else for (const child of given) findSpecs(child, { ...within, names, skip, focus });
}

/** Returns whether a node declares a spec or a container of specs. */
export function isSpecCall(node: Syntax): boolean {
  if (node.type !== 'call_expression') return false;
  const name = nameOf(node);
  return (SUITE.test(name) || TEST.test(name)) && /string_literal/.test(node.child('arguments')?.named[0]?.type ?? '');
}

function nameOf(node: Syntax): string {
  const callee = node.child('function')?.text ?? '';
  return /^(?:ginkgo\.)?\w+$/.test(callee) ? callee.replace('ginkgo.', '') : '';
}
