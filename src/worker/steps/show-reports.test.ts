import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { createDirectoryArtifacts } from '../../adapters/local/directory-artifacts.ts';
import { createRedactor } from '../../core/secrets/redact.ts';
import { showReports } from './show-reports.ts';

const KEY = 'plain&words+that/nobody-takes-for-a-key';
const report = (path: string, text: string) => ({ path, bytes: new TextEncoder().encode(text) });

describe('the reports that the build service shows', () => {
  let directory: string;
  let said: string[];
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'show-reports-'));
    said = [];
  });
  afterEach(() => rmSync(directory, { recursive: true, force: true }));

  const context = () => ({
    buildReports: createDirectoryArtifacts({ directory, prefix: 'reports' }),
    redact: createRedactor([KEY]),
    reportProgress: ({ text }: { text: string }) => void said.push(text),
  });
  const shown = () =>
    readdirSync(join(directory, 'reports'))
      .sort()
      .map((name) => [name, readFileSync(join(directory, 'reports', name), 'utf8')]);

  it('are JUnit XML and LCOV, and contain no secret', async () => {
    await showReports(context(), {
      tests: [report('junit.xml', `<testsuite><testcase name="${KEY.replace('&', '&amp;')}"/></testsuite>`)],
      coverage: [
        report('coverage.xml', '<coverage/>'),
        report('lcov.info', `TN:\nSF:/${KEY}\nDA:1,1\nend_of_record\n`),
      ],
    });
    expect(shown()).to.deep.equal([
      ['coverage-1.lcov', 'TN:\nSF:/[redacted]\nDA:1,1\nend_of_record\n'],
      ['junit-1.xml', '<testsuite><testcase name="[redacted]"/></testsuite>'],
    ]);
  });

  it('are none that is larger than 10 MB', async () => {
    const large = report('junit.xml', `<testsuite>${' '.repeat(10 * 1024 * 1024)}</testsuite>`);
    await showReports(context(), { tests: [large, report('b.xml', '<testsuite/>')], coverage: [] });
    expect(shown()).to.deep.equal([['junit-2.xml', '<testsuite/>']]);
    expect(said).to.deep.equal(['junit.xml is too large to be shown by the build service.']);
  });

  it('change no verdict when they cannot be stored', async () => {
    writeFileSync(join(directory, 'reports'), 'a file in the way');
    await showReports(context(), { tests: [report('junit.xml', '<testsuite/>')], coverage: [] });
    expect(said).to.have.length(1);
    expect(said[0]).to.include('junit.xml cannot be shown');
  });
});
