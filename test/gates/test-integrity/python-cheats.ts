import { type Base, edit, type IntegrityRow } from './edit.ts';

export const PYTHON: Base = {
  language: 'Python',
  path: 'tests/test_sum.py',
  others: {
    'app/sum.py': 'def add(a, b):\n    return a + b\n\n\ndef parse(text):\n    return int(text)\n',
    'tests/test_other.py': 'from app.sum import parse\n\n\ndef test_parse():\n    assert parse("1") == 1\n',
    'tests/conftest.py': 'import pytest\n\n\n@pytest.fixture\ndef one():\n    return 1\n',
  },
  text: `import unittest

import pytest

from app.sum import add, parse


def test_add(one):
    assert add(one, 2) == 3
    assert add(-1, 1) == 0


def test_refuses():
    with pytest.raises(ValueError):
        parse("x")


@pytest.mark.parametrize("a, b, total", [(1, 1, 2), (2, 3, 5), (5, 5, 10)])
def test_table(a, b, total):
    assert add(a, b) == total


class TestSum:
    def test_method(self):
        assert add(2, 2) == 4


class SumTest(unittest.TestCase):
    def test_case(self):
        self.assertEqual(add(3, 3), 6)
`,
};

const CLAIMS = '    assert add(one, 2) == 3\n    assert add(-1, 1) == 0\n';
const DEEP = '        assert add(one, 2) == 3\n        assert add(-1, 1) == 0\n';
const ADD = `def test_add(one):\n${CLAIMS}`;

