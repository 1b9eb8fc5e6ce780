import type { Dialect } from './dialect.ts';
import type { Syntax } from './syntax.ts';

export interface LiveContext {
  /** A condition that is no constant decides whether it runs. */
  readonly isConditional: boolean;
  /** A failed assertion is lost. */
  readonly isSwallowed: boolean;
}

/** `ends`: nothing after the node runs. `over`: the node is not looked into. */
export type Visit = (node: Syntax, context: LiveContext) => 'into' | 'over' | 'ends';

interface Walk {
  readonly dialect: Dialect;
  readonly visit: Visit;
  /** Functions of the body that something names. */
  readonly called: (name: string) => boolean;
}

/** Visits what of a node may run, and returns whether it ends what it stands in. */
export function walkLive(root: Syntax, walk: Omit<Walk, 'called'>): boolean {
  const called = namesUsed(root, walk.dialect);
  return visitLive(root, { walk: { ...walk, called }, context: { isConditional: false, isSwallowed: false } });
}

interface Visiting {
  readonly walk: Walk;
  readonly context: LiveContext;
}

function visitLive(node: Syntax, { walk, context }: Visiting): boolean {
  const { dialect, visit, called } = walk;
  const own = dialect.declaredFunction(node);
  if (own !== null && !called(own)) return false;
  const answer = visit(node, context);
  if (answer !== 'into') return answer === 'ends';
  const branch = dialect.branch(node);
  if (branch !== null) return visitBranch(branch, { walk, context });
  const swallowed = dialect.swallowed(node);
  let ended = false;
  for (const child of node.children) {
    const isSwallowed = context.isSwallowed || swallowed.includes(child);
    ended = visitLive(child, { walk, context: { ...context, isSwallowed } }) || ended;
    if (ended && (dialect.blocks.has(node.type) || !child.isNamed)) break;
  }
  if (dialect.ends.has(node.type)) return true;
  const keeps = dialect.loops.has(node.type) || dialect.closures.has(node.type) || own !== null || swallowed.length > 0;
  return ended && !keeps && !isTry(node);
}

/** What a `try` catches goes on after it. */
function isTry(node: Syntax): boolean {
  return node.type.startsWith('try') || node.type === 'switch_statement' || node.type.startsWith('when');
}

function visitBranch(
  { condition, value, whenTrue, whenFalse }: ReturnType<Dialect['branch']> & object,
  at: Visiting,
): boolean {
  if (condition) visitLive(condition, at);
  const context = value === null ? { ...at.context, isConditional: true } : at.context;
  const run = (parts: readonly Syntax[]) => parts.map((one) => visitLive(one, { ...at, context })).some(Boolean);
  if (value !== null) return run(value ? whenTrue : whenFalse);
  const [first, second] = [run(whenTrue), run(whenFalse)];
  return first && second && whenFalse.length > 0;
}

/** Names in a node, other than where a function gets one. */
function namesUsed(root: Syntax, dialect: Dialect): (name: string) => boolean {
  const used = new Set<string>();
  const visit = (node: Syntax, inside: string | null) => {
    const own = dialect.declaredFunction(node) ?? inside;
    if (node.children.length === 0 && dialect.names.has(node.type) && node.text !== own) used.add(node.text);
    for (const child of node.children) visit(child, own);
  };
  visit(root, null);
  return (name) => used.has(name);
}
