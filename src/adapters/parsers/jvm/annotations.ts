import type { Skip } from '../../../core/gates/integrity/model.ts';
import type { Syntax } from '../syntax.ts';

/** An annotation with its simple name. */
export interface Annotation {
  readonly name: string;
  readonly node: Syntax;
}

/** Returns the annotations of a class or method, of Java and of Kotlin. */
export function annotationsOf(declaration: Syntax): Annotation[] {
  const found = declaration.first('modifiers')?.named.filter(({ type }) => /annotation/.test(type)) ?? [];
  return found.map((node) => ({ node, name: nameOf(node) }));
}

function nameOf(node: Syntax): string {
  const written = node.child('name')?.text ?? node.outermost(new Set(['user_type']))[0]?.text ?? '';
  return written.split('.').at(-1)?.replace(/<.*/s, '') ?? '';
}

/** Returns how annotations skip whatever happens; null where they do not, or a condition decides. */
export function skipOfAnnotations(
  annotations: readonly Annotation[],
  aliases: ReadonlyMap<string, string>,
): Skip | null {
  for (const { name: written, node } of annotations) {
    const name = aliases.get(written) ?? written;
    const given = node.text.replace(/\s+/g, '');
    const isOff =
      /^(?:Disabled|Ignore|Ignored)$/.test(name) ||
      (name === 'Test' &&
        /\benabled=false\b|\bexpected(?:Exceptions)?=\{?(?:[\w.]*\.)?(?:AssertionError|Throwable|Error)(?:\.class|::class)/.test(
          given,
        )) ||
      (/^EnabledIf(?:\w*)$/.test(name) && /^@\w+\((?:value=|expression=)?"(?:#\{)?false\}?"/.test(given)) ||
      (/^DisabledIf(?:\w*)$/.test(name) && /^@\w+\((?:value=|expression=)?"(?:#\{)?true\}?"/.test(given));
    if (isOff) return { how: `@${written}`, line: node.line };
  }
  return null;
}

const TEST = /^(?:Test|ParameterizedTest|RepeatedTest|TestFactory|TestTemplate|Property|Theory|Example)$/;

/** Returns how often annotations let a method run as a test; 0 where it is none, null where they do not say. */
export function casesOfAnnotations(annotations: readonly Annotation[]): number | null {
  const test = annotations.find(({ name }) => TEST.test(name));
  if (test === undefined) return 0;
  if (test.name === 'RepeatedTest') return Number(/\d+/.exec(test.node.text)?.[0] ?? 1);
  if (test.name !== 'ParameterizedTest') return test.name === 'Test' ? 1 : null;
  const sources = annotations.filter(({ name }) => /Source$/.test(name));
  const counts = sources.map(({ name, node }) => (/^(?:ValueSource|CsvSource)$/.test(name) ? countValues(node) : null));
  return counts.length > 0 && !counts.includes(null) ? counts.reduce<number>((sum, one) => sum + (one ?? 0), 0) : null;
}

function countValues(node: Syntax): number | null {
  const [list] = node.outermost(new Set(['element_value_array_initializer', 'collection_literal']));
  if (list !== undefined) return list.named.length;
  if (/textBlock/.test(node.text))
    return node.text.split('\n').filter((line) => /,/.test(line) && !/@/.test(line)).length;
  return node.outermost(new Set(['string_literal', 'decimal_integer_literal', 'number_literal'])).length || null;
}
