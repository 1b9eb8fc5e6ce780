import type { FileChange } from '../../../../src/fakes/github/git/commits.ts';

type Files = Readonly<Record<string, FileChange>>;

/** Repositories that ask for a version of their tool chain that is not the image's default. Each tests that it got that one, for a
 *  user of its own, beside files that would lead a version manager astray. */
export const VERSIONED_REPOSITORIES: Readonly<Record<'old-node' | 'old-python' | 'new-go' | 'old-java', Files>> = {
  'old-node': {
    ...common({ tools: 'node: 20', install: 'npm ci', check: 'node check.mjs' }),
    '.nvmrc': '20\n',
    '.npmrc': 'engine-strict=true\n',
    'package.json': JSON.stringify({ name: 'slugs', version: '1.0.0', engines: { node: '>=18 <23' } }),
    'package-lock.json': JSON.stringify({
      ...{ name: 'slugs', version: '1.0.0', lockfileVersion: 3 },
      packages: { '': { name: 'slugs', version: '1.0.0', engines: { node: '>=18 <23' } } },
    }),
    'check.mjs': `import assert from 'node:assert';
import { readdirSync } from 'node:fs';
assert.match(process.version, /^v20\\./);
assert.notEqual(process.getuid(), 0);
assert.throws(() => readdirSync('/root'), { code: 'EACCES' });
`,
  },
  'old-python': {
    ...common({ tools: 'python: "3.12"', install: 'python3 -m venv .venv', check: '.venv/bin/python check.py' }),
    '.python-version': '3.1.4\n',
    'check.py': `import json, os, sqlite3, ssl, sys, zlib
assert sys.version_info[:2] == (3, 12), sys.version
assert os.getuid() != 0
try:
    os.listdir("/root")
    sys.exit("/root is open")
except PermissionError:
    pass
`,
  },
  'new-go': {
    ...common({ tools: 'go: "1.25"', install: 'go mod download', check: 'go test ./...' }),
    '.go-version': '1.2.3\n',
    'go.mod': 'module example.test/slugs\n\ngo 1.25\n',
    'slugs_test.go': `package slugs

import (
	"os"
	"runtime"
	"strings"
	"testing"
)

func TestPlace(t *testing.T) {
	if !strings.HasPrefix(runtime.Version(), "go1.25") || os.Getuid() == 0 {
		t.Fatal(runtime.Version(), os.Getuid())
	}
	if _, err := os.ReadDir("/root"); !os.IsPermission(err) {
		t.Fatal(err)
	}
}
`,
  },
  'old-java': {
    ...common({ tools: 'jdk: 17', install: 'javac -d . Check.java', check: 'java Check' }),
    'Check.java': `import java.nio.file.*;

public class Check {
  public static void main(String[] arguments) throws Exception {
    Path home = Path.of(System.getProperty("user.home"));
    if (Runtime.version().feature() != 17) throw new AssertionError(Runtime.version());
    if (!home.equals(Path.of(System.getenv("HOME")))) throw new AssertionError(home);
    Files.createDirectories(home.resolve(".m2/repository"));
    if (!System.getenv("JAVA_HOME").equals(System.getProperty("java.home")) && Files.notExists(Path.of(System.getenv("JAVA_HOME"), "bin/javac")))
      throw new AssertionError(System.getenv("JAVA_HOME"));
    if (System.getProperty("user.name").equals("root")) throw new AssertionError("root");
    try {
      Files.newDirectoryStream(Path.of("/root")).close();
      throw new AssertionError("/root is open");
    } catch (AccessDeniedException expected) {
    }
  }
}
`,
  },
};

function common({ tools, install, check }: { tools: string; install: string; check: string }): Files {
  const junit = '<testsuite tests="1" failures="0"><testcase classname="check" name="place"/></testsuite>';
  const lcov = 'SF:test.sh\\nDA:1,1\\nLF:1\\nLH:1\\nend_of_record\\n';
  return {
    'package.json': null,
    '.kiro-worker.yml': `install: ${install}
test: sh test.sh
coverage: false
reports: { tests: reports/junit.xml, coverage: reports/lcov.info }
tools:
  ${tools}
`,
    'test.sh': `set -e\n${check}\nmkdir -p reports\nprintf '%s' '${junit}' >reports/junit.xml\nprintf '${lcov}' >reports/lcov.info\n`,
  };
}
