import { edit, type IntegrityRow } from './edit.ts';
import { GO } from './go-cheats.ts';
import { JAVA, KOTLIN } from './jvm-cheats.ts';
import { PYTHON } from './python-cheats.ts';
import { SCRIPT } from './script-cheats.ts';

const SNAPSHOT = (value: number) =>
  `// Vitest Snapshot\n\nexports[\`sum > a 1\`] = \`${value}\`;\n\nexports[\`sum > b 1\`] = \`${value + 1}\`;\n\nexports[\`sum > c 1\`] = \`${value + 2}\`;\n`;
const WITH_SNAPSHOT = { ...SCRIPT, others: { ...SCRIPT.others, 'src/__snapshots__/sum.test.ts.snap': SNAPSHOT(1) } };

export const HONEST_CHANGES: readonly IntegrityRow[] = [
  edit(SCRIPT, { name: 'a renamed test', by: [["it('adds',", "it('adds two numbers',"]] }),
  edit(SCRIPT, { name: 'a renamed suite', by: [["describe('sum'", "describe('the sum'"]] }),
  edit(SCRIPT, {
    name: 'a moved file',
    by: { after: { 'src/sum.test.ts': null, 'test/unit/sum.test.ts': SCRIPT.text.replace('./sum', '../../src/sum') } },
  }),
  edit(SCRIPT, {
    name: 'a file split in two',
    by: {
      after: {
        'src/sum.test.ts': `${SCRIPT.text.slice(0, SCRIPT.text.indexOf("  it('refuses"))}});\n`,
        'src/parse.test.ts':
          "import { parse } from './sum';\n\nit('refuses text', () => {\n  expect(() => parse('{')).toThrow(SyntaxError);\n});\nit.each([[1, 1, 2], [2, 3, 5], [5, 5, 10]])('%i + %i', (a, b, total) => {\n  expect(sum(a, b)).toBe(total);\n});\n",
      },
    },
  }),
  edit(SCRIPT, { name: 'two tests in one', by: [["  });\n  it('adds late', async () => {\n", '']] }),
  edit(SCRIPT, {
    name: 'one test in two',
    by: [
      [
        '    expect(sum(-1, 1)).toBe(0);\n',
        "  });\n  it('adds to nothing', () => {\n    expect(sum(-1, 1)).toBe(0);\n",
      ],
    ],
  }),
  edit(SCRIPT, {
    name: 'a table in place of single claims',
    by: [
      [
        "  it('adds', () => {\n    expect(sum(1, 2)).toBe(3);\n    expect(sum(-1, 1)).toBe(0);\n  });\n",
        "  it.each([\n    [1, 2, 3],\n    [-1, 1, 0],\n  ])('adds %i and %i', (a, b, total) => {\n    expect(sum(a, b)).toBe(total);\n  });\n",
      ],
    ],
  }),
  edit(SCRIPT, {
    name: 'a condition that skips',
    by: [["it('adds',", "it.skipIf(process.platform === 'win32')('adds',"]],
  }),
  edit(SCRIPT, {
    name: 'a choice by platform',
    by: [["it('adds',", "(process.platform === 'win32' ? it.skip : it)('adds',"]],
  }),
  edit(SCRIPT, {
    name: 'another value, and code that changed',
    by: {
      after: {
        'src/sum.test.ts': SCRIPT.text.replace('toBe(3)', 'toBe(4)'),
        'src/sum.ts': 'export const sum = (a: number, b: number) => a + b + 1;\n',
      },
    },
  }),
  edit(SCRIPT, {
    name: 'a test that goes with its subject',
    by: {
      after: {
        'src/sum.test.ts': SCRIPT.text
          .replace("  it('refuses text', () => {\n    expect(() => parse('{')).toThrow(SyntaxError);\n  });\n", '')
          .replace('parse, ', ''),
        'src/other.test.ts': null,
        'src/sum.ts': 'export const sum = (a: number, b: number) => a + b;\n',
      },
    },
  }),
  edit(SCRIPT, {
    name: 'files of tests and code that go together',
    by: { after: { 'src/sum.test.ts': null, 'src/other.test.ts': null, 'src/sum.ts': null } },
  }),
  edit(SCRIPT, { name: 'a new todo', by: [["  it('adds',", "  it.todo('multiplies');\n  it('adds',"]] }),
  edit(SCRIPT, {
    name: 'claims in a helper',
    by: [
      [
        '    expect(sum(1, 2)).toBe(3);\n    expect(sum(-1, 1)).toBe(0);\n',
        '    check(1, 2, 3);\n    check(-1, 1, 0);\n',
      ],
      [
        "describe('sum'",
        "function check(a: number, b: number, total: number) {\n  expect(sum(a, b)).toBe(total);\n}\n\ndescribe('sum'",
      ],
    ],
  }),
  edit(SCRIPT, {
    name: 'another assertion library',
    by: {
      after: {
        'src/sum.test.ts': SCRIPT.text.replaceAll(
          /expect\(([^;]*)\)\.to(?:Be|Equal)\(([^)]*)\)/g,
          'assert.strictEqual($1, $2)',
        ),
      },
    },
  }),
  edit(WITH_SNAPSHOT, {
    name: 'a snapshot whose source changed',
    by: {
      after: {
        'src/sum.ts':
          'export const sum = (a: number, b: number) => a + b + 5;\nexport const parse = (text: string) => JSON.parse(text);\n',
        'src/__snapshots__/sum.test.ts.snap': SNAPSHOT(6),
      },
    },
  }),
  edit(
    {
      ...SCRIPT,
      path: 'vitest.config.ts',
      text: 'export default { test: { exclude: [], coverage: { thresholds: { lines: 80 } } } };\n',
    },
    {
      name: 'a higher threshold, and build output left out',
      by: [
        ['lines: 80', 'lines: 90'],
        ['exclude: []', "exclude: ['dist/**']"],
      ],
    },
  ),
  edit(
    {
      ...SCRIPT,
      path: 'package.json',
      text: '{"jest": {"coverageThreshold": {"global": {"lines": 90}}}, "scripts": {"test": "jest"}}',
    },
    {
      name: 'a threshold that moves to another file',
      by: {
        after: {
          'package.json': '{"scripts": {"test": "jest"}}',
          'jest.config.js': 'module.exports = { coverageThreshold: { global: { lines: 90 } } };\n',
        },
      },
    },
  ),
  edit(PYTHON, {
    name: 'a condition that skips in Python',
    by: [
      ['def test_add', '@pytest.mark.skipif(sys.platform == "win32", reason="x")\ndef test_add'],
      ['import unittest\n', 'import sys\nimport unittest\n'],
    ],
  }),
  edit(PYTHON, {
    name: 'importorskip',
    by: [['def test_add', 'numpy = pytest.importorskip("numpy")\n\n\ndef test_add']],
  }),
  edit(PYTHON, {
    name: 'parametrising',
    by: [
      [
        'def test_add(one):\n    assert add(one, 2) == 3\n    assert add(-1, 1) == 0\n',
        '@pytest.mark.parametrize("a, b, total", [(1, 2, 3), (-1, 1, 0)])\ndef test_add(a, b, total):\n    assert add(a, b) == total\n',
      ],
    ],
  }),
  edit(PYTHON, {
    name: 'from unittest to pytest',
    by: [
      [
        'class SumTest(unittest.TestCase):\n    def test_case(self):\n        self.assertEqual(add(3, 3), 6)\n',
        'def test_case():\n    assert add(3, 3) == 6\n',
      ],
    ],
  }),
  edit(PYTHON, {
    name: 'a test that moved to another file',
    by: {
      after: {
        'tests/test_sum.py': PYTHON.text.replace(
          'def test_refuses():\n    with pytest.raises(ValueError):\n        parse("x")\n\n\n',
          '',
        ),
        'tests/test_other.py':
          'import pytest\n\nfrom app.sum import parse\n\n\ndef test_parse():\n    assert parse("1") == 1\n\n\ndef test_refuses():\n    with pytest.raises(ValueError):\n        parse("x")\n',
      },
    },
  }),
  edit(PYTHON, {
    name: 'a fixture in conftest.py',
    by: {
      after: {
        'tests/conftest.py':
          'import pytest\n\n\n@pytest.fixture\ndef one():\n    return 1\n\n\n@pytest.fixture\ndef two():\n    if not hasattr(pytest, "fixture"):\n        pytest.skip("old")\n    return 2\n\n\ndef pytest_collection_modifyitems(config, items):\n    if not config.getoption("--slow"):\n        for item in items:\n            if "slow" in item.keywords:\n                item.add_marker(pytest.mark.skip(reason="slow"))\n',
      },
    },
  }),
  edit(PYTHON, {
    name: 'try that cleans up',
    by: [
      [
        '    assert add(one, 2) == 3\n',
        '    try:\n        assert add(one, 2) == 3\n    finally:\n        print("done")\n',
      ],
    ],
  }),
  edit(JAVA, {
    name: 'a condition that skips in Java',
    by: [['    @Test\n    void adds()', '    @Test\n    @DisabledOnOs(OS.WINDOWS)\n    void adds()']],
  }),
  edit(JAVA, {
    name: 'JUnit 4 to 5',
    by: {
      after: {
        'src/test/java/app/SumTest.java': JAVA.text
          .replace('import static org.junit.jupiter.api.Assertions.*;', 'import static org.junit.Assert.*;')
          .replace('class SumTest', 'public class SumTest')
          .replaceAll('    void ', '    public void '),
      },
    },
  }),
  edit(JAVA, {
    name: 'assertions of another library',
    by: [
      ['assertEquals(3, Sum.add(1, 2));', 'assertThat(Sum.add(1, 2)).isEqualTo(3);'],
      ['assertEquals(0, Sum.add(-1, 1));', 'assertThat(Sum.add(-1, 1)).isZero();'],
    ],
  }),
  edit(JAVA, {
    name: 'a base class with a subclass',
    by: {
      after: {
        'src/test/java/app/SumTest.java': null,
        'src/test/java/app/AbstractSumTest.java': JAVA.text.replace('class SumTest', 'abstract class AbstractSumTest'),
        'src/test/java/app/IntSumTest.java': 'package app;\n\nclass IntSumTest extends AbstractSumTest {\n}\n',
      },
    },
  }),
  edit(KOTLIN, { name: 'a renamed test in Kotlin', by: [['`adds two numbers`', '`adds numbers`']] }),
  edit(KOTLIN, {
    name: 'assumptions about the machine',
    by: [
      [
        '        assertEquals(3, add(1, 2))',
        '        assumeTrue(System.getenv("CI") != null)\n        assertEquals(3, add(1, 2))',
      ],
    ],
  }),
  edit(GO, {
    name: 'a table in place of single claims of Go',
    by: [
      [
        '	if got := Add(1, 2); got != 3 {\n		t.Errorf("got %d", got)\n	}\n	if got := Add(-1, 1); got != 0 {\n		t.Errorf("got %d", got)\n	}\n',
        '	for _, tt := range []struct{ a, b, total int }{{1, 2, 3}, {-1, 1, 0}} {\n		if got := Add(tt.a, tt.b); got != tt.total {\n			t.Errorf("got %d", got)\n		}\n	}\n',
      ],
    ],
  }),
  edit(GO, {
    name: 'testing.Short',
    by: [['	require.Equal(t, 4', '	if testing.Short() {\n		t.Skip("slow")\n	}\n	require.Equal(t, 4']],
  }),
  edit(GO, {
    name: 'a constraint of the platform',
    by: [['package sum', '//go:build !windows && go1.20\n\npackage sum']],
  }),
  edit(GO, { name: 'a merged file', by: { after: { 'sum/sum_test.go': null, 'sum/all_test.go': GO.text } } }),
  edit(GO, {
    name: 'testify in place of plain Go',
    by: [
      ['	if got := Add(1, 2); got != 3 {\n		t.Errorf("got %d", got)\n	}\n', '	require.Equal(t, 3, Add(1, 2))\n'],
    ],
  }),
  edit(GO, {
    name: 'a test main',
    by: [['func TestAdd', 'func TestMain(m *testing.M) {\n	code := m.Run()\n	os.Exit(code)\n}\n\nfunc TestAdd']],
  }),
];
