import { itDetects } from '../../../../../test/support/scenes/file-trees.ts';
import type { Argv } from '../../argv.ts';

const VENV: Argv = ['python3', '-m', 'venv', '.venv'];
const PYTEST_COV = 'pytest-cov!=6.2.0';
const PIP: Argv = ['.venv/bin/python', '-m', 'pip', 'install'];
const pytest = (...sources: string[]): Argv => [
  '.venv/bin/python',
  ...['-m', 'pytest', '--junitxml=reports/junit.xml', ...sources],
  ...['--cov-report=xml:coverage.xml', '--cov-fail-under=0'],
];

describe('Python', () => {
  describe('of Python', () => {
    const tests = { 'tests/test_thing.py': 'def test_thing(): pass' };
    itDetects([
      [
        'a project with a src layout beside its requirements',
        {
          'requirements.txt': 'pytest\npytest-cov',
          'pyproject.toml': '[project]\nname = "thing"',
          'src/thing/__init__.py': '',
          ...tests,
        },
        {
          install: [VENV, [...PIP, '--editable', '.', '--requirement', 'requirements.txt', 'pytest', PYTEST_COV]],
          test: pytest('--cov=src'),
          coverage: null,
          reports: { tests: ['reports/junit.xml'], coverage: ['coverage.xml'] },
        },
      ],
      [
        'test extras of setup.cfg',
        {
          'setup.cfg': '[metadata]\nname = thing\n[options.extras_require]\ntest =\n  pytest\ndocs =\n  sphinx',
          'setup.py': 'from setuptools import setup\nsetup()',
          'thing/__init__.py': '',
          ...tests,
        },
        { install: [VENV, [...PIP, '--editable', '.[test]', 'pytest', PYTEST_COV]], test: pytest('--cov=thing') },
      ],
      [
        'a dependency group for tests',
        {
          'pyproject.toml':
            '[project]\nname="thing"\n[build-system]\nrequires=[]\n[dependency-groups]\ntest=["pytest"]',
          ...tests,
        },
        {
          install: [
            VENV,
            [...PIP, '--upgrade', 'pip>=25.1'],
            [...PIP, '--editable', '.', '--group', 'test', 'pytest', PYTEST_COV],
          ],
        },
      ],
      [
        'groups that tox has for single environments left out',
        {
          'pyproject.toml':
            '[project]\nname="thing"\n[build-system]\nrequires=[]\n[dependency-groups]\nci=["pytest"]\nmypy=["mypy"]\nmore=["x"]',
          'tox.ini': '[testenv]\ndependency_groups =\n  more\n  tests: ci\n  mypy: mypy',
          ...tests,
        },
        {
          install: [
            VENV,
            [...PIP, '--upgrade', 'pip>=25.1'],
            [...PIP, '--editable', '.', '--group', 'ci', '--group', 'more', 'pytest', PYTEST_COV],
          ],
        },
      ],
      [
        'uv',
        { 'pyproject.toml': '[project]\nname="t"\n[dependency-groups]\ndev=["pytest"]', 'uv.lock': '', ...tests },
        {
          install: [
            VENV,
            ['python3', '-m', 'venv', '.venv/tools'],
            ['.venv/tools/bin/python', '-m', 'pip', 'install', 'uv'],
            ['.venv/tools/bin/uv', 'sync', '--frozen'],
            ['.venv/tools/bin/uv', 'pip', 'install', '--python', '.venv/bin/python', 'pytest', PYTEST_COV],
          ],
          ecosystem: 'uv',
        },
      ],
      [
        'Poetry in the version that is asked for',
        {
          'pyproject.toml':
            '[tool.poetry]\nname="t"\nrequires-poetry=">=2.0"\n[tool.poetry.group.dev.dependencies]\npytest="*"',
          'poetry.lock': '',
          ...tests,
        },
        {
          install: [
            VENV,
            ['python3', '-m', 'venv', '.venv/tools'],
            ['.venv/tools/bin/python', '-m', 'pip', 'install', 'poetry>=2.0'],
            ['.venv/tools/bin/poetry', 'install', '--no-interaction'],
            [...PIP, 'pytest', PYTEST_COV],
          ],
          ecosystem: 'poetry',
        },
      ],
      ['PDM', { 'pyproject.toml': '[project]\nname="t"', 'pdm.lock': '', ...tests }, { ecosystem: 'pdm' }],
      ['Pipenv', { Pipfile: '[packages]', 'Pipfile.lock': '', ...tests }, { ecosystem: 'pipenv' }],
      [
        'unittest',
        { 'requirements.txt': '', 'tests/__init__.py': '', 'tests/test_a.py': 'import unittest' },
        {
          install: [VENV, [...PIP, '--requirement', 'requirements.txt', 'coverage']],
          test: [
            '.venv/bin/python',
            ...['-m', 'unittest', 'discover', '--start-directory', 'tests', '--top-level-directory', '.'],
          ],
        },
      ],
      [
        'a project of Django',
        { 'requirements.txt': 'Django>=5', 'manage.py': '', 'app/tests.py': 'from django.test import TestCase' },
        { test: ['.venv/bin/python', 'manage.py', 'test'] },
      ],
      [
        'a project of Django below its requirements',
        { 'requirements.txt': 'Django>=5', 'backend/manage.py': '', 'backend/app/tests.py': 'TestCase' },
        { test: ['.venv/bin/python', 'backend/manage.py', 'test', 'backend'] },
      ],
      [
        'requirements of a setup.cfg that pip cannot install',
        {
          'setup.cfg':
            '[metadata]\nname = t\n[options]\ninstall_requires =\n  six\n[options.extras_require]\ntest = hypothesis',
          ...tests,
        },
        { install: [VENV, [...PIP, 'six', 'hypothesis', 'pytest', PYTEST_COV]] },
      ],
      [
        'requirements of extras where setuptools refuses several packages side by side',
        {
          'pyproject.toml':
            '[project]\nname="t"\ndependencies=["six"]\n[project.optional-dependencies]\ntest=["hypothesis"]\n' +
            '[build-system]\nrequires=["setuptools"]\nbuild-backend="setuptools.build_meta"',
          ...{ 'a/__init__.py': '', 'b/__init__.py': '' },
          ...tests,
        },
        { install: [VENV, [...PIP, 'six', 'hypothesis', 'pytest', PYTEST_COV]] },
      ],
    ]);
  });
});