export const PYTHON_CHEATS: readonly IntegrityRow[] = [
  edit(PYTHON, {
    name: '@pytest.mark.skip',
    expect: ['skipped'],
    by: [['def test_add', '@pytest.mark.skip(reason="flaky")\ndef test_add']],
  }),
  edit(PYTHON, {
    name: 'a mark under another name',
    expect: ['skipped'],
    by: [['def test_add', 'later = pytest.mark.skip(reason="x")\n\n\n@later\ndef test_add']],
  }),
  edit(PYTHON, {
    name: 'skip imported as another name',
    expect: ['skipped'],
    by: [
      ['import unittest\n', 'import unittest\nfrom unittest import skip as slow\n'],
      ['def test_add', '@slow("x")\ndef test_add'],
    ],
  }),
  edit(PYTHON, {
    name: 'skipif(True)',
    expect: ['skipped'],
    by: [['def test_add', '@pytest.mark.skipif(True, reason="x")\ndef test_add']],
  }),
  edit(PYTHON, {
    name: 'skipif(1 == 1)',
    expect: ['skipped'],
    by: [['def test_add', '@pytest.mark.skipif(1 == 1, reason="x")\ndef test_add']],
  }),
  edit(PYTHON, {
    name: '@unittest.skip',
    expect: ['skipped'],
    by: [['class SumTest', '@unittest.skip("x")\nclass SumTest']],
  }),
  edit(PYTHON, {
    name: '@unittest.skipUnless(False)',
    expect: ['skipped'],
    by: [['    def test_case', '    @unittest.skipUnless(False, "x")\n    def test_case']],
  }),
  edit(PYTHON, {
    name: '@unittest.expectedFailure',
    expect: ['skipped'],
    by: [['    def test_case', '    @unittest.expectedFailure\n    def test_case']],
  }),
  edit(PYTHON, { name: 'xfail', expect: ['skipped'], by: [['def test_add', '@pytest.mark.xfail\ndef test_add']] }),
  edit(PYTHON, {
    name: 'pytestmark',
    expect: ['skipped'],
    by: [['def test_add', 'pytestmark = [pytest.mark.skip(reason="x")]\n\n\ndef test_add']],
  }),
  edit(PYTHON, {
    name: 'pytest.skip at the top',
    expect: ['skipped'],
    by: [[CLAIMS, `    pytest.skip("x")\n${CLAIMS}`]],
  }),
  edit(PYTHON, {
    name: 'pytest.skip of the module',
    expect: ['skipped'],
    by: [['def test_add', 'pytest.skip("x", allow_module_level=True)\n\n\ndef test_add']],
  }),
  edit(PYTHON, {
    name: 'skipTest in setUp',
    expect: ['skipped'],
    by: [['    def test_case', '    def setUp(self):\n        self.skipTest("x")\n\n    def test_case']],
  }),
  edit(PYTHON, {
    name: 'a fixture that skips',
    expect: ['skipped'],
    by: [['def test_add', '@pytest.fixture(autouse=True)\ndef quiet():\n    pytest.skip("x")\n\n\ndef test_add']],
  }),
  edit(PYTHON, {
    name: 'raise SkipTest',
    expect: ['skipped'],
    by: [[CLAIMS, `    raise unittest.SkipTest("x")\n${CLAIMS}`]],
  }),
  edit(PYTHON, {
    name: '__test__ = False',
    expect: ['skipped'],
    by: [['class TestSum:\n', 'class TestSum:\n    __test__ = False\n\n']],
  }),
  edit(PYTHON, { name: 'tst_ in place of test_', expect: ['tests-removed'], by: [['def test_add', 'def tst_add']] }),
  edit(PYTHON, {
    name: 'a class that is not collected',
    expect: ['tests-removed'],
    by: [['class TestSum', 'class CheckSum']],
  }),
  edit(PYTHON, {
    name: 'a class with a constructor',
    expect: ['tests-removed'],
    by: [['class TestSum:\n', 'class TestSum:\n    def __init__(self):\n        self.ready = True\n\n']],
  }),
  edit(PYTHON, {
    name: 'a file that pytest does not find',
    expect: ['tests-removed'],
    by: { after: { 'tests/test_sum.py': null, 'tests/sum_checks.py': PYTHON.text } },
  }),
  edit(PYTHON, { name: 'a deleted test', expect: ['tests-removed'], by: [[ADD, '']] }),
  edit(PYTHON, { name: 'del', expect: ['tests-removed'], by: [['class TestSum', 'del test_add\n\n\nclass TestSum']] }),
  edit(PYTHON, {
    name: 'a second function of the same name',
    expect: ['emptied'],
    by: [['class TestSum', 'def test_add(one):\n    pass\n\n\nclass TestSum']],
  }),
  edit(PYTHON, { name: 'pass', expect: ['emptied'], by: [[CLAIMS, '    pass\n']] }),
  edit(PYTHON, { name: 'return in the first line', expect: ['emptied'], by: [[CLAIMS, `    return\n${CLAIMS}`]] }),
  edit(PYTHON, { name: 'assert True', expect: ['emptied'], by: [[CLAIMS, '    assert True\n']] }),
  edit(PYTHON, {
    name: 'assert of a tuple',
    expect: ['emptied'],
    by: [['assert add(2, 2) == 4', 'assert (add(2, 2) == 4, "four")']],
  }),
  edit(PYTHON, {
    name: 'or True',
    expect: ['emptied'],
    by: [['assert add(2, 2) == 4', 'assert add(2, 2) == 4 or True']],
  }),
  edit(PYTHON, { name: 'if False', expect: ['emptied'], by: [[CLAIMS, `    if False:\n${DEEP}`]] }),
  edit(PYTHON, {
    name: 'try and except: pass',
    expect: ['emptied'],
    by: [[CLAIMS, `    try:\n${DEEP}    except AssertionError:\n        pass\n`]],
  }),
  edit(PYTHON, {
    name: 'try and a bare except that prints',
    expect: ['emptied'],
    by: [[CLAIMS, `    try:\n${DEEP}    except:\n        print("failed")\n`]],
  }),
  edit(PYTHON, {
    name: 'contextlib.suppress',
    expect: ['emptied'],
    by: [
      ['import unittest\n', 'import contextlib\nimport unittest\n'],
      [CLAIMS, `    with contextlib.suppress(AssertionError):\n${DEEP}`],
    ],
  }),
  edit(PYTHON, {
    name: 'an inner function that nobody calls',
    expect: ['emptied'],
    by: [[CLAIMS, `    def check():\n${DEEP}`]],
  }),
  edit(PYTHON, {
    name: 'a table without rows',
    expect: ['emptied'],
    by: [['[(1, 1, 2), (2, 3, 5), (5, 5, 10)]', '[]']],
  }),
  edit(PYTHON, {
    name: 'rows that are skipped',
    expect: ['assertions-removed'],
    by: [['(5, 5, 10)', 'pytest.param(5, 5, 10, marks=pytest.mark.skip)']],
  }),
  edit(PYTHON, {
    name: 'is not None in place of a value',
    expect: ['assertions-removed'],
    by: [['assert add(one, 2) == 3', 'assert add(one, 2) is not None']],
  }),
  edit(PYTHON, {
    name: 'assertTrue in place of assertEqual',
    expect: ['assertions-removed'],
    by: [['self.assertEqual(add(3, 3), 6)', 'self.assertTrue(add(3, 3))']],
  }),
  edit(PYTHON, { name: 'yield', expect: ['skipped'], by: [[CLAIMS, `    yield\n${CLAIMS}`]] }),
  edit(PYTHON, {
    name: 'a version that is always older',
    expect: ['skipped'],
    by: [
      ['import unittest\n', 'import sys\nimport unittest\n'],
      ['def test_add', '@pytest.mark.skipif(sys.version_info >= (3, 0), reason="x")\ndef test_add'],
    ],
  }),
  edit(PYTHON, {
    name: 'raises(AssertionError) around claims',
    expect: ['emptied'],
    by: [[CLAIMS, `    with pytest.raises(AssertionError):\n${DEEP.replace('== 3', '== 4')}`]],
  }),
  edit(PYTHON, {
    name: 'any error in place of one',
    expect: ['assertions-removed'],
    by: [['pytest.raises(ValueError)', 'pytest.raises(Exception)']],
  }),
  edit(
    { ...PYTHON, path: 'tests/checks.py', text: 'def check_sum(value, total):\n    assert value == total\n' },
    {
      name: 'a helper that claims nothing any more',
      expect: ['emptied'],
      by: [['    assert value == total\n', '    return None\n']],
    },
  ),
  edit(PYTHON, {
    name: 'os._exit',
    expect: ['exits'],
    by: [
      [
        '    def test_method(self):\n',
        '    def teardown_method(self):\n        os._exit(0)\n\n    def test_method(self):\n',
      ],
      ['import unittest\n', 'import os\nimport unittest\n'],
    ],
  }),
  edit(PYTHON, {
    name: 'a hook that skips everything',
    expect: ['skipped'],
    by: {
      after: {
        'tests/conftest.py':
          'import pytest\n\n\ndef pytest_collection_modifyitems(items):\n    for item in items:\n        item.add_marker(pytest.mark.skip(reason="x"))\n',
      },
    },
  }),
  edit(PYTHON, {
    name: 'a hook that takes all items',
    expect: ['skipped'],
    by: { after: { 'tests/conftest.py': 'def pytest_collection_modifyitems(items):\n    items[:] = []\n' } },
  }),
  edit(PYTHON, {
    name: 'a hook that sets the outcome',
    expect: ['exits'],
    by: {
      after: {
        'tests/conftest.py':
          'import pytest\n\n\n@pytest.hookimpl(hookwrapper=True)\ndef pytest_runtest_makereport(item, call):\n    result = yield\n    report = result.get_result()\n    report.outcome = "passed"\n',
      },
    },
  }),
  edit(PYTHON, {
    name: 'collect_ignore',
    expect: ['tests-excluded'],
    by: { after: { 'tests/conftest.py': 'collect_ignore = ["test_sum.py"]\n' } },
  }),
];
