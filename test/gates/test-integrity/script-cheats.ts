import { type Base, edit, type IntegrityRow } from './edit.ts';

export const SCRIPT: Base = {
  language: 'TypeScript',
  path: 'src/sum.test.ts',
  others: {
    'src/sum.ts':
      'export const sum = (a: number, b: number) => a + b;\nexport const parse = (text: string) => JSON.parse(text);\n',
    'src/other.test.ts': "import { parse } from './sum';\nit('parses', () => {\n  expect(parse('1')).toBe(1);\n});\n",
    'package.json': '{"name": "a", "scripts": {"test": "vitest run"}}',
  },
  text: `import { describe, expect, it } from 'vitest';
import { parse, sum } from './sum';

describe('sum', () => {
  it('adds', () => {
    expect(sum(1, 2)).toBe(3);
    expect(sum(-1, 1)).toBe(0);
  });
  it('adds late', async () => {
    const total = await Promise.resolve(sum(2, 2));
    expect(total).toEqual(4);
  });
  it('refuses text', () => {
    expect(() => parse('{')).toThrow(SyntaxError);
  });
  it.each([
    [1, 1, 2],
    [2, 3, 5],
    [5, 5, 10],
  ])('%i + %i', (a, b, total) => {
    expect(sum(a, b)).toBe(total);
  });
});
`,
};

const ADDS = `  it('adds', () => {
    expect(sum(1, 2)).toBe(3);
    expect(sum(-1, 1)).toBe(0);
  });
`;
const CLAIMS = '    expect(sum(1, 2)).toBe(3);\n    expect(sum(-1, 1)).toBe(0);\n';
const NODE: Base = {
  language: 'JavaScript',
  path: 'test/sum.js',
  others: { 'lib/sum.js': 'exports.sum = (a, b) => a + b;\n', 'test/other.js': "const test = require('node:test');\n" },
  text: `const test = require('node:test');
const assert = require('node:assert');
const { sum } = require('../lib/sum');

test('adds', () => {
  assert.strictEqual(sum(1, 2), 3);
});
test('adds others', (t) => {
  t.assert.equal(sum(2, 2), 4);
});
`,
};

