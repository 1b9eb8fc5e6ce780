import type { RuleId } from '../../src/core/gates/rules.ts';
import { istanbulFinal } from '../support/coverage-reports.ts';
import { type Change, coberturaOf, jacocoOf, lcovOf } from './judge-lines.ts';

/** A change, and the rules of the findings that it must raise. */
export interface ChangedLinesRow extends Change {
  readonly name: string;
  readonly language: 'JavaScript' | 'TypeScript' | 'Python' | 'Java' | 'Kotlin' | 'Go' | 'any';
  readonly expect: readonly RuleId[];
}

const UNCOVERED = ['changed-lines/uncovered'] as const;
const text = (...lines: readonly string[]) => `${lines.join('\n')}\n`;

const SUM = text('export function sum(a, b) {', '  return a + b;', '}');
const SUM_RUN = lcovOf('src/sum.js', '+++');
const WEIGHT = text(
  'export function weight(items) {',
  '  let total = 0;',
  '  for (const item of items) {',
  '    if (item.isHeavy) total += 10;',
  '    else total += item.grams;',
  '  }',
  '  return total;',
  '}',
);
const PRICE = text(
  'export function priceOf(order) {',
  '  const net = order.items.reduce((all, item) => all + item.price, 0);',
  '  const taxes = net * order.country.vat;',
  '  return Math.round(net + taxes);',
  '}',
);
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

