import type { Skip } from '../../../core/gates/integrity/model.ts';
import type { Syntax } from '../syntax.ts';
import { constantValue } from './constants.ts';

/** Names that a file gives to what it imports or assigns, written out. */
export class Names {
  readonly #written = new Map<string, string>();
  readonly #lists = new Map<string, Syntax>();

  constructor(module: Syntax) {
    for (const statement of module.all('import_from_statement')) {
      const from = statement.child('module_name')?.text ?? '';
      for (const name of statement.children.filter(({ field }) => field === 'name')) {
        const [own, alias] =
          name.type === 'aliased_import'
            ? [name.child('name')?.text, name.child('alias')?.text]
            : [name.text, name.text];
        if (own && alias) this.#written.set(alias, `${from}.${own}`);
      }
    }
    for (const alias of module.all('aliased_import')) {
      if (alias.parent?.type !== 'import_statement') continue;
      this.#written.set(alias.child('alias')?.text ?? '', alias.child('name')?.text ?? '');
    }
    for (const assignment of module.all('assignment')) this.#noteAssignment(assignment);
    for (const definition of module.named) this.#noteFunction(definition);
  }

  #noteAssignment(assignment: Syntax): void {
    const [left, right] = [assignment.child('left'), assignment.child('right')];
    if (left?.type !== 'identifier' || right === undefined) return;
    if (right.type === 'attribute' || right.type === 'identifier') this.#written.set(left.text, right.text);
    if (right.type === 'list' || right.type === 'tuple' || right.type === 'dictionary')
      this.#lists.set(left.text, right);
    if (right.type === 'call') {
      const name = right.child('function')?.text ?? '';
      // A mark with its reason, kept under a name.
      if (/(?:^|\.)(?:skip|xfail|skipif|skipIf|skipUnless)$/.test(name)) this.marks.set(left.text, right);
    }
  }

  /** A decorator of the file that gives its function a skip. */
  #noteFunction(definition: Syntax): void {
    if (definition.type !== 'function_definition') return;
    const name = definition.child('name')?.text ?? '';
    const returned = definition.all('return_statement').map(({ text }) => text);
    if (returned.some((text) => /\b(?:mark\.skip|unittest\.skip)\(/.test(text)) && !/^test/.test(name))
      this.#written.set(name, 'pytest.mark.skip');
  }

  readonly marks = new Map<string, Syntax>();

  /** Returns a dotted name with its first part written out. */
  expand(name: string, depth = 0): string {
    const [first = '', ...rest] = name.split('.');
    const written = this.#written.get(first);
    if (written === undefined || written === name || depth > 5) return name;
    return this.expand([written, ...rest].join('.'), depth + 1);
  }

  /** Returns how many entries a list has that is written out, or that the file names; null for any other. */
  countRows(node: Syntax | undefined): number | null {
    const list = node?.type === 'identifier' ? this.#lists.get(node.text) : node;
    if (list === undefined) return null;
    if (list.type === 'parenthesized_expression') return this.countRows(list.named[0]);
    if (!/^(?:list|tuple|set|dictionary)$/.test(list.type)) return null;
    if (list.named.some(({ type }) => /splat/.test(type))) return null;
    return list.named.filter(
      (row) => !/marks\s*=\s*(?:pytest\.)?(?:mark\.)?(?:skip|xfail)\b(?!if)/.test(row.text) && row.type !== 'comment',
    ).length;
  }
}

/** Returns how a decorator, or an entry of `pytestmark`, skips whatever happens; null where it does not. */
export function skipOfMark(node: Syntax, names: Names): Skip | null {
  const written = node.type === 'identifier' ? (names.marks.get(node.text) ?? node) : node;
  const isCall = written.type === 'call';
  const name = names.expand((isCall ? written.child('function') : written)?.text ?? '');
  const given = isCall ? (written.child('arguments')?.named ?? []) : [];
  const skip: Skip = { how: `@${name}`, line: node.line };
  if (
    /(?:^|\.)mark\.skip$|^unittest\.(?:case\.)?skip$|(?:^|\.)(?:nottest|expectedFailure|skip_test)$|^skip$/.test(name)
  )
    return skip;
  const condition = given.find((one) => one.type !== 'keyword_argument') ?? keyword(given, 'condition');
  if (/(?:^|\.)mark\.xfail$/.test(name)) {
    const value = condition === undefined ? true : constantValue(condition);
    return value === true ? skip : null;
  }
  if (/(?:^|\.)(?:skipif|skipIf)$/.test(name))
    return constantValue(condition) === true ? { ...skip, how: `${skip.how}(True)` } : null;
  if (/(?:^|\.)skipUnless$/.test(name))
    return constantValue(condition) === false ? { ...skip, how: `${skip.how}(False)` } : null;
  return null;
}

function keyword(given: readonly Syntax[], name: string): Syntax | undefined {
  return given.find((one) => one.type === 'keyword_argument' && one.child('name')?.text === name)?.child('value');
}

/** Returns how many sets of values a decorator gives; 1 for one that gives none. */
export function casesOfMark(node: Syntax, names: Names): number | null {
  if (node.type !== 'call') return 1;
  const name = names.expand(node.child('function')?.text ?? '');
  const given = node.child('arguments')?.named ?? [];
  if (/(?:^|\.)parametrize$/.test(name))
    return names.countRows(given.filter(({ type }) => type !== 'keyword_argument')[1] ?? keyword(given, 'argvalues'));
  return /(?:^|\.)parameterized(?:\.expand)?$|(?:^|\.)(?:ddt\.)?data$/.test(name)
    ? (names.countRows(given[0]) ?? null)
    : 1;
}
