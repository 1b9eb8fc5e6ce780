import ts from 'typescript';

/** What is counted in one source file; places read `path:line`. */
export interface SourceFileMeasures {
  readonly path: string;
  /** Code that is shipped or run by people, in contrast to tests and their support. */
  readonly isOwn: boolean;
  readonly isTest: boolean;
  readonly lines: number;
  /** Functions of our own code with more than two positional parameters. */
  readonly longParameterLists: readonly string[];
  /** Type assertions of our own code other than `as const`. */
  readonly casts: readonly string[];
}

const MOST_PARAMETERS = 2;

/** Measures one TypeScript file; `path` is relative to the repository and has forward slashes. */
export function measureSourceFile({ path, text }: { path: string; text: string }): SourceFileMeasures {
  const isTest = path.endsWith('.test.ts');
  const isOwn = !isTest && !path.startsWith('test/');
  const lines = text.split('\n').length - 1;
  return { path, isOwn, isTest, lines, ...(isOwn ? readTree({ path, text }) : { longParameterLists: [], casts: [] }) };
}

function readTree({ path, text }: { path: string; text: string }): { longParameterLists: string[]; casts: string[] } {
  const tree = ts.createSourceFile(path, text, ts.ScriptTarget.Latest);
  const longParameterLists: string[] = [];
  const casts: string[] = [];
  const placeOf = (node: ts.Node) => `${path}:${tree.getLineAndCharacterOfPosition(node.getStart(tree)).line + 1}`;
  const visit = (node: ts.Node): void => {
    if (hasLongParameterList(node)) longParameterLists.push(placeOf(node));
    if (isCast(node)) casts.push(placeOf(node));
    ts.forEachChild(node, visit);
  };
  visit(tree);
  return { longParameterLists, casts };
}

/** Signatures without a body describe functions that are counted where they are written. */
function hasLongParameterList(node: ts.Node): boolean {
  if (!ts.isFunctionLike(node) || !('body' in node) || node.body === undefined) return false;
  return node.parameters.filter(({ name }) => !isThis(name)).length > MOST_PARAMETERS;
}

function isThis(name: ts.BindingName): boolean {
  return ts.isIdentifier(name) && name.text === 'this';
}

function isCast(node: ts.Node): boolean {
  return ts.isAssertionExpression(node) && !ts.isConstTypeReference(node.type);
}
