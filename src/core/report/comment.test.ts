import { expect } from 'chai';
import { makeReport } from '../../../test/support/run-report.ts';
import { createFinding, type Finding } from '../gates/finding.ts';
import { NO_GATE_RESULTS } from '../gates/results.ts';
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

  it('keeps the reason and the places of a refusal of many lines, and its own links', () => {
    const secrets = [1, 2, 3].map((n) =>
      ['', `      -- Kind of secret ${n} ----`, '       locations:', `         - commit: ${'a1'.repeat(20)}`].concat([
        `           path: src/config-${n}.js:34`,
        '       (?) Take the secret out of the commits, or allow it here:',
        `       https://g.example/acme/slugs/security/secret-scanning/unblock-secret/${n}`,
      ]),
    );
    const detail = `GitHub refused the push:\nGH013: rules are violated.\n${secrets.flat().join('\n')}`;
    const remedy =
      'Try again later; https://www.githubstatus.com lists outages, https://www.githubstatus.com.evil.example none.';
    const comment = renderComment(makeReport({ detail, remedy }), { pullRequestUrl: null });
    for (const part of ['GH013', 'src/config-1.js', 'unblock-secret/1', 'unblock-secret/3'])
      expect(comment).to.include(part);
    expect(comment)
      .to.include('later; https://www.githubstatus.com lists')
      .and.not.include('https://www.githubstatus.com.evil');
  });

  it('lists what gates about the change do not let through, and no more', () => {
    const told = createFinding('tests/flaky', { message: 'Told.' });
    const blocking: Finding = {
      ...createFinding('changes/steering', { path: 'AGENTS.md', message: 'No.' }),
      severity: 'error',
    };
    const findings = [told, ...Array.from({ length: 22 }, () => blocking)];
    const secrets = { gate: 'secrets', verdict: 'failed', detail: '22 findings.', findings } as const;
    const comment = renderComment(makeReport({ outcome: 'gate-failed', gates: { ...NO_GATE_RESULTS, secrets } }), {
      pullRequestUrl: null,
    });
    expect(comment.match(/^- \*\*Error:\*\* AGENTS\.md: No\./gm)).to.have.length(20);
    expect(comment).to.include('- and 2 more;').and.not.include('Told.');
  });

  it('lists what could not be written', () => {
    const problems = ['The card could not be written: <b>No</b>.', ''];
    const comment = renderComment(makeReport(), { pullRequestUrl: null, problems });
    expect(comment).to.include('\n\n- The card could not be written: &#60;b&#62;No').and.not.match(/^- $/m);
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
