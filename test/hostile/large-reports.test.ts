import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { telling } from '../left-to-rehearsal.ts';

const PROGRAM = fileURLToPath(new URL('../support/large-reports.ts', import.meta.url));
/** CPU seconds that end a program that hangs; all of them together take some 12. */
const HANGS_CPU_SECONDS = 120;

/** What the gates say of each report, in a heap of 128 MB. */
const EXPECTED = telling<readonly [name: string, detail: RegExp]>(2, [
  ['LCOV of one line', /^unknown: .* contains a line of more than 65536 characters\.$/],
  ['endless nesting', /^report-unreadable: .* nests elements more than 250 levels deep\./],
  ['empty elements', /^report-unreadable: .*junit\.xml contains more than 3000000 elements\./],
  ['honest JaCoCo of 40 MB', /^passed: Line coverage is 90 % \(756000 of 840000 lines\)/],
  ['one attribute', /^report-unreadable: .* contains a name or attribute of more than 262144 characters\./],
  ['very many attributes', /^report-unreadable: .* has an element of more than 100 attributes\./],
  ['very many entities', /^report-unreadable: .* contains a name or attribute of more than 262144 characters\./],
  ['entities that nobody defines', /^report-unreadable: .* contains more than 1000 unknown entities\./],
  ['one comment', /^report-unreadable: .* contains a name or attribute of more than 262144 characters\./],
  ['one text', /^passed: 1 of 1 test passed\./],
  ['blanks alone', /^report-unreadable: .* is empty\./],
  ['100,000 failures', /^report-disagrees: .* its report shows 100000 failed tests\. \(200\)$/],
  ['LCOV of 5,000,000 lines', /^failed: Line coverage is 50 % \(2500000 of 5000000 lines\)/],
  ['LCOV of one file that comes a million times', /^passed: Line coverage is 100 % \(1000000 of 1000000 lines\)/],
  ['LCOV of very many files', /^unknown: The coverage report report names more than 100000 source files\.$/],
  ['LCOV of far lines', /^passed: Line coverage is 100 % \(90000 of 90000 lines\)/],
  ['Go of very many blocks', /^unknown: .* contains more than 500000 blocks\.$/],
  ['Cobertura of one class', /^failed: Line coverage is 50 % \(250000 of 500000 lines\)/],
  ['Clover of one file', /^failed: Line coverage is 50 % \(250000 of 500000 lines\)/],
  ['Istanbul summary of 20,000 files', /^passed: Line coverage is 90 % \(180000 of 200000 lines\)/],
  ['JSON of endless nesting', /^unknown: .* nests values more than 10 levels deep\.$/],
  ['JSON of one text', /^unknown: .* contains a text or number of more than 65536 bytes\.$/],
  ['JSON of one number', /^unknown: .* contains a text or number of more than 65536 bytes\.$/],
]);

describe('large reports', () => {
  let output: string;

  before(function () {
    this.timeout(0);
    const limited = ['-c', `ulimit -t ${HANGS_CPU_SECONDS} && exec "$@"`, 'sh'];
    const program = [process.execPath, '--max-old-space-size=128', PROGRAM, ...EXPECTED.map(([name]) => name)];
    const { stdout, stderr, status, signal } = spawnSync('/bin/sh', [...limited, ...program], { encoding: 'utf8' });
    expect({ status, signal, stderr }).to.deep.equal({ status: 0, signal: null, stderr: '' });
    output = stdout;
  });

  it('each get the verdict that they deserve, in a heap of 128 MB', () => {
    const lines: unknown[] = output
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines.map((line) => Array.isArray(line) && line[0])).to.deep.equal(EXPECTED.map(([name]) => name));
    for (const [index, [name, detail]] of EXPECTED.entries())
      expect(lines[index]).to.satisfy((line: unknown) => Array.isArray(line) && detail.test(line[1]), name);
  });
});
