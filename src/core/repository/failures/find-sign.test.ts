import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'chai';
import { passingFailure } from '../command-failure.ts';
import { findSign, SIGNS } from './find-sign.ts';
import { plainOutput } from './plain-output.ts';

const FOLDER = path.resolve(import.meta.dirname, '../../../../test/fixtures/command-outputs');
const outputOf = (name: string) => readFileSync(path.join(FOLDER, `${name}.txt`), 'utf8');

/** What tools really wrote, each made to fail in the way of its name: the command, the sign in it, and whether it may be over
 *  by itself. */
const OUTPUTS: ReadonlyArray<
  [output: string, name: 'install' | 'test' | 'coverage', sign: string | null, passing: boolean]
> = [
  ['npm-ci-without-lock', 'install', 'npm-no-lock', false],
  ['npm-ci-stale-lock', 'install', 'npm-lock', false],
  ['npm-engine-strict', 'install', 'node-version', false],
  ['npm-404', 'install', 'no-such-package', false],
  ['npm-refused', 'install', 'network', true],
  ['npm-enotfound', 'install', 'network', true],
  ['npm-missing-script', 'test', 'missing-script', false],
  ['npm-program-missing', 'test', 'program-missing', false],
  ['pnpm-stale-lock', 'install', 'pnpm-lock', false],
  ['pnpm-no-lock', 'install', 'pnpm-lock', false],
  ['pnpm-engine', 'install', 'node-version', false],
  ['pnpm-other-version', 'install', 'other-package-manager', false],
  ['pnpm-refused', 'install', 'network', true],
  ['pnpm-404', 'install', 'no-such-package', false],
  ['pnpm-missing', 'install', 'program-missing', false],
  ['yarn1-stale-lock', 'install', 'yarn-lock', false],
  ['yarn1-engine', 'install', 'node-version', false],
  ['yarn1-wants-4', 'install', 'yarn-version', false],
  ['yarn1-refused', 'install', 'network', true],
  ['yarn4-immutable', 'install', 'yarn-immutable', false],
  ['yarn4-refused', 'install', 'network', true],
  ['vitest-coverage-missing', 'coverage', 'coverage-tool-missing', false],
  ['vitest-no-tests', 'test', 'no-tests', false],
  ['jest-no-tests', 'test', 'no-tests', false],
  ['mocha-no-tests', 'test', 'no-tests', false],
  ['node-test-no-file', 'test', 'no-tests', false],
  ['node-heap', 'test', 'node-memory', false],
  ['node-module-missing', 'test', 'node-module-missing', false],
  ['node-eacces-write', 'test', 'no-access', false],
  ['node-eacces-port', 'test', 'no-access', false],
  ['npm-global', 'install', 'no-access', false],
  ['sh-no-exec', 'test', 'script-not-executable', false],
  ['make-no-exec', 'test', 'script-not-executable', false],
  ['mvnw-no-exec', 'test', 'script-not-executable', false],
  ['npm-disk-full', 'install', 'disk-full', false],
  ['python-disk-full', 'test', 'disk-full', false],
  ['sh-disk-full', 'test', 'disk-full', false],
  ['pip-pep-668', 'install', 'externally-managed', false],
  ['pip3-pep-668', 'install', 'externally-managed', false],
  ['pytest-missing', 'test', 'python-module-missing', false],
  ['pytest-cov-missing', 'coverage', 'pytest-cov-missing', false],
  ['pytest-no-tests', 'test', 'no-tests', false],
  ['pytest-own-module', 'test', 'python-project-missing', false],
  ['pip-no-match', 'install', 'no-such-package', false],
  ['pip-python-version', 'install', 'python-version', false],
  ['pip-requirements-missing', 'install', 'requirements-missing', false],
  ['pip-compiler-missing', 'install', 'build-tool-missing', false],
  ['poetry-stale-lock', 'install', 'poetry-lock', false],
  ['poetry-python-version', 'install', 'python-version', false],
  ['uv-stale-lock', 'install', 'uv-lock', false],
  ['uv-no-lock', 'install', 'uv-lock', false],
  ['uv-python', 'install', 'python-version', false],
  ['uv-refused', 'install', 'network', true],
  ['uv-no-version', 'install', 'no-such-package', false],
  ['pdm-stale-lock', 'install', 'pdm-lock', false],
  ['pdm-no-lock', 'install', 'pdm-lock', false],
  ['tox-missing', 'test', 'python-module-missing', false],
  ['go-sum', 'test', 'go-sum', false],
  ['go-not-required', 'test', 'go-sum', false],
  ['go-no-module', 'test', 'no-project', false],
  ['go-version', 'test', 'go-version', false],
  ['go-refused', 'install', 'network', true],
  ['go-no-version', 'install', 'registry-refused', false],
  ['go-compile-error', 'test', null, false],
  ['go-cgo', 'test', 'build-tool-missing', false],
  ['maven-release-21', 'test', 'jdk-version', false],
  ['maven-source-5', 'test', 'jdk-too-new', false],
  ['maven-no-pom', 'test', 'no-project', false],
  ['maven-no-artifact', 'test', 'no-such-package', false],
  ['maven-refused', 'test', 'network', true],
  ['maven-enforcer', 'test', 'maven-version', false],
  ['maven-enforcer-jdk', 'test', 'jdk-version', false],
  ['maven-plugin-jvm', 'test', 'jdk-version', false],
  ['java-heap', 'test', 'jvm-memory', false],
  ['gradle-nothing', 'test', 'no-project', false],
  ['gradle-refused', 'test', 'network', true],
  ['gradle-no-artifact', 'test', 'no-such-package', false],
];

