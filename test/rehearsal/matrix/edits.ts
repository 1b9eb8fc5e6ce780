import path from 'node:path';
import type { Edits } from './row.ts';

interface Place {
  readonly source: string;
  readonly test: string;
}

/** Two functions of a CommonJS module with tests of the words `describe` and `it`. */
export function mochaEdits({ source, test }: Place): Edits {
  return [
    {
      [source]: `'use strict';\n\n${commonJs('total', TOTAL)}`,
      [test]: `'use strict';\n\nvar assert = require('assert');\nvar sums = require('${relative(test, source)}');\n\n${mochaTest('total', 6)}`,
    },
    { [source]: `\n${commonJs('mean', MEAN)}`, [test]: `\n${mochaTest('mean', 2)}` },
  ];
}

/** The same with node:test. */
export function nodeTestEdits({ source, test }: Place): Edits {
  const one = (name: string, expected: number) =>
    `test('${name}', function (t) {\n  t.assert.strictEqual(sums.${name}([1, 2, 3]), ${expected})\n})\n`;
  return [
    {
      [source]: `'use strict'\n\n${commonJs('total', TOTAL)}`,
      [test]: `'use strict'\n\nconst test = require('node:test')\nconst sums = require('${relative(test, source)}')\n\n${one('total', 6)}`,
    },
    { [source]: `\n${commonJs('mean', MEAN)}`, [test]: `\n${one('mean', 2)}` },
  ];
}

/** The same in TypeScript, imported by the words `from`, with Vitest. */
export function vitestEdits({ source, test, from }: Place & { from: string }): Edits {
  const typed = (name: string, body: string) =>
    `export function ${name}(numbers: readonly number[]): number {\n  return ${body.replace('exports.', '').replace('function (sum, number)', '(sum, number) =>').replace('{ return sum + number; }', 'sum + number')};\n}\n`;
  const one = (name: string, expected: number) =>
    `test("${name}", () => {\n  expect(${name}([1, 2, 3])).toBe(${expected});\n});\n`;
  return [
    {
      [source]: typed('total', TOTAL),
      [test]: `import { expect, test } from "vitest";\nimport { mean, total } from "${from}";\n\n${one('total', 6)}`,
    },
    { [source]: `\n${typed('mean', MEAN)}`, [test]: `\n${one('mean', 2)}` },
  ];
}

/** Two functions of a Python module, imported as `module`, with tests for pytest. */
export function pytestEdits({ source, test, module }: Place & { module: string }): Edits {
  const one = (name: string, expected: number) =>
    `def test_${name}():\n    assert ${last(module)}.${name}([1, 2, 3]) == ${expected}\n`;
  return [
    { [source]: python('total', 'sum(numbers)'), [test]: `${pythonImport(module)}\n\n\n${one('total', 6)}` },
    { [source]: `\n\n${python('mean', 'sum(numbers) / len(numbers)')}`, [test]: `\n\n${one('mean', 2)}` },
  ];
}

/** The same with unittest. */
export function unittestEdits({ source, test, module }: Place & { module: string }): Edits {
  const one = (name: string, expected: number) =>
    `class Test${name}(unittest.TestCase):\n    def test_${name}(self):\n        self.assertEqual(${last(module)}.${name}([1, 2, 3]), ${expected})\n`;
  return [
    {
      [source]: python('total', 'sum(numbers)'),
      [test]: `import unittest\n\n${pythonImport(module)}\n\n\n${one('total', 6)}`,
    },
    { [source]: `\n\n${python('mean', 'sum(numbers) / len(numbers)')}`, [test]: `\n\n${one('mean', 2)}` },
  ];
}

/** Two functions of a Go package in `folder`. */
export function goEdits({ folder, package: name }: { folder: string; package: string }): Edits {
  const [source, test] = [path.posix.join(folder, 'sums.go'), path.posix.join(folder, 'sums_test.go')];
  const total =
    'func sumOf(numbers []int) int {\n\tsum := 0\n\tfor _, number := range numbers {\n\t\tsum += number\n\t}\n\treturn sum\n}\n';
  const mean = 'func meanOf(numbers []int) int {\n\treturn sumOf(numbers) / len(numbers)\n}\n';
  const one = (called: string, expected: number) =>
    `func Test_${called}(t *testing.T) {\n\tif got := ${called}([]int{1, 2, 3}); got != ${expected} {\n\t\tt.Fatal(got)\n\t}\n}\n`;
  return [
    {
      [source]: `package ${name}\n\n${total}`,
      [test]: `package ${name}\n\nimport "testing"\n\n${one('sumOf', 6)}`,
    },
    { [source]: `\n${mean}`, [test]: `\n${one('meanOf', 2)}` },
  ];
}

/** Two classes of a Java package with tests for JUnit 4; each file has `licence` below its package. */
export function javaEdits({ package: name, licence = '' }: { package: string; licence?: string }): Edits {
  const folder = name.replaceAll('.', '/');
  const one = (type: string, { body, expected }: { body: string; expected: number }) => ({
    [`src/main/java/${folder}/${type}.java`]: `package ${name};\n\n${licence}/** ${type} of numbers. */\npublic final class ${type}\n{\n    private ${type}()\n    {\n    }\n\n    /**\n     * @param numbers at least one\n     * @return their ${type.toLowerCase()}\n     */\n    public static int of( int... numbers )\n    {\n        int sum = 0;\n        for ( int number : numbers )\n        {\n            sum += number;\n        }\n        return ${body};\n    }\n}\n`,
    [`src/test/java/${folder}/${type}Test.java`]: `package ${name};\n\n${licence}import static org.junit.Assert.assertEquals;\n\nimport org.junit.Test;\n\npublic class ${type}Test\n{\n    @Test\n    public void adds()\n    {\n        assertEquals( ${expected}, ${type}.of( 1, 2, 3 ) );\n    }\n}\n`,
  });
  return [one('Total', { body: 'sum', expected: 6 }), one('Mean', { body: 'sum / numbers.length', expected: 2 })];
}

const TOTAL = 'numbers.reduce(function (sum, number) { return sum + number; }, 0)';
const MEAN = 'exports.total(numbers) / numbers.length';

function commonJs(name: string, body: string): string {
  return `exports.${name} = function (numbers) {\n  return ${body};\n};\n`;
}

function mochaTest(name: string, expected: number): string {
  return `describe('${name}', function() {\n  it('counts', function() {\n    assert.equal(sums.${name}([1, 2, 3]), ${expected});\n  });\n});\n`;
}

function python(name: string, body: string): string {
  return `def ${name}(numbers):\n    """Return the ${name} of numbers."""\n    return ${body}\n`;
}

function pythonImport(module: string): string {
  const from = module.split('.').slice(0, -1).join('.');
  return `from ${from} import ${last(module)}`;
}

function last(module: string): string {
  return module.split('.').at(-1) ?? module;
}

function relative(from: string, to: string): string {
  const found = path.posix.relative(path.posix.dirname(from), to).replace(/\.js$/, '');
  return found.startsWith('.') ? found : `./${found}`;
}
