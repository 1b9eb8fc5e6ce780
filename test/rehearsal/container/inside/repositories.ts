import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { FileChange } from '../../../../src/fakes/github/git/commits.ts';

type Files = Readonly<Record<string, FileChange>>;

/** What lies in the home of root, open to everybody but for the home itself. */
export const SECRETS_OF_ROOT = [
  ...['.aws/credentials', '.ssh/id_ed25519', '.docker/config.json', '.config/gh/hosts.yml'],
  ...['.netrc', '.npmrc', '.cargo/credentials.toml', '.local/share/keyrings/login.keyring'],
].map((file) => `/root/${file}`);

/** Repositories by the tool chain that tests them, as changes to the one of the tests. */
export const REPOSITORIES: Readonly<Record<'node' | 'python' | 'go', Files>> = {
  node: { 'test/look.test.js': lookingTest() },
  python: pythonFiles(),
  go: goFiles(),
};

/** A test of the repository that looks around as the agent does. */
function lookingTest(): string {
  const call = "import test from 'node:test';\ntest('looks around', () => look('tests'));\n";
  return `${readFileSync(path.join(import.meta.dirname, 'look.mjs'), 'utf8')}${call}`;
}

/** Tests of the standard library; pip installs the repository itself, and the standard library measures it. */
function pythonFiles(): Files {
  return {
    'package.json': null,
    '.kiro-worker.yml': [
      'install: python3 -m pip install --no-index --no-build-isolation .',
      'test: python3 -m unittest -v',
      'coverage: python3 measure.py',
      'reports:',
      '  coverage: lcov.info',
      '',
    ].join('\n'),
    'pyproject.toml':
      '[build-system]\nrequires = ["setuptools"]\nbuild-backend = "setuptools.build_meta"\n[project]\nname = "slugs"\nversion = "1.0"\n[tool.setuptools]\npy-modules = ["slugs"]\n',
    'slugs.py': 'def slug(text):\n    return text.strip().lower().replace(" ", "-")\n',
    'test_slugs.py': `import importlib.metadata
import os
import unittest
import slugs


class Slugs(unittest.TestCase):
    def test_makes_a_slug(self):
        self.assertEqual(slugs.slug(" Two Words "), "two-words")
        self.assertEqual(importlib.metadata.version("slugs"), "1.0")

    def test_is_not_root(self):
        self.assertNotEqual(os.getuid(), 0)
        for path in ${JSON.stringify([...SECRETS_OF_ROOT, '/root'])}:
            self.assertRaises(PermissionError, open if path != "/root" else os.listdir, path)
`,
    'measure.py': `import trace
import unittest

tracer = trace.Trace(count=1, trace=0)
tracer.runfunc(unittest.main, module="test_slugs", exit=False)
hits = {line: n for (file, line), n in tracer.results().counts.items() if file.endswith("/slugs.py")}
lines = [1, 2]
with open("lcov.info", "w") as report:
    report.write("SF:slugs.py\\n")
    report.writelines(f"DA:{line},{hits.get(line, 0)}\\n" for line in lines)
    report.write(f"LF:{len(lines)}\\nLH:{sum(line in hits for line in lines)}\\nend_of_record\\n")
`,
  };
}

/** Nothing says how it is tested but go.mod. */
function goFiles(): Files {
  return {
    'package.json': null,
    '.kiro-worker.yml': null,
    'go.mod': 'module example.test/slugs\n\ngo 1.18\n',
    'slugs.go':
      'package slugs\n\nimport "strings"\n\nfunc Slug(text string) string {\n\treturn strings.ReplaceAll(strings.ToLower(strings.TrimSpace(text)), " ", "-")\n}\n',
    'slugs_test.go': `package slugs

import (
	"os"
	"testing"
)

func TestSlug(t *testing.T) {
	if Slug(" Two Words ") != "two-words" {
		t.Fatal(Slug(" Two Words "))
	}
}

func TestIsNotRoot(t *testing.T) {
	if os.Getuid() == 0 {
		t.Fatal("root")
	}
	for _, path := range []string{${[...SECRETS_OF_ROOT, '/root'].map((file) => JSON.stringify(file)).join(', ')}} {
		file, err := os.Open(path)
		if !os.IsPermission(err) {
			t.Error(path, err, file)
		}
	}
}
`,
  };
}