const PASSING = [
  'npm error code ENOTFOUND\nnpm error network request to https://r.test/a failed',
  'npm error code E503\nnpm error 503 Service Unavailable - GET https://r.test/a',
  'npm ERR! code EAI_AGAIN',
  'npm error code ERR_SOCKET_TIMEOUT',
  ' ERR_PNPM_META_FETCH_FAIL  GET https://r.test/a: request failed',
  '➤ YN0001: │ RequestError: connect ECONNREFUSED 127.0.0.1:1',
  "WARNING: Retrying (Retry(total=0, connect=None)) after connection broken by 'NewConnectionError'",
  "ERROR: HTTPSConnectionPool(host='r.test', port=443): Max retries exceeded with url: /simple/a/",
  'error: Failed to fetch: `https://r.test/simple/a/`\n  Caused by: dns error: failed to lookup address',
  'go: ex.com/a@v1.0.0: Get "https://r.test/a": dial tcp: lookup r.test: no such host',
  'reading https://r.test/a/@v/v1.0.0.zip: 502 Bad Gateway',
  '[ERROR] Could not transfer artifact a:b:pom:1 from/to central (https://r.test): r.test: Unknown host r.test',
  "> Could not GET 'https://r.test/a.pom'. Received status code 503 from server: Service Unavailable",
  "fatal: unable to access 'https://r.test/': Could not resolve host: r.test",
  'npm error code ECONNRESET\nnpm error network read ECONNRESET',
  'npm error code E503',
  'npm error code E429',
  '[ERROR] Could not transfer artifact a:b:jar:1 from/to m (https://m.example): status code: 502, reason phrase: Bad Gateway (502)',
  "fatal: unable to access 'https://g.example/a/b/': Could not resolve host: g.example",
  'go: example.com/a@v1.0.0: reading https://m.example/a/@v/v1.0.0.mod: 503 Service Unavailable',
];

const LASTING = [
  'npm error code E404\nnpm error 404 Not Found - GET https://r.test/a',
  'npm error code E403\nnpm error 403 Forbidden',
  'npm error code EUSAGE\nnpm error `npm ci` can only install packages when your package.json and package-lock.json are in sync',
  'npm error code ERESOLVE',
  'ERROR: No matching distribution found for a==9',
  'error: externally-managed-environment',
  'reading https://r.test/a/@v/v1.0.0.info: 404 Not Found',
  '[ERROR] Could not find artifact a:b:jar:1 in central (https://r.test)',
  'AssertionError: expected 503 to equal 200',
  'npm error code E401',
  'npm error code E404',
  '[ERROR] Could not transfer artifact a:b:jar:1 from/to m (https://m.example): status code: 403, reason phrase: Forbidden (403)',
  'go: example.com/a@v1.0.0: reading https://m.example/a/@v/v1.0.0.mod: 404 Not Found',
  'AssertionError: expected 503 to equal 200',
  '  1) fails with ECONNREFUSED',
  ' WARN  GET https://r.test/a error (ECONNRESET). Will retry in 10 seconds. 2 retries left.',
  "WARNING: Retrying (Retry(total=4, connect=None)) after connection broken by 'NewConnectionError'",
  'npm error code SELF_SIGNED_CERT_IN_CHAIN',
  'go: ex.com/a@v1.0.0: Get "https://r.test/a": tls: failed to verify certificate: x509: certificate signed by unknown authority',
  'HTTP/1.1 407 Proxy Authentication Required',
  'error: Failed to fetch: `https://r.test/simple/a/`\n  Caused by: HTTP status client error (403 Forbidden) for url',
  '[ERROR] Could not transfer artifact a:b:jar:1 from/to m (https://m.example): Checksum validation failed',
  '',
];

