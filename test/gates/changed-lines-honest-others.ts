import type { ChangedLinesRow } from './changed-lines.ts';
import { coberturaOf, jacocoOf } from './judge-lines.ts';

const text = (...lines: readonly string[]) => `${lines.join('\n')}\n`;

const GO_MOD = 'module example.com/shop\n\ngo 1.22\n';
const CART = text('package cart', '', 'func Total(a, b int) int {', '\treturn a + b', '}');
const POINT = text('package com.shop;', '', 'public interface Priced {', '  int price(int pieces);', '}');

type Row = Omit<ChangedLinesRow, 'expect'>;

const ROWS: readonly Row[] = [
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
    name: 'the new name of a file',
    language: 'Python',
    before: { 'app/a.py': text('def net(order):', '    vat = order.vat', '    return order.net * vat') },
    after: { 'app/prices.py': text('def net(order):', '    vat = order.vat', '    return order.net * vat') },
    reports: { 'coverage.xml': coberturaOf({ 'app/prices.py': '+--' }) },
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
    name: 'the import of a module in another order',
    language: 'Python',
    before: { 'app/a.py': text('import os', 'import sys', 'from app.prices.calculation import net', 'A = 1') },
    after: { 'app/a.py': text('from app.prices.calculation import net', 'import os', 'import sys', 'A = 1') },
    reports: { 'coverage.xml': coberturaOf({ 'app/a.py': '++++' }) },
  },
  {
    name: 'a stub of a protocol on one line',
    language: 'Python',
    before: { 'app/a.py': text('A = 1') },
    after: { 'app/a.py': text('A = 1', 'class Priced(Protocol):', '    def price(self, pieces: int = 1) -> int: ...') },
    reports: { 'coverage.xml': coberturaOf({ 'app/a.py': '+++' }) },
  },
];

/** Changes that must raise nothing: Python, Java and Go. */
export const OTHER_HONEST: readonly ChangedLinesRow[] = ROWS.map((row) => ({ ...row, expect: [] }));
