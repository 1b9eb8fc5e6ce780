import { pytestEdits, unittestEdits } from '../edits.ts';
import type { Row, Source } from '../row.ts';

const sdist = (name: string, version: string, sha256: string): { upstream: Source } => ({
  upstream: { client: 'pip', name, version, sha256 },
});

/** Source distributions as they are, and one in a skeleton of Poetry's. */
export const PYTHON_ROWS: readonly Row[] = [
  {
    id: 'itsdangerous',
    kind: 'pip, setup.cfg, src layout',
    tools: ['python3'],
    project: sdist('itsdangerous', '2.1.2', '5dbbc68b317e5e42f327f9021763545dc3fc3bfe22e6deb96aaf1fc38874156a'),
    edits: pytestEdits({
      source: 'src/itsdangerous/sums.py',
      test: 'tests/test_itsdangerous/test_sums.py',
      module: 'itsdangerous.sums',
    }),
  },
  {
    id: 'h11',
    kind: 'pip, setup.py, tests in the package',
    tools: ['python3'],
    project: sdist('h11', '0.16.0', '4e35b956cf45792e4caa5885e69fba00bdbc6ffafbfa020300e549b208ee5ff1'),
    edits: pytestEdits({ source: 'h11/_sums.py', test: 'h11/tests/test_sums.py', module: 'h11._sums' }),
  },
  {
    id: 'structlog',
    kind: 'pip, dependency groups',
    tools: ['python3'],
    project: sdist('structlog', '26.1.0', 'f63a716cbd1b1291cf7661de7794b455acfa4c43c5bcf1630e6ad5ddc1adb3b7'),
    edits: pytestEdits({ source: 'src/structlog/_sums.py', test: 'tests/test_sums.py', module: 'structlog._sums' }),
  },
  {
    id: 'click',
    kind: 'uv, default groups',
    tools: ['python3'],
    project: sdist('click', '8.5.1', '9bbfada76703fd1d784b83eea012e3e8c6a001a876543ef104fa56aaaeb072b4'),
    edits: pytestEdits({ source: 'src/click/_sums.py', test: 'tests/test_sums.py', module: 'click._sums' }),
  },
  {
    id: 'markdown',
    kind: 'unittest',
    tools: ['python3'],
    project: sdist('markdown', '3.11.3', '81eb91631dc97ad1efbc76019ef0f80fe90ca49ddf81546752d79989c3bfff3e'),
    edits: unittestEdits({ source: 'markdown/sums.py', test: 'tests/test_sums.py', module: 'markdown.sums' }),
  },
  {
    id: 'poetry',
    kind: 'Poetry',
    tools: ['python3'],
    project: {
      pieces: [
        {
          source: {
            client: 'pip',
            name: 'simplejson',
            version: '4.3.0',
            sha256: 'ffe34ab51a0d37e6d1c661a5672df00d2d5e18804e38eac07abffb83fa5ec3d7',
          },
          paths: { simplejson: 'simplejson', 'README.rst': 'README.rst' },
        },
      ],
      // Left out: its parts in C.
      without: ['simplejson/_speedups.c'],
      files: {
        // Without dependencies: not every mirror of the registry has the interface that Poetry locks by.
        'pyproject.toml': `[tool.poetry]
name = "simplejson"
version = "4.3.0"
description = "Simple, fast, extensible JSON encoder and decoder"
authors = ["Bob Ippolito"]
readme = "README.rst"

[tool.poetry.dependencies]
python = ">=3.9"

[build-system]
requires = ["poetry-core"]
build-backend = "poetry.core.masonry.api"
`,
        '.gitignore': '__pycache__\n.venv\n',
      },
      lock: { tool: 'poetry', args: ['lock', '--no-interaction'] },
    },
    edits: unittestEdits({
      source: 'simplejson/sums.py',
      test: 'simplejson/tests/test_sums.py',
      module: 'simplejson.sums',
    }),
  },
];