/** What tests may say of connections of their own. */
const OF_TESTS = [
  'a_test.go:9: Get "http://127.0.0.1:1/": dial tcp 127.0.0.1:1: connect: connection refused',
  'AssertionError: expected 503 Service Unavailable',
  'Caused by: tcp connect error: Connection refused (os error 111)',
  "requests.exceptions.ConnectionError: HTTPConnectionPool(host='localhost', port=1): Max retries exceeded with url: /a",
  'Error: getaddrinfo ENOTFOUND db.internal',
];

describe('signs in the output of a command', () => {
  for (const [output, name, sign, passing] of OUTPUTS) {
    it(`of ${output}: ${sign ?? 'none'}`, () => {
      const text = outputOf(output);
      expect(findSign(plainOutput(text), { name })?.sign.id ?? null).to.equal(sign);
      expect(passingFailure({ name, output: text }) !== null).to.equal(passing);
    });
  }

  it('are asked of every output that is kept', () => {
    expect(OUTPUTS.map(([output]) => `${output}.txt`).sort()).to.deep.equal(readdirSync(FOLDER).sort());
  });

  for (const output of PASSING)
    it(`of a network or a registry pass by themselves: ${output.split('\n')[0]?.slice(0, 60)}`, () => {
      expect(passingFailure({ name: 'install', output: `before\n${output}\nafter\n` }))
        .to.be.a('string')
        .and.not.include('\n');
    });

  it('of a certificate, of rights, of a package that is not there and of a try before others need somebody', () => {
    for (const output of LASTING) expect(passingFailure({ name: 'install', output }), output).to.equal(null);
  });

  it('of a network are those of package managers alone where tests speak', () => {
    for (const output of OF_TESTS) expect(passingFailure({ name: 'test', output }), output).to.equal(null);
    const [manager] = PASSING;
    expect(passingFailure({ name: 'test', output: manager ?? '' })).to.equal('npm error code ENOTFOUND');
  });

  it('are not looked for in what tests say that ran and failed, unless the machine kept them from it', () => {
    const plain = "Cannot find module './a'\nsh: 1: mocha: not found\nENOSPC: no space left on device";
    const ids = (lines: string, hasFailedTests: boolean) =>
      findSign(lines, { name: 'test', hasFailedTests })?.sign.id ?? null;
    expect(ids("Cannot find module './a'", false)).to.equal('node-module-missing');
    expect(ids("Cannot find module './a'", true)).to.equal(null);
    expect(ids(plain, true)).to.equal('disk-full');
  });

  it('are not looked for in the titles of tests that passed', () => {
    for (const line of [
      '  ✓ reports ENOSPC to the caller',
      'ok 12 - says ENOMEM',
      '--- PASS: TestDisk/No_space_left_on_device (0.00s)  No space left on device',
      'tests/test_a.py::test_rights[Permission denied] PASSED   [ 50%]',
      "test_missing (a.T) Cannot find module 'x' ... ok",
      'DiskTest > tells "No space left on device" PASSED',
    ])
      expect(findSign(line, { name: 'test' }), line).to.equal(null);
    for (const line of ['not ok 1 - ENOSPC', '  1) reports ENOSPC', 'ENOSPC: no space left on device, write'])
      expect(findSign(line, { name: 'test' })?.sign.id, line).to.equal('disk-full');
  });

  it('name no words of the output where people paste them, unless they are a plain name', () => {
    for (const line of [
      'Error: spawn x;curl|sh EACCES',
      'Error: spawn -rf EACCES',
      'Cannot start $(evil): Permission denied',
      '-x.sh: Permission denied',
    ])
      expect(findSign(line, { name: 'test' })?.sign.id, line).to.equal('no-access');
    const line = 'Could not resolve a module for a custom reporter. Module name: evil';
    expect(findSign(line, { name: 'test' })).to.equal(null);
  });

  it('take no long time over any line', () => {
    const lines = [
      'a'.repeat(400_000),
      '[ERROR] '.repeat(50_000),
      "Cannot find module '".repeat(20_000),
      `${'sh: '.repeat(90_000)}not found`,
    ];
    const startedAt = process.cpuUsage();
    for (const line of lines) findSign(line, { name: 'install' });
    const { user } = process.cpuUsage(startedAt);
    expect(user / 1000, 'milliseconds of CPU').to.be.below(2000);
    expect(SIGNS.every(({ pattern }) => !pattern.global)).to.equal(true);
  });
});
