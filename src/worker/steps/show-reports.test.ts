import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { createDirectoryArtifacts } from '../../adapters/local/directory-artifacts.ts';
import { createRedactor } from '../../core/secrets/redact.ts';
import { showNoReports, showReports } from './show-reports.ts';

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
    Object.fromEntries(
      readdirSync(join(directory, 'reports')).map((name) => [
        name,
        readFileSync(join(directory, 'reports', name), 'utf8'),
      ]),
    );

  it('are JUnit XML and LCOV, and contain no secret', async () => {
    await showReports(context(), {
      tests: [report('junit.xml', `<testsuite><testcase name="${KEY.replace('&', '&amp;')}"/></testsuite>`)],
      coverage: [report('lcov.info', `TN:\nSF:/${KEY}\nDA:1,1\nend_of_record\n`)],
    });
    expect(shown()['junit.xml']).to.include('<testcase name="[redacted]"/>');
    expect(shown()['coverage.lcov']).to.equal('TN:\nSF:/[redacted]\nDA:1,1\nLF:1\nLH:1\nend_of_record\n');
  });

  it('are there in a run that tests nothing', async () => {
    await showNoReports(context());
    expect(Object.keys(shown()).sort()).to.deep.equal(['coverage.lcov', 'junit.xml']);
    expect(shown()['junit.xml']).to.include('tests="0"');
  });

  it('change no verdict when they cannot be stored', async () => {
    writeFileSync(join(directory, 'reports'), 'a file in the way');
    await showReports(context(), { tests: [report('junit.xml', '<testsuite/>')], coverage: [] });
    expect(said).to.have.length(2);
    expect(said[0]).to.include('junit.xml');
  });
});
