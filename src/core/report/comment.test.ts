import { expect } from 'chai';
import { makeReport } from '../../../test/support/run-report.ts';
import { MARKERS } from '../names.ts';
import { renderComment } from './comment.ts';

describe('renderComment', () => {
  it('says what happened and what to do, with the marker in front', () => {
    const comment = renderComment(makeReport(), { pullRequestUrl: 'https://g.example/pull/7' });
    expect(comment.startsWith(`${MARKERS.comment}\n`)).to.equal(true);
    expect(comment)
      .to.contain('**The tests do not pass.** One of three tests failed.')
      .and.contain('**What to do next:** Fix the code on the branch.')
      .and.contain('[Pull request](https://g.example/pull/7)')
      .and.contain('[kiro-worker-test:7f](https://builds.example/7f)');
  });

  it('stays short and harmless', () => {
    const evil = `@octocat ${MARKERS.comment} `.repeat(5000);
    const comment = renderComment(makeReport({ detail: evil, remedy: evil, branch: evil, buildId: evil }), {
      pullRequestUrl: null,
    });
    expect(comment.length).to.be.below(20_000);
    expect(comment.split(MARKERS.comment)).to.have.length(2);
    expect(comment).not.to.match(/@octocat|Pull request/);
  });
});