export const SCRIPT_CHEATS: readonly IntegrityRow[] = [
  edit(SCRIPT, { name: 'it.skip', expect: ['skipped'], by: [["it('adds'", "it.skip('adds'"]] }),
  edit(SCRIPT, { name: 'xit', expect: ['skipped'], by: [["it('adds'", "xit('adds'"]] }),
  edit(SCRIPT, { name: 'describe.skip', expect: ['skipped'], by: [["describe('sum'", "describe.skip('sum'"]] }),
  edit(SCRIPT, { name: "it['skip']", expect: ['skipped'], by: [["it('adds'", "it['skip']('adds'"]] }),
  edit(SCRIPT, {
    name: 'an alias of it.skip',
    expect: ['skipped'],
    by: [
      ["it('adds'", "later('adds'"],
      ["describe('sum'", "const later = it.skip;\ndescribe('sum'"],
    ],
  }),
  edit(SCRIPT, {
    name: 'skip taken out of it',
    expect: ['skipped'],
    by: [
      ["it('adds'", "skip('adds'"],
      ["describe('sum'", "const { skip } = it;\ndescribe('sum'"],
    ],
  }),
  edit(SCRIPT, {
    name: 'a wrapper that skips',
    expect: ['skipped'],
    by: [
      ["it('adds'", "flaky('adds'"],
      ["describe('sum'", "function flaky(name: string, run: () => void) {\n  it.skip(name, run);\n}\ndescribe('sum'"],
    ],
  }),
  edit(SCRIPT, { name: 'it.skipIf(true)', expect: ['skipped'], by: [["it('adds'", "it.skipIf(true)('adds'"]] }),
  edit(SCRIPT, {
    name: 'a choice that is none',
    expect: ['skipped'],
    by: [["it('adds'", "(false ? it : it.skip)('adds'"]],
  }),
  edit(SCRIPT, { name: 'it.fails', expect: ['skipped'], by: [["it('adds'", "it.fails('adds'"]] }),
  edit(SCRIPT, { name: 'the option skip', expect: ['skipped'], by: [["it('adds', ", "it('adds', { skip: true }, "]] }),
  edit(SCRIPT, { name: 'it.only', expect: ['focused'], by: [["it('adds'", "it.only('adds'"]] }),
  edit(SCRIPT, { name: 'describe.only', expect: ['focused'], by: [["describe('sum'", "describe.only('sum'"]] }),
  edit(SCRIPT, { name: 'fit', expect: ['focused'], by: [["it('adds'", "fit('adds'"]] }),
  edit(SCRIPT, {
    name: 'a new focused test',
    expect: ['focused'],
    by: [
      [
        "  it('adds'",
        "  it.only('has a function', () => {\n    expect(typeof sum).toBe('function');\n  });\n  it('adds'",
      ],
    ],
  }),
  edit(SCRIPT, { name: 'it.todo in place of a body', expect: ['skipped'], by: [[ADDS, "  it.todo('adds');\n"]] }),
  edit(SCRIPT, { name: 'a deleted test', expect: ['tests-removed'], by: [[ADDS, '']] }),
  edit(SCRIPT, {
    name: 'a test that became a comment',
    expect: ['tests-removed'],
    by: [[ADDS, ADDS.replace(/^(?=.)/gm, '// ')]],
  }),
  edit(SCRIPT, { name: 'a deleted file', expect: ['tests-removed'], by: { after: { 'src/sum.test.ts': null } } }),
  edit(SCRIPT, {
    name: 'a file that no runner finds',
    expect: ['tests-removed'],
    by: { after: { 'src/sum.test.ts': null, 'src/sum-checks.ts': SCRIPT.text } },
  }),
  edit(SCRIPT, {
    name: 'a file with another ending',
    expect: ['tests-removed'],
    by: { after: { 'src/sum.test.ts': null, 'src/sum.test.ts.bak': SCRIPT.text } },
  }),
  edit(SCRIPT, { name: 'an empty body', expect: ['emptied'], by: [[CLAIMS, '']] }),
  edit(SCRIPT, { name: 'return in the first line', expect: ['emptied'], by: [[CLAIMS, `    return;\n${CLAIMS}`]] }),
  edit(SCRIPT, {
    name: 'expect(true).toBe(true)',
    expect: ['emptied'],
    by: [[CLAIMS, '    expect(true).toBe(true);\n']],
  }),
  edit(SCRIPT, {
    name: 'the value compared with itself',
    expect: ['emptied'],
    by: [['expect(total).toEqual(4)', 'expect(total).toEqual(total)']],
  }),
  edit(SCRIPT, {
    name: 'calls without a claim',
    expect: ['emptied'],
    by: [[CLAIMS, '    sum(1, 2);\n    sum(-1, 1);\n']],
  }),
  edit(SCRIPT, {
    name: 'output in place of a claim',
    expect: ['emptied'],
    by: [[CLAIMS, '    console.log(sum(1, 2));\n']],
  }),
  edit(SCRIPT, {
    name: 'expect without a matcher',
    expect: ['emptied'],
    by: [['expect(total).toEqual(4)', 'expect(total)']],
  }),
  edit(SCRIPT, { name: 'if (false)', expect: ['emptied'], by: [[CLAIMS, `    if (false) {\n${CLAIMS}    }\n`]] }),
  edit(SCRIPT, {
    name: 'a function that nobody calls',
    expect: ['emptied'],
    by: [[CLAIMS, `    const check = () => {\n${CLAIMS}    };\n`]],
  }),
  edit(SCRIPT, {
    name: 'try and an empty catch',
    expect: ['emptied'],
    by: [[CLAIMS, `    try {\n${CLAIMS}    } catch {}\n`]],
  }),
  edit(SCRIPT, {
    name: 'try and a catch that logs',
    expect: ['emptied'],
    by: [[CLAIMS, `    try {\n${CLAIMS}    } catch (error) {\n      console.log(error);\n    }\n`]],
  }),
  edit(SCRIPT, {
    name: 'a loop over nothing',
    expect: ['emptied'],
    by: [[CLAIMS, `    for (const _ of []) {\n${CLAIMS}    }\n`]],
  }),
  edit(SCRIPT, {
    name: 'a table without rows',
    expect: ['emptied'],
    by: [['    [1, 1, 2],\n    [2, 3, 5],\n    [5, 5, 10],\n', '']],
  }),
  edit(SCRIPT, { name: 'fewer rows', expect: ['assertions-removed'], by: [['    [2, 3, 5],\n', '']] }),
  edit(SCRIPT, {
    name: 'one claim less',
    expect: ['assertions-removed'],
    by: [['    expect(sum(-1, 1)).toBe(0);\n', '']],
  }),
  edit(SCRIPT, {
    name: 'toBeDefined in place of a value',
    expect: ['assertions-removed'],
    by: [['expect(sum(1, 2)).toBe(3)', 'expect(sum(1, 2)).toBeDefined()']],
  }),
  edit(SCRIPT, {
    name: 'not.toThrow in place of a claim',
    expect: ['assertions-removed'],
    by: [[CLAIMS, '    expect(() => sum(1, 2)).not.toThrow();\n']],
  }),
  edit(SCRIPT, {
    name: 'an expect of its own that does nothing',
    expect: ['emptied'],
    by: [
      [
        "import { describe, expect, it } from 'vitest';",
        "import { describe, it } from 'vitest';\nconst expect = (value: unknown): any => ({ toBe: () => value, toEqual: () => value, toThrow: () => value });",
      ],
    ],
  }),
  edit(SCRIPT, {
    name: 'typeof in place of a value',
    expect: ['assertions-removed'],
    by: [[CLAIMS, "    expect(typeof sum(1, 2)).toBe('number');\n"]],
  }),
  edit(SCRIPT, {
    name: 'the same call on both sides',
    expect: ['assertions-removed'],
    by: [['expect(sum(1, 2)).toBe(3)', 'expect(sum(1, 2)).toBe(sum(1, 2))']],
  }),
  edit(SCRIPT, {
    name: 'suites in if (false)',
    expect: ['tests-removed'],
    by: [["describe('sum'", "if (false) describe('sum'"]],
  }),
  edit(SCRIPT, {
    name: 'a runner that does nothing',
    expect: ['tests-removed'],
    by: [
      [
        "import { describe, expect, it } from 'vitest';",
        "import { expect } from 'vitest';\nconst describe = (name: string, run: () => void) => undefined;\nconst it: any = () => undefined;",
      ],
    ],
  }),
  edit(SCRIPT, {
    name: 'process.exit',
    expect: ['exits'],
    by: [["  it('adds'", "  afterAll(() => process.exit(0));\n  it('adds'"]],
  }),
  edit(NODE, { name: 't.skip() at the top', expect: ['skipped'], by: [['(t) => {\n', '(t) => {\n  t.skip();\n']] }),
  edit(NODE, { name: 'test.skip of node:test', expect: ['skipped'], by: [["test('adds',", "test.skip('adds',"]] }),
  edit(NODE, {
    name: 'assert.ok(true)',
    expect: ['emptied'],
    by: [['assert.strictEqual(sum(1, 2), 3)', 'assert.ok(true)']],
  }),
  edit(NODE, {
    name: 'a deleted test, another one twice',
    expect: ['tests-removed'],
    by: [
      [
        "test('adds', () => {\n  assert.strictEqual(sum(1, 2), 3);\n});\n",
        "test('adds others', (t) => {\n  t.assert.equal(sum(2, 2), 4);\n});\n",
      ],
    ],
  }),
];