/** Ways to bring code that no test executes, or to lower the figure. */
export const CHEATS: readonly ChangedLinesRow[] = [
  {
    name: 'a function without a test',
    language: 'JavaScript',
    before: { 'src/sum.js': SUM },
    after: { 'src/sum.js': SUM + WEIGHT },
    reports: { 'coverage/lcov.info': lcovOf('src/sum.js', '+++--------') },
    expect: UNCOVERED,
  },
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
    name: 'a new file that no test loads, so that the report lacks it',
    language: 'TypeScript',
    before: { 'src/sum.js': SUM },
    after: { 'src/sum.js': SUM, 'src/weight.ts': WEIGHT },
    reports: { 'coverage/lcov.info': SUM_RUN },
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
    name: 'the same name in two folders, of which the report has the other',
    language: 'TypeScript',
    before: { 'packages/a/src/index.ts': SUM, 'packages/b/src/index.ts': SUM },
    after: { 'packages/a/src/index.ts': SUM, 'packages/b/src/index.ts': SUM + WEIGHT },
    reports: { 'coverage/lcov.info': lcovOf('packages/a/src/index.ts', '+++++++++++') },
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
    name: 'code that was moved, with new lines in it',
    language: 'JavaScript',
    before: { 'src/price.js': PRICE },
    after: {
      'src/orders/price.js': PRICE.replace(
        '  return',
        text(
          '  if (order.isVoid) {',
          '    audit(order);',
          '    refund(order);',
          '    return 0;',
          '  }',
          '  return',
        ).trimEnd(),
      ),
    },
    reports: { 'coverage/lcov.info': lcovOf('src/orders/price.js', '++++---.++') },
    expect: UNCOVERED,
  },
  {
    name: 'copied code, which is not moved code',
    language: 'JavaScript',
    before: { 'src/price.js': PRICE },
    after: { 'src/price.js': PRICE, 'src/price-again.js': PRICE },
    reports: { 'coverage/lcov.info': lcovOf('src/price.js', '+++++') + lcovOf('src/price-again.js', '+----') },
    expect: UNCOVERED,
  },
  {
    name: 'new lines hidden among formatted ones that are covered',
    language: 'JavaScript',
    before: { 'src/sum.js': SUM + WEIGHT },
    after: {
      'src/sum.js':
        (SUM + WEIGHT).replaceAll('\n  ', '\n    ') +
        text('export function tare(item) {', '    const box = item.box;', '    return box.grams;', '}'),
    },
    reports: { 'coverage/lcov.info': lcovOf('src/sum.js', '+++++++++++---.') },
    expect: UNCOVERED,
  },
  {
    name: 'a marker that says that a tool made the file',
    language: 'TypeScript',
    before: { 'src/sum.js': SUM },
    after: { 'src/sum.js': SUM, 'src/weight.ts': `// @generated by a tool, do not edit\n${WEIGHT}` },
    reports: { 'coverage/lcov.info': SUM_RUN },
    expect: UNCOVERED,
  },
  {
    name: '`istanbul ignore next` before new code',
    language: 'JavaScript',
    before: { 'src/sum.js': SUM },
    after: { 'src/sum.js': `${SUM}/* istanbul ignore next */\n${WEIGHT}` },
    reports: { 'coverage/lcov.info': lcovOf('src/sum.js', '.+.') },
    expect: UNCOVERED,
  },
  {
    name: 'new code within an old `c8 ignore start`, whose lines the report calls executed',
    language: 'JavaScript',
    before: { 'src/sum.js': `${SUM}/* c8 ignore start */\nexport const debug = 0;\n/* c8 ignore stop */\n` },
    after: { 'src/sum.js': `${SUM}/* c8 ignore start */\nexport const debug = 0;\n${WEIGHT}/* c8 ignore stop */\n` },
    reports: { 'coverage/lcov.info': lcovOf('src/sum.js', '++++++++++++++') },
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
    name: 'a whole function on one line, which loading the file executes',
    language: 'JavaScript',
    before: { 'src/sum.js': SUM },
    after: {
      'src/sum.js': `${SUM}export const weigh = (items) => { let all = 0; for (const one of items) all += one.grams; return all; };\n`,
    },
    reports: { 'coverage/lcov.info': lcovOf('src/sum.js', '++++', 'FN:1,sum\nFN:4,weigh\nFNDA:2,sum\nFNDA:0,weigh\n') },
    expect: UNCOVERED,
  },
  {
    name: 'a body joined with its condition into one line',
    language: 'TypeScript',
    before: { 'src/sum.ts': SUM },
    after: { 'src/sum.ts': SUM.replace('  return', '  if (a > 9) { log(a); a = 9; notify(a); }\n  return') },
    reports: {
      'coverage/coverage-final.json': istanbulFinal('/w/app/src/sum.ts', {
        statements: [
          [2, 4],
          [2, 0],
          [2, 0],
          [3, 4],
        ],
        branches: [[2, 0, 4]],
      }),
    },
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
    name: 'code of the product in a file that is named as a test',
    language: 'TypeScript',
    before: { 'src/sum.ts': SUM },
    after: { 'src/sum.ts': `import { weight } from './weight.test.js';\n${SUM}`, 'src/weight.test.ts': WEIGHT },
    reports: { 'coverage/lcov.info': lcovOf('src/sum.ts', '.+++') },
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
    name: 'a file that the report names without any line',
    language: 'JavaScript',
    before: { 'src/sum.js': SUM },
    after: { 'src/sum.js': SUM, 'src/weight.js': WEIGHT },
    reports: { 'coverage/lcov.info': SUM_RUN + lcovOf('src/weight.js', '') },
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
    name: 'tests of old code deleted, so that the figure falls',
    language: 'any',
    before: { 'src/sum.js': SUM, 'test/sum.test.js': 'check(sum);\n' },
    after: { 'src/sum.js': SUM },
    reports: { 'coverage/lcov.info': SUM_RUN },
    input: {
      totalsBefore: [{ covered: 95, total: 100, format: 'LCOV' }],
      totals: [{ covered: 88, total: 100, format: 'LCOV' }],
    },
    expect: ['changed-lines/total-lowered'],
  },
  {
    name: 'covered code put into comments beside tests that were deleted',
    language: 'any',
    before: { 'src/sum.js': SUM + WEIGHT },
    after: { 'src/sum.js': SUM },
    reports: { 'coverage/lcov.info': SUM_RUN },
    input: {
      totalsBefore: [{ covered: 95, total: 100, format: 'LCOV' }],
      totals: [{ covered: 80, total: 90, format: 'LCOV' }],
    },
    expect: ['changed-lines/total-lowered'],
  },
  {
    name: 'a report without line numbers',
    language: 'any',
    before: { 'src/sum.js': SUM },
    after: { 'src/sum.js': SUM + WEIGHT },
    reports: { 'coverage/lcov.info': 'TN:\nSF:src/sum.js\nLF:10\nLH:9\nend_of_record\n' },
    expect: ['changed-lines/unknown'],
  },
  {
    name: 'a report whose folders leave open which file it means',
    language: 'Python',
    before: { 'a/rates.py': text('A = 1'), 'b/rates.py': text('B = 1') },
    after: { 'a/rates.py': text('A = 1'), 'b/rates.py': text('B = 1', 'def rate(c):', '    return c') },
    reports: { 'coverage.xml': coberturaOf({ 'rates.py': '+++' }, ['/w/app/a', '/w/app/b']) },
    expect: ['changed-lines/unknown'],
  },
  {
    name: 'a report about another text than that of the head',
    language: 'JavaScript',
    before: { 'src/sum.js': SUM },
    after: { 'src/sum.js': SUM + WEIGHT },
    reports: { 'coverage/lcov.info': lcovOf('src/sum.js', '+'.repeat(40)) },
    expect: ['changed-lines/unknown'],
  },
];
