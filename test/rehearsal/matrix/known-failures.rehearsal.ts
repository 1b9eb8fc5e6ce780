import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { missingTools } from '../../../scripts/dev/rehearsal/tools.ts';
import type { MachineTool } from './row.ts';

const run = promisify(execFile);
const CLI = path.join(import.meta.dirname, '../../../scripts/cli.ts');
const LIMIT_MS = 10 * 60_000;
const RULES = '.kiro-worker.yml';

type Files = Readonly<Record<string, string>>;

/** Two modules, one after the other, with a test that fails in each. */
function sources(): Files {
  const of = (module: string) => {
    const name = module.toUpperCase();
    const tests = `@Test public void ok() { Assert.assertEquals(1, ${name}.one()); } @Test public void known${name}() { Assert.fail(); }`;
    return {
      [`${module}/src/main/java/x/${name}.java`]: `package x; public class ${name} { public static int one() { return 1; } }`,
      [`${module}/src/test/java/x/${name}Test.java`]: `package x; import org.junit.*; public class ${name}Test { ${tests} }`,
    };
  };
  return { ...of('a'), ...of('b') };
}

const pom = (
  artifact: string,
  body: string,
  parent = '<parent><groupId>x</groupId><artifactId>p</artifactId><version>1</version></parent>',
) => `<project><modelVersion>4.0.0</modelVersion>${parent}<artifactId>${artifact}</artifactId>${body}</project>`;

const MAVEN: Files = {
  ...sources(),
  'pom.xml': pom(
    'p',
    `<version>1</version><packaging>pom</packaging><modules><module>a</module><module>b</module></modules>
    <properties><maven.compiler.source>8</maven.compiler.source><maven.compiler.target>8</maven.compiler.target></properties>
    <dependencies><dependency><groupId>junit</groupId><artifactId>junit</artifactId><version>4.13.2</version><scope>test</scope></dependency></dependencies>`,
    '<groupId>x</groupId>',
  ),
  'a/pom.xml': pom('a', ''),
  'b/pom.xml': pom(
    'b',
    '<dependencies><dependency><groupId>x</groupId><artifactId>a</artifactId><version>1</version></dependency></dependencies>',
  ),
};

const GRADLE: Files = {
  ...sources(),
  'settings.gradle': "include 'a', 'b'\n",
  'build.gradle': `subprojects { apply plugin: 'java'
  repositories { mavenCentral() }
  dependencies { testImplementation 'junit:junit:4.13.2' } }\n`,
};

const BESIDE_JUNIT = 'package x; import org.junit.*; public class OtherTest { @Test public void other() ';

interface Kind {
  readonly tool: MachineTool;
  readonly files: Files;
  /** Files that break something beside the tests that are known. */
  readonly breaks: Readonly<Record<string, Files>>;
}

const OTHER = 'b/src/test/java/x/OtherTest.java';
const BREAKS = {
  'a process with tests that ends before them': { [OTHER]: `${BESIDE_JUNIT} { Runtime.getRuntime().halt(3); } }` },
  'another failed test in a later module': { [OTHER]: `${BESIDE_JUNIT} { Assert.fail(); } }` },
  'tests that do not compile in a later module': { [OTHER]: `${BESIDE_JUNIT} { return 1; } }` },
};
const KINDS: readonly Kind[] = [
  { tool: 'mvn', files: MAVEN, breaks: BREAKS },
  { tool: 'gradle', files: GRADLE, breaks: BREAKS },
];

describe('tests that are known to fail', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'kiro-known-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  for (const { tool, files, breaks } of KINDS) {
    it(`pass with ${tool} once what is printed is pasted, and nothing beside them does`, async function () {
      this.timeout(LIMIT_MS);
      const missing = missingTools([tool]);
      if (missing !== null && process.env.CI === 'true') throw new Error(missing);
      if (missing !== null) this.skip();
      await write(folder, files);
      const red = await check(folder);
      expect(red.verdict, red.text).to.equal('failed');
      expect([...red.failures].sort()).to.deep.equal(['x.ATest › knownA', 'x.BTest › knownB']);
      await write(folder, { [RULES]: red.suggestion });
      const green = await check(folder);
      expect(green.verdict, green.text).to.equal('passed');
      expect(green.linesPct, green.text).to.be.within(1, 100);
      for (const [name, broken] of Object.entries(breaks)) {
        const copy = path.join(folder, 'copy');
        await mkdir(copy);
        await write(copy, { ...files, [RULES]: red.suggestion, ...broken });
        const ended = await check(copy);
        expect(ended.verdict, `${name}: ${ended.text}`).to.equal('failed');
        await rm(copy, { recursive: true });
      }
    });
  }
});

async function write(folder: string, files: Files): Promise<void> {
  for (const [file, text] of Object.entries(files)) {
    await mkdir(path.dirname(path.join(folder, file)), { recursive: true });
    await writeFile(path.join(folder, file), text);
  }
}

async function check(folder: string) {
  const args = [CLI, 'repository', 'check', folder, '--run', '--isolation', 'none', '--json'];
  // Of what runs here there is a bit of code; the figure is of no interest.
  const env = { ...process.env, COVERAGE_THRESHOLD: '1' };
  const text = await run(process.execPath, args, { env, maxBuffer: 64 * 1024 * 1024 }).then(
    ({ stdout }) => stdout,
    ({ stdout }: { stdout: string }) => stdout,
  );
  const { baseline, suggestion } = JSON.parse(text);
  return {
    ...{ text, suggestion: String(suggestion), verdict: baseline?.verdict, linesPct: baseline?.coverage?.linesPct },
    failures: (baseline?.failures ?? []) as string[],
  };
}
