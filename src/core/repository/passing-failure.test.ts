import { expect } from 'chai';
import { passingFailure } from './passing-failure.ts';

const PASSING = [
  'npm error code ENOTFOUND\nnpm error network request to https://r.test/a failed',
  'npm error code E503\nnpm error 503 Service Unavailable - GET https://r.test/a',
  'npm ERR! code EAI_AGAIN',
  'npm error code ERR_SOCKET_TIMEOUT',
  ' ERR_PNPM_META_FETCH_FAIL  GET https://r.test/a: request failed',
  ' WARN  GET https://r.test/a error (ECONNRESET). Will retry in 10 seconds.',
  '➤ YN0001: │ RequestError: connect ECONNREFUSED 127.0.0.1:1',
  "WARNING: Retrying (Retry(total=0, connect=None)) after connection broken by 'NewConnectionError'",
  "ERROR: HTTPSConnectionPool(host='r.test', port=443): Max retries exceeded with url: /simple/a/",
  'error: Failed to fetch: `https://r.test/simple/a/`\n  Caused by: dns error: failed to lookup address',
  'go: ex.com/a@v1.0.0: Get "https://r.test/a": dial tcp: lookup r.test: no such host',
  'reading https://r.test/a/@v/v1.0.0.zip: 502 Bad Gateway',
  '[ERROR] Could not transfer artifact a:b:pom:1 from/to central (https://r.test): r.test: Unknown host r.test',
  "> Could not GET 'https://r.test/a.pom'. Received status code 503 from server: Service Unavailable",
  "fatal: unable to access 'https://r.test/': Could not resolve host: r.test",
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
  '',
];

describe('a passing failure', () => {
  for (const output of PASSING)
    it(`is one of a network or a registry: ${output.slice(0, 60)}`, () => {
      expect(passingFailure(`before\n${output}\nafter\n`))
        .to.be.a('string')
        .and.not.include('\n');
    });
  it('is none that comes again by itself', () => {
    for (const output of LASTING) expect(passingFailure(output), output).to.equal(null);
  });
  it('is shown by its line', () => {
    expect(passingFailure(`a\n${PASSING[2]}\nb`)).to.equal('npm ERR! code EAI_AGAIN');
  });
});
