import type { Syntax } from '../syntax.ts';
import { constantValue } from './constants.ts';

/** What a name stands for that declares tests. */
export interface Runner {
  readonly kind: 'test' | 'suite' | 'hook';
  readonly skip: string | null;
  readonly focus: string | null;
  /** Of `each`: how many rows; null where the file does not say. */
  readonly cases: number | null;
  readonly isTodo: boolean;
}

const PLAIN = { skip: null, focus: null, cases: 1, isTodo: false };
const named = (names: string, runner: Partial<Runner> & Pick<Runner, 'kind'>) =>
  names.split(' ').map((name) => [name, { ...PLAIN, ...runner }] as const);
const off = (kind: Runner['kind'], names: string) =>
  names.split(' ').flatMap((name) => named(name, { kind, skip: name }));
const only = (kind: Runner['kind'], names: string) =>
  names.split(' ').flatMap((name) => named(name, { kind, focus: name }));

const GLOBALS: ReadonlyMap<string, Runner> = new Map([
  ...named('it test specify', { kind: 'test' }),
  ...named('describe context suite', { kind: 'suite' }),
  ...named('before beforeEach beforeAll setup suiteSetup', { kind: 'hook' }),
  ...off('test', 'xit xtest xspecify'),
  ...off('suite', 'xdescribe xcontext'),
  ...only('test', 'fit ftest'),
  ...only('suite', 'fdescribe fcontext'),
]);
const LIBRARIES =
  /^(?:node:test|ava|tape|tap|vitest|uvu|mocha|zora|bun:test|qunit|@japa\/runner|@jest\/globals|@playwright\/test|@std\/testing.*|t-a-p|libtap)$/;
const OBJECTS = new Set(['QUnit', 'Deno', 'tap', 'mocha', 'vitest', 'jasmine', 'globalThis', 'global', 'window']);

/** Names of one file that declare tests, with its own aliases and wrappers. */
export class Runners {
  readonly #own = new Map<string, Runner | null>();
  readonly #pending = new Set<string>();
  readonly #values = new Map<string, Syntax>();

  constructor(program: Syntax) {
    for (const declared of program.all(
      'variable_declarator',
      'function_declaration',
      'import_specifier',
      'import_clause',
    ))
      this.#note(declared);
  }

  /** Returns what an expression stands for that is called with a title; null where it declares no test. */
  resolve(node: Syntax | undefined): Runner | null {
    if (node === undefined) return null;
    if (node.type === 'identifier') return this.#byName(node.text);
    if (node.type === 'parenthesized_expression') return this.resolve(node.named[0]);
    if (node.type === 'sequence_expression') return this.resolve(node.named.at(-1));
    if (node.type === 'non_null_expression' || node.type === 'as_expression') return this.resolve(node.named[0]);
    if (node.type === 'ternary_expression') return this.#either(node);
    if (node.type === 'member_expression')
      return this.#member(node.child('object'), node.child('property')?.text ?? '');
    if (node.type === 'subscript_expression')
      return this.#member(node.child('object'), textOfString(node.child('index')) ?? '');
    return node.type === 'call_expression' ? this.#called(node) : null;
  }

  #byName(name: string): Runner | null {
    if (this.#own.has(name)) return this.#own.get(name) ?? null;
    const value = this.#values.get(name);
    if (value === undefined || this.#pending.has(name)) return GLOBALS.get(name) ?? null;
    this.#pending.add(name);
    const found = this.#ofValue(name, value);
    this.#pending.delete(name);
    this.#own.set(name, found);
    return found;
  }

  /** A function that declares a test is as the first test in it; one that declares none is no runner, whatever its name. */
  #ofValue(name: string, value: Syntax): Runner | null {
    if (!/function|method_definition|arrow/.test(value.type)) {
      const isPlain = /^(?:identifier|member_expression|number|string|object|null|undefined)$/.test(value.type);
      return this.resolve(value) ?? (isPlain ? null : (GLOBALS.get(name) ?? null));
    }
    for (const call of value.all('call_expression')) {
      const runner = this.resolve(call.child('function'));
      const [title] = call.child('arguments')?.named ?? [];
      if (runner !== null && runner.kind !== 'hook' && title !== undefined) return runner;
    }
    return null;
  }

