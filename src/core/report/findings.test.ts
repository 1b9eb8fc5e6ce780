import { expect } from 'chai';
import type { Finding } from '../gates/finding.ts';
import { findingsBeyond, findingToMarkdown, findingToText } from './findings.ts';

const FINDING: Finding = {
  rule: 'spec/warning',
  severity: 'warning',
  message: 'This box has no text.',
  remedy: 'Give it one.',
};

describe('findings', () => {
  it('are shown with place, remedy and rule, as far as each is known', () => {
    expect(findingToMarkdown(FINDING)).to.equal('- **Warning:** This box has no text. Give it one. (spec/warning)');
    expect(findingToMarkdown({ ...FINDING, severity: 'error', path: 'a/b.ts' })).to.match(
      /^- \*\*Error:\*\* a\/b\.ts: This/,
    );
    expect(findingToMarkdown({ ...FINDING, severity: 'notice', path: 'a.ts', line: 7 })).to.match(
      /Notice:\*\* a\.ts:7: T/,
    );
    expect(findingToText({ ...FINDING, path: 'a.ts', line: 7 })).to.equal(
      'Warning: a.ts:7: This box has no text. [spec/warning]\n  What to do: Give it one.',
    );
  });

  it('cannot mention anybody or steer a terminal', () => {
    const evil = '\u001b[2J@octocat <b> [x](https://evil.example)\n- **Error:** forged';
    const finding = { ...FINDING, path: evil, message: evil, remedy: evil };
    expect(findingToMarkdown(finding)).to.not.match(/@octocat|<b>|\]\(|(?!\n)\p{Cc}|\n/u);
    expect(findingToText(finding)).to.not.match(/(?!\n)\p{Cc}|\n.*\n/u);
  });

  it('are not repeated when they are what the headline says', () => {
    const other = { ...FINDING, message: 'Another one.' };
    expect(findingsBeyond(`${FINDING.message} The pull request was closed.`, [FINDING, other])).to.deep.equal([other]);
    expect(findingsBeyond('Something else.', [FINDING, other])).to.deep.equal([FINDING, other]);
  });
});
