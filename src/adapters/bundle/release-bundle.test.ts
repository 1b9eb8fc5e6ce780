import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { strFromU8, unzipSync } from 'fflate';
import { itInRehearsal } from '../../../test/left-to-rehearsal.ts';
import { bundle, REPOSITORY_ROOT } from './bundle.ts';
import { buildFunctionBundles } from './function-bundles.ts';
import { buildRelease } from './release-bundle.ts';

const TESTS = [
  { path: 'a.test.ts', text: "it('a', () => {\n  expect(f()).toBe(1);\n});\n" },
  { path: 'a.test.tsx', text: "it('a', () => {\n  expect(<A />).toBe(1);\n});\n" },
  { path: 'a.test.js', text: "it('a', () => {\n  expect(f()).toBe(1);\n});\n" },
  { path: 'test_a.py', text: 'def test_a():\n    assert f() == 1\n' },
  { path: 'ATest.java', text: 'class ATest {\n  @Test void a() {\n    assertEquals(1, f());\n  }\n}\n' },
  { path: 'ATest.kt', text: 'class ATest {\n  @Test fun a() {\n    assertEquals(1, f())\n  }\n}\n' },
  { path: 'a_test.go', text: 'package a\n\nfunc TestA(t *testing.T) {\n\tt.Fatal()\n}\n' },
];

describe('release', () => {
  let folder: string;
  let workerEntry: string;
  let hello: Awaited<ReturnType<typeof buildRelease>>;
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'release-'));
    workerEntry = join(folder, 'main.ts');
    writeEntry('hello');
    hello = await buildRelease({ workerEntry });
  });
  after(() => rmSync(folder, { recursive: true }));
  const writeEntry = (text: string) =>
    writeFileSync(
      workerEntry,
      `import path from 'node:path';\nconst word: string = ${JSON.stringify(text)};\nconsole.log(path.posix.join(word, '1'), typeof require('node:fs').statSync);\n`,
    );
  const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

  it('holds a worker that runs by itself, the buildspec, and a manifest that names both', async () => {
    const { zip, hash, files } = hello;
    const content = unzipSync(zip);
    expect(Object.keys(content).filter((path) => !/\/(?:parser-thread\.mjs|[\w-]+\.wasm)$/.test(path))).to.deep.equal([
      'buildspec.yml',
      'manifest.json',
      'worker/main.mjs',
    ]);
    expect(files).to.deep.equal(Object.keys(content));
    const manifest = content['manifest.json'] ?? new Uint8Array();
    expect(hash).to.equal(sha256(manifest));
    const { files: named } = JSON.parse(strFromU8(manifest));
    for (const path of ['buildspec.yml', 'worker/main.mjs']) {
      expect(named[path], path).to.equal(sha256(content[path] ?? new Uint8Array()));
    }
    writeFileSync(join(folder, 'main.mjs'), content['worker/main.mjs'] ?? '');
    expect(execFileSync(process.execPath, [join(folder, 'main.mjs')], { encoding: 'utf8' })).to.equal(
      'hello/1 function\n',
    );
  });

  it('is the same bytes at any time and in any time zone, and another hash for other content', async () => {
    writeEntry('hello');
    const zone = process.env.TZ;
    process.env.TZ = 'Pacific/Kiritimati';
    const second = await buildRelease({ workerEntry });
    if (zone === undefined) delete process.env.TZ;
    else process.env.TZ = zone;
    expect(second.hash).to.equal(hello.hash);
    expect(Buffer.compare(second.zip, hello.zip)).to.equal(0);
    writeEntry('goodbye');
    expect((await buildRelease({ workerEntry })).hash).to.not.equal(hello.hash);
  });

  itInRehearsal('holds a parser that reads each language from what lies beside it', async () => {
    const parser = join(REPOSITORY_ROOT, 'src/adapters/parsers/source-parser.ts');
    writeFileSync(
      workerEntry,
      `import { createSourceParser } from ${JSON.stringify(parser)};\nconst parser = createSourceParser();\nconst files = ${JSON.stringify(TESTS)};\nfor (const { path, tests, problem } of await parser.read(files)) console.log(path, tests.length, problem);\nawait parser.close();\n`,
    );
    const { zip } = await buildRelease({ workerEntry });
    for (const [path, bytes] of Object.entries(unzipSync(zip)))
      if (path.startsWith('worker/')) writeFileSync(join(folder, path.slice('worker/'.length)), bytes);
    const said = execFileSync(process.execPath, [join(folder, 'main.mjs')], { encoding: 'utf8', cwd: folder });
    expect(said).to.equal(TESTS.map(({ path }) => `${path} 1 null\n`).join(''));
  });

  it('takes the rules that look for secrets along', async () => {
    const from = (name: string) => JSON.stringify(join(REPOSITORY_ROOT, name));
    const found = "findSecrets({ text: 'x ' + TOKENS.slack + ' ' + TOKENS.kiro, path: 'a' }).map(({ rule }) => rule)";
    writeFileSync(
      workerEntry,
      `import { findSecrets } from ${from('src/core/gates/secrets/find-secrets.ts')};
      import { TOKENS } from ${from('test/gates/made-tokens.ts')};
      console.log(${found}.join());`,
    );
    writeFileSync(join(folder, 'main.mjs'), await bundle({ entry: workerEntry, minify: false }));
    expect(execFileSync(process.execPath, [join(folder, 'main.mjs')], { encoding: 'utf8' })).to.equal('slack,kiro\n');
  });

  it('names what cannot be bundled', async () => {
    writeFileSync(workerEntry, "import './nowhere.ts';\nimport 'no-such-package';\n");
    const error: unknown = await buildRelease({ workerEntry }).catch((thrown: unknown) => thrown);
    expect(error).to.have.property('code', 'RELEASE_INVALID');
    expect(String(error)).to.contain('./nowhere.ts').and.to.contain('no-such-package');
  });

  it('bundles both functions, each for itself', async () => {
    writeEntry('function');
    const bundles = await buildFunctionBundles(() => workerEntry);
    for (const code of [bundles.poller, bundles.finalizer]) {
      writeFileSync(join(folder, 'handler.mjs'), code);
      expect(execFileSync(process.execPath, [join(folder, 'handler.mjs')], { encoding: 'utf8' })).to.contain(
        'function/1',
      );
    }
  });
});
