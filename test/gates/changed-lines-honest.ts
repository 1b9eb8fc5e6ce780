import { istanbulFinal } from '../support/coverage-reports.ts';
import type { ChangedLinesRow } from './changed-lines.ts';
import { coberturaOf, jacocoOf, lcovOf } from './judge-lines.ts';

const text = (...lines: readonly string[]) => `${lines.join('\n')}\n`;

const SUM = text('export function sum(a, b) {', '  return a + b;', '}');
const RUN = { 'coverage/lcov.info': lcovOf('src/sum.js', '+++') };
/** No test executes it, and that is older than the change. */
const OLD = text(
  'export function parseHeader(line) {',
  "  const [name, value] = line.split(':');",
  '  if (name.length > 80) return null;',
  '  return { name: name.trim(), value };',
  '}',
);
const OLD_MARKS = '+----';
const GO_MOD = 'module example.com/shop\n\ngo 1.22\n';
const CART = text('package cart', '', 'func Total(a, b int) int {', '\treturn a + b', '}');
const POINT = text('package com.shop;', '', 'public interface Priced {', '  int price(int pieces);', '}');

type Row = Omit<ChangedLinesRow, 'expect'>;

const ROWS: readonly Row[] = [
  {
    name: 'code and its tests',
    language: 'JavaScript',
    before: { 'src/sum.js': SUM },
    after: { 'src/sum.js': SUM + OLD, 'test/sum.test.js': 'check();\n' },
    reports: { 'coverage/lcov.info': lcovOf('src/sum.js', '+++++++.') },
  },
  {
    name: 'the deletion of covered code, which lowers the figure',
    language: 'JavaScript',
    before: { 'src/sum.js': SUM + OLD },
    after: { 'src/sum.js': SUM },
    reports: RUN,
    input: {
      totalsBefore: [{ covered: 90, total: 100, format: 'LCOV' }],
      totals: [{ covered: 40, total: 50, format: 'LCOV' }],
    },
  },
  {
    name: 'a function that was moved to another file as it is',
    language: 'JavaScript',
    before: { 'src/sum.js': SUM + OLD },
    after: { 'src/sum.js': SUM, 'src/header.js': OLD },
    reports: { 'coverage/lcov.info': lcovOf('src/sum.js', '+++') + lcovOf('src/header.js', OLD_MARKS) },
  },
  {
    name: 'a method that was moved within its class, further in',
    language: 'Java',
    before: {
      'src/main/java/a/B.java': text(
        'package a;',
        'class B {',
        '  int old(int first) {',
        '    int second = first * 2;',
        '    return second + first;',
        '  }',
        '  void other() {',
        '    run();',
        '  }',
        '}',
      ),
    },
    after: {
      'src/main/java/a/B.java': text(
        'package a;',
        'class B {',
        '  void other() {',
        '    run();',
        '  }',
        '  static class C {',
        '    int old(int first) {',
        '      int second = first * 2;',
        '      return second + first;',
        '    }',
        '  }',
        '}',
      ),
    },
    reports: { 'target/site/jacoco/jacoco.xml': jacocoOf({ 'a/B.java': '.+.+.+.--' }) },
  },
  {
    name: 'comments and blank lines in code that no test executes, of which the report counts each line',
    language: 'JavaScript',
    before: { 'src/sum.js': SUM + OLD },
    after: {
      'src/sum.js':
        SUM + OLD.replace('  if', '\n  // Longer ones are no names.\n  /*\n   * See the document.\n   */\n  if'),
    },
    reports: { 'coverage/lcov.info': lcovOf('src/sum.js', '++++---------.') },
  },
  {
    name: 'the new name of a file',
    language: 'Python',
    before: { 'app/a.py': text('def net(order):', '    vat = order.vat', '    return order.net * vat') },
    after: { 'app/prices.py': text('def net(order):', '    vat = order.vat', '    return order.net * vat') },
    reports: { 'coverage.xml': coberturaOf({ 'app/prices.py': '+--' }) },
  },
  {
    name: 'a file of types and interfaces alone',
    language: 'TypeScript',
    before: { 'src/sum.js': SUM },
    after: {
      'src/sum.js': SUM,
      'src/types.ts': text(
        "import type { A } from './a.ts';",
        "export type { B } from './b.ts';",
        '',
        'export interface Order {',
        '  readonly id: string;',
        '  items(): readonly Item[];',
        '}',
        '',
        'export type Item =',
        '  | { kind: "a"; a: A }',
        '  | { kind: "b" };',
        '',
        'export type Of<T> = T extends Order',
        '  ? string',
        '  : number;',
        'declare const version: string;',
      ),
    },
    reports: RUN,
  },
  {
    name: 'an interface',
    language: 'Java',
    before: { 'src/main/java/com/shop/A.java': text('class A {', '  int a() {', '    return 1;', '  }', '}') },
    after: {
      'src/main/java/com/shop/A.java': text('class A {', '  int a() {', '    return 1;', '  }', '}'),
      'src/main/java/com/shop/Priced.java': POINT,
    },
    reports: { 'target/site/jacoco/jacoco.xml': jacocoOf({ 'com/shop/A.java': '+.+' }) },
  },
  {
    name: 'types and constants alone',
    language: 'Go',
    before: { 'go.mod': GO_MOD, 'cart/cart.go': CART },
    after: {
      'go.mod': GO_MOD,
      'cart/cart.go': CART,
      'cart/kinds.go': text(
        'package cart',
        '',
        'type Kind int',
        '',
        'const (',
        '\tPlain Kind = iota',
        '\tGift',
        ')',
        '',
        'type Rater interface {',
        '\tRate(k Kind) int',
        '}',
      ),
    },
    reports: { 'cover.out': text('mode: set', 'example.com/shop/cart/cart.go:3.26,5.2 1 1') },
  },
  {
    name: 'documents',
    language: 'any',
    before: { 'src/sum.js': SUM, 'README.md': '# A\n' },
    after: { 'src/sum.js': SUM, 'README.md': '# B\n', 'docs/how.md': 'So.\n', 'docs/conf.py': 'project = "a"\n' },
    reports: RUN,
  },
  {
    name: 'the formatting of code that no test executes',
    language: 'TypeScript',
    before: {
      'src/header.ts': text(
        'export function header(name: string, value: string, old: boolean) {',
        "    return old ? make('X-' + name, value, { flag: true }) : make(name, value, { flag: false })",
        '}',
      ),
    },
    after: {
      'src/header.ts': text(
        'export function header(',
        '  name: string,',
        '  value: string,',
        '  old: boolean,',
        ') {',
        '  return old',
        '    ? make("X-" + name, value, { flag: true })',
        '    : make(name, value, { flag: false });',
        '}',
      ),
    },
    reports: {
      'coverage/coverage-final.json': istanbulFinal('/w/app/src/header.ts', {
        statements: [[6, 0]],
        functions: [[1, 0]],
      }),
    },
  },
  {
    name: 'code that formatters put further in, within a new guard that tests execute',
    language: 'Python',
    before: { 'app/a.py': text('def net(order):', '    vat = order.vat', '    return order.net * vat') },
    after: {
      'app/a.py': text(
        'def net(order):',
        '    if order is not None:',
        '        vat = order.vat',
        '        return order.net * vat',
      ),
    },
    reports: { 'coverage.xml': coberturaOf({ 'app/a.py': '++--' }) },
  },
  {
    name: 'tests, their helpers, and configuration',
    language: 'JavaScript',
    before: { 'src/sum.js': SUM },
    after: {
      'src/sum.js': SUM,
      'test/helpers.js': OLD,
      'src/sum.test.js': OLD,
      'vitest.config.ts': OLD,
      '.eslintrc.cjs': OLD,
    },
    reports: RUN,
  },
  {
    name: 'a script for people',
    language: 'Python',
    before: { 'app/a.py': text('A = 1') },
    after: {
      'app/a.py': text('A = 1'),
      'scripts/release.py': text('def run():', '    push()'),
      'setup.py': text('setup()'),
    },
    reports: { 'coverage.xml': coberturaOf({ 'app/a.py': '+' }) },
  },
  {
    name: 'another language than that of the report',
    language: 'JavaScript',
    before: { 'app/a.py': text('A = 1') },
    after: { 'app/a.py': text('A = 1'), 'app/static/menu.js': OLD },
    reports: { 'coverage.xml': coberturaOf({ 'app/a.py': '+' }) },
  },
  {
    name: 'lines of which four of five are executed',
    language: 'Go',
    before: { 'go.mod': GO_MOD, 'cart/cart.go': CART },
    after: {
      'go.mod': GO_MOD,
      'cart/cart.go': CART.replace(
        '\treturn',
        '\tc := a\n\tc += b\n\tif c < 0 {\n\t\treturn 0\n\t}\n\tlog(c)\n\treturn',
      ),
    },
    reports: {
      'cover.out': text(
        'mode: set',
        'example.com/shop/cart/cart.go:3.26,6.11 3 1',
        'example.com/shop/cart/cart.go:6.11,8.3 1 0',
        'example.com/shop/cart/cart.go:9.2,10.14 2 1',
      ),
    },
  },
  {
    name: 'a guard on one line, of which tests take one way',
    language: 'TypeScript',
    before: { 'src/sum.ts': SUM },
    after: { 'src/sum.ts': SUM.replace('  return', '  if (a === undefined) return b;\n  return') },
    reports: {
      'coverage/coverage-final.json': istanbulFinal('/w/app/src/sum.ts', {
        statements: [
          [2, 4],
          [2, 0],
          [3, 4],
        ],
        branches: [[2, 0, 4]],
      }),
    },
  },
  {
    name: 'the import of a module in another order',
    language: 'Python',
    before: { 'app/a.py': text('import os', 'import sys', 'from app.prices.calculation import net', 'A = 1') },
    after: { 'app/a.py': text('from app.prices.calculation import net', 'import os', 'import sys', 'A = 1') },
    reports: { 'coverage.xml': coberturaOf({ 'app/a.py': '++++' }) },
  },
  {
    name: 'code in a module whose report names it from its own folder',
    language: 'TypeScript',
    before: { 'packages/a/src/index.ts': SUM, 'packages/b/src/index.ts': SUM },
    after: { 'packages/a/src/index.ts': SUM, 'packages/b/src/index.ts': SUM.replace('a + b', 'b + a') },
    reports: {
      'packages/a/coverage/lcov.info': lcovOf('src/index.ts', '---'),
      'packages/b/coverage/lcov.info': lcovOf('src/index.ts', '+++'),
    },
  },
  {
    name: 'a stub of a protocol on one line',
    language: 'Python',
    before: { 'app/a.py': text('A = 1') },
    after: { 'app/a.py': text('A = 1', 'class Priced(Protocol):', '    def price(self, pieces: int = 1) -> int: ...') },
    reports: { 'coverage.xml': coberturaOf({ 'app/a.py': '+++' }) },
  },
  {
    name: 'figures that move by less than half a point',
    language: 'any',
    before: { 'src/sum.js': SUM },
    after: { 'src/sum.js': SUM.replace('a + b', 'b + a') },
    reports: RUN,
    input: {
      totalsBefore: [{ covered: 900, total: 1000, format: 'LCOV' }],
      totals: [{ covered: 899, total: 1003, format: 'LCOV' }],
    },
  },
  {
    name: 'lines that one of two runs executes',
    language: 'JavaScript',
    before: { 'src/sum.js': SUM },
    after: { 'src/sum.js': SUM.replace('a + b', 'b + a') },
    reports: { 'one/lcov.info': lcovOf('src/sum.js', '+--'), 'two/lcov.info': lcovOf('src/sum.js', '++-') },
  },
];

/** Changes that must raise nothing. */
export const HONEST: readonly ChangedLinesRow[] = ROWS.map((row) => ({ ...row, expect: [] }));