  #either(node: Syntax): Runner | null {
    const value = constantValue(node.child('condition'));
    const [then, otherwise] = [this.resolve(node.child('consequence')), this.resolve(node.child('alternative'))];
    if (value !== null) return value ? then : otherwise;
    if (then === null || otherwise === null) return then ?? otherwise;
    return { ...then, skip: then.skip && otherwise.skip, focus: then.focus && otherwise.focus };
  }

  #member(object: Syntax | undefined, name: string): Runner | null {
    const runner = this.resolve(object);
    if (runner === null) {
      const isLibrary = object?.type === 'identifier' && (OBJECTS.has(object.text) || this.#libraries.has(object.text));
      if (!isLibrary) return null;
      return name === 'module'
        ? { ...PLAIN, kind: 'suite' }
        : (GLOBALS.get(name) ?? this.#modified(name, { ...PLAIN, kind: 'test' }));
    }
    return this.#modified(name, runner);
  }

  #modified(name: string, runner: Runner): Runner | null {
    const how = `${runner.kind === 'suite' ? 'describe' : 'it'}.${name}`;
    if (/^(?:skip|fixme|fail|fails|failing|skipIfTrue)$/.test(name)) return { ...runner, skip: how };
    if (name === 'todo') return { ...runner, isTodo: true };
    if (name === 'only') return { ...runner, focus: how };
    if (name === 'describe' || name === 'suite') return { ...runner, kind: 'suite' };
    if (/^(?:before|after)(?:Each|All)?$/.test(name)) return { ...runner, kind: 'hook' };
    if (
      /^(?:each|for|skipIf|runIf|if|todoIf|concurrent|serial|sequential|parallel|shuffle|call|apply|bind|extend|macro|test|it|default|describe|cb|failing)$/.test(
        name,
      )
    )
      return runner;
    return null;
  }

  #called(node: Syntax): Runner | null {
    const callee = node.child('function');
    const runner = this.resolve(callee);
    const name = callee?.child('property')?.text ?? '';
    if (runner === null || callee === undefined) return null;
    const given = node.child('arguments');
    if (name === 'each' || name === 'for')
      return { ...runner, cases: multiply(runner.cases, countRows(given, this.#values)) };
    const value = constantValue(given?.named[0]);
    if (/^(?:skipIf|todoIf)$/.test(name)) return value === true ? { ...runner, skip: `it.${name}(true)` } : runner;
    if (/^(?:runIf|if)$/.test(name)) return value === false ? { ...runner, skip: `it.${name}(false)` } : runner;
    return /^(?:extend|bind|macro)$/.test(name) ? runner : null;
  }

  readonly #libraries = new Set<string>();

  #note(node: Syntax): void {
    if (node.type === 'import_specifier' || node.type === 'import_clause') this.#noteImport(node);
    else if (node.type === 'function_declaration') this.#values.set(node.child('name')?.text ?? '', node);
    else this.#noteVariable(node.child('name'), node.child('value'));
  }

  #noteVariable(target: Syntax | undefined, value: Syntax | undefined): void {
    if (target === undefined || value === undefined) return;
    const from = requiredFrom(value);
    if (from !== null) {
      this.#noteRequired(target, { from, value });
      return;
    }
    if (target.type === 'identifier') {
      this.#values.set(target.text, value);
      return;
    }
    for (const [name, local] of patternNames(target)) {
      const runner = this.#member(value, name);
      if (runner !== null) this.#own.set(local, runner);
    }
  }

  /** `require('tape')`, `require('mocha').it.skip`. */
  #noteRequired(target: Syntax, { from, value }: { from: string; value: Syntax }): void {
    const isLibrary = LIBRARIES.test(from);
    const path = value.text
      .slice(value.text.indexOf(')') + 1)
      .split('.')
      .filter(Boolean);
    const start: Runner | null = isLibrary ? { ...PLAIN, kind: 'test' } : null;
    const step = (runner: Runner | null, name: string) => GLOBALS.get(name) ?? (runner && this.#modified(name, runner));
    if (target.type === 'identifier') {
      if (path.length > 0) {
        const runner = path.reduce(step, start);
        if (runner !== null) this.#own.set(target.text, runner);
      } else if (isLibrary) this.#library(target.text);
      return;
    }
    for (const [name, local] of patternNames(target)) {
      const runner = GLOBALS.get(name) ?? (isLibrary ? step(start, name) : null);
      if (runner !== null) this.#own.set(local, runner);
    }
  }

  #noteImport(node: Syntax): void {
    const from = textOfString(node.parent?.child('source') ?? node.parent?.parent?.parent?.child('source')) ?? '';
    const isLibrary = LIBRARIES.test(from);
    if (node.type === 'import_clause') {
      const own = node.named[0];
      if (own?.type === 'identifier' && isLibrary) this.#library(own.text);
      if (own?.type === 'namespace_import' && isLibrary) this.#libraries.add(own.named[0]?.text ?? '');
      return;
    }
    const name = node.child('name')?.text ?? '';
    const runner = GLOBALS.get(name) ?? (isLibrary ? this.#modified(name, { ...PLAIN, kind: 'test' }) : null);
    if (runner !== null) this.#own.set(node.child('alias')?.text ?? name, runner);
  }

  /** The library's default export declares a test, and has others as members. */
  #library(name: string): void {
    this.#libraries.add(name);
    const known = GLOBALS.get(name);
    this.#own.set(name, known ?? { ...PLAIN, kind: 'test' });
  }
}

/** Returns the text of a string that is written out, null for any other node. */
export function textOfString(node: Syntax | undefined | null): string | null {
  return node?.type === 'string' ? node.text.slice(1, -1) : null;
}

export function multiply(one: number | null, other: number | null): number | null {
  return one === null || other === null ? null : one * other;
}

/** Returns the rows of a table or list that is written out, also one that a constant of the file names. */
export function countRows(given: Syntax | undefined, values: ReadonlyMap<string, Syntax>): number | null {
  if (given?.type === 'template_string') {
    const head =
      given.named[0]?.text.split('\n')[0] === ''
        ? given.named[0]?.text.split('\n')[1]
        : given.named[0]?.text.split('\n')[0];
    const columns = (head ?? '').split('|').length;
    return Math.round(given.all('template_substitution').length / Math.max(1, columns));
  }
  const list = given?.type === 'arguments' ? given.named[0] : given;
  const rows = list?.type === 'identifier' ? values.get(list.text) : list;
  const plain = rows?.type === 'as_expression' ? rows.named[0] : rows;
  if (plain?.type === 'object') return plain.named.length;
  if (plain?.type !== 'array' || plain.named.some(({ type }) => type === 'spread_element')) return null;
  return plain.named.length;
}

function requiredFrom(value: Syntax): string | null {
  return /^(?:await\s+)?(?:require|import)\(\s*['"]([^'"]+)['"]\s*\)/.exec(value.text)?.[1] ?? null;
}

function patternNames(pattern: Syntax): [name: string, local: string][] {
  return pattern.named.map((one) => [
    one.child('key')?.text ?? one.named[0]?.text ?? one.text,
    one.child('value')?.text ?? one.text,
  ]);
}
