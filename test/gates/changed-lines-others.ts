import type { ChangedLinesRow } from './changed-lines.ts';
import { coberturaOf, jacocoOf } from './judge-lines.ts';

const UNCOVERED = ['changed-lines/uncovered'] as const;
const text = (...lines: readonly string[]) => `${lines.join('\n')}\n`;

const GO_MOD = 'module example.com/shop\n\ngo 1.22\n';
const CART = text('package cart', '', 'func Total(a, b int) int {', '\treturn a + b', '}');
const CALCULATOR = text(
  'package com.shop;',
  '',
  'public class Calculator {',
  '  int add(int a, int b) {',
  '    return a + b;',
  '  }',
  '}',
);
const MAIN = 'src/main/java/com/shop';

/** Ways to bring code that no test executes: Python, Java, Kotlin and Go. */
export const OTHER_CHEATS: readonly ChangedLinesRow[] = [
  {
    name: 'tests that load the code, and run none of the new lines',
    language: 'Python',
    before: { 'app/price.py': text('def net(order):', '    return order.net') },
    after: {
      'app/price.py': text(
        'def net(order):',
        '    return order.net',
        '',
        'def gross(order):',
        '    vat = order.vat',
        '    if order.free:',
        '        return 0',
        '    return order.net * vat',
      ),
      'tests/test_price.py': text('from app import price', '', 'def test_gross():', '    assert price.gross'),
    },
    reports: { 'coverage.xml': coberturaOf({ 'app/price.py': '++.+----', 'tests/test_price.py': '+.++' }) },
    expect: UNCOVERED,
  },
  {
    name: 'a file that the configuration of coverage leaves out',
    language: 'Python',
    before: { 'app/price.py': text('NET = 1'), '.coveragerc': text('[run]', 'source = app') },
    after: {
      'app/price.py': text('NET = 1'),
      'app/legacy/rates.py': text('def rate(country):', '    if country == "de":', '        return 19', '    return 0'),
      '.coveragerc': text('[run]', 'source = app', 'omit = app/legacy/*'),
    },
    reports: { 'coverage.xml': coberturaOf({ 'app/price.py': '+' }) },
    expect: UNCOVERED,
  },
  {
    name: 'the same class name in two modules, of which the report has the other',
    language: 'Java',
    before: { [`a/${MAIN}/Calculator.java`]: CALCULATOR },
    after: {
      [`a/${MAIN}/Calculator.java`]: CALCULATOR,
      [`b/${MAIN}/Calculator.java`]: CALCULATOR.replace('return a + b;', 'int c = a;\n    c += b;\n    return c;'),
    },
    reports: { 'a/target/site/jacoco/jacoco.xml': jacocoOf({ 'com/shop/Calculator.java': '..+.+' }) },
    expect: UNCOVERED,
  },
  {
    name: '`pragma: no cover` on a new function',
    language: 'Python',
    before: { 'app/price.py': text('def net(order):', '    return order.net') },
    after: {
      'app/price.py': text(
        'def net(order):',
        '    return order.net',
        '',
        'def gross(order):  # pragma: no cover',
        '    vat = order.vat',
        '    return order.net * vat',
      ),
    },
    reports: { 'coverage.xml': coberturaOf({ 'app/price.py': '++' }) },
    expect: UNCOVERED,
  },
  {
    name: 'an annotation that takes a method out of the report',
    language: 'Java',
    before: { [`${MAIN}/Calculator.java`]: CALCULATOR },
    after: {
      [`${MAIN}/Calculator.java`]: CALCULATOR.replace(
        '  int add',
        '  @ExcludeFromJacocoGeneratedReport\n  int sub(int a, int b) {\n    int c = a;\n    c -= b;\n    return c;\n  }\n  int add',
      ),
    },
    reports: { 'target/site/jacoco/jacoco.xml': jacocoOf({ 'com/shop/Calculator.java': '..+.......+' }) },
    expect: UNCOVERED,
  },
  {
    name: 'a function of Python on one line',
    language: 'Python',
    before: { 'app/price.py': text('NET = 1') },
    after: { 'app/price.py': text('NET = 1', 'def gross(order): vat = order.vat; return order.net * vat') },
    reports: { 'coverage.xml': coberturaOf({ 'app/price.py': '++' }) },
    expect: UNCOVERED,
  },
  {
    name: 'a loop joined into one line of which the report calls a part executed',
    language: 'Java',
    before: { [`${MAIN}/Calculator.java`]: CALCULATOR },
    after: {
      [`${MAIN}/Calculator.java`]: CALCULATOR.replace(
        '    return',
        '    if (a > 9) { log(a); a = 9; tell(a); }\n    return',
      ),
    },
    reports: { 'target/site/jacoco/jacoco.xml': jacocoOf({ 'com/shop/Calculator.java': '..+.~+' }) },
    expect: UNCOVERED,
  },
  {
    name: 'a branch that no test takes',
    language: 'Go',
    before: { 'go.mod': GO_MOD, 'cart/cart.go': CART },
    after: {
      'go.mod': GO_MOD,
      'cart/cart.go': CART.replace('\treturn', '\tif a > 9 {\n\t\tlog(a)\n\t\treturn 9\n\t}\n\treturn'),
    },
    reports: {
      'cover.out': text(
        'mode: set',
        'example.com/shop/cart/cart.go:3.26,4.11 1 1',
        'example.com/shop/cart/cart.go:4.11,7.3 2 0',
        'example.com/shop/cart/cart.go:8.2,8.14 1 1',
      ),
    },
    expect: UNCOVERED,
  },
  {
    name: 'a new package without tests, of which the profile says nothing',
    language: 'Go',
    before: { 'go.mod': GO_MOD, 'cart/cart.go': CART },
    after: { 'go.mod': GO_MOD, 'cart/cart.go': CART, 'rates/rates.go': CART.replace('cart', 'rates') },
    reports: { 'cover.out': text('mode: set', 'example.com/shop/cart/cart.go:3.26,5.2 1 1') },
    expect: UNCOVERED,
  },
  {
    name: 'a function that no test calls',
    language: 'Kotlin',
    before: { 'src/main/kotlin/shop/Cart.kt': text('package com.shop', '', 'fun total(a: Int) = a') },
    after: {
      'src/main/kotlin/shop/Cart.kt': text(
        'package com.shop',
        '',
        'fun total(a: Int) = a',
        'fun rate(a: Int): Int {',
        '    val b = a * 2',
        '    return b',
        '}',
      ),
    },
    reports: { 'build/reports/jacoco/test/jacocoTestReport.xml': jacocoOf({ 'com/shop/Cart.kt': '..+.--' }) },
    expect: UNCOVERED,
  },
  {
    name: 'code of the product in a folder of scripts',
    language: 'Python',
    before: { 'app/price.py': text('NET = 1') },
    after: {
      'app/price.py': text('from scripts.rates import rate', 'NET = 1'),
      'scripts/rates.py': text('def rate(country):', '    if country == "de":', '        return 19', '    return 0'),
    },
    reports: { 'coverage.xml': coberturaOf({ 'app/price.py': '++' }) },
    expect: UNCOVERED,
  },
  {
    name: 'a setting that makes coverage.py count no line with `return` or `rate`',
    language: 'Python',
    before: { 'app/price.py': text('NET = 1'), 'pyproject.toml': text('[tool.coverage.run]', 'branch = true') },
    after: {
      'app/price.py': text(
        'NET = 1',
        'def rate(country):',
        '    if country == "de":',
        '        return 19',
        '    return 0',
      ),
      'pyproject.toml': text('[tool.coverage.report]', 'exclude_also = ["rate", "if", "return"]'),
    },
    reports: { 'coverage.xml': coberturaOf({ 'app/price.py': '+' }) },
    expect: UNCOVERED,
  },
  {
    name: 'a class of the product that is named as a test',
    language: 'Java',
    before: { [`${MAIN}/Calculator.java`]: CALCULATOR },
    after: {
      [`${MAIN}/Calculator.java`]: CALCULATOR,
      [`${MAIN}/test/RateTest.java`]: CALCULATOR.replace('Calculator', 'RateTest'),
    },
    reports: { 'target/site/jacoco/jacoco.xml': jacocoOf({ 'com/shop/Calculator.java': '..+.+' }) },
    expect: UNCOVERED,
  },
  {
    name: 'a report whose folders leave open which file it means',
    language: 'Python',
    before: { 'a/rates.py': text('A = 1'), 'b/rates.py': text('B = 1') },
    after: { 'a/rates.py': text('A = 1'), 'b/rates.py': text('B = 1', 'def rate(c):', '    return c') },
    reports: { 'coverage.xml': coberturaOf({ 'rates.py': '+++' }, ['/w/app/a', '/w/app/b']) },
    expect: ['changed-lines/unknown'],
  },
];
