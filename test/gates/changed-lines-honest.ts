import { istanbulFinal } from '../support/coverage-reports.ts';
import type { ChangedLinesRow } from './changed-lines.ts';
import { coberturaOf, lcovOf } from './judge-lines.ts';

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
    name: 'another language than that of the report',
    language: 'JavaScript',
    before: { 'app/a.py': text('A = 1') },
    after: { 'app/a.py': text('A = 1'), 'app/static/menu.js': OLD },
    reports: { 'coverage.xml': coberturaOf({ 'app/a.py': '+' }) },
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

/** Changes that must raise nothing: JavaScript, TypeScript, and what holds for all. */
export const SCRIPT_HONEST: readonly ChangedLinesRow[] = ROWS.map((row) => ({ ...row, expect: [] }));
