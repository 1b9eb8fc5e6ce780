import { expect } from 'chai';
import { type Fixture, startFixture } from '../fixture.ts';

const EVIL = '<script>alert("1")</script><img src=x onerror=\'y\'>&amp;';

describe('local GitHub: pages', () => {
  let fixture: Fixture;
  before(async () => {
    fixture = await startFixture();
    const { github, repository, project } = fixture;
    await github.moveBranch(repository, { branch: 'feature/one', files: { 'evil.html': `${EVIL}\n` }, message: EVIL });
    const pullRequest = github.state.addPullRequest({
      repository,
      title: `One ${EVIL}`,
      body: `Body ${EVIL}`,
      headRef: 'feature/one',
      draft: true,
    });
    github.state.addComment({ thread: pullRequest, body: `Comment ${EVIL}`, author: 'robin' });
    github.state.addItem(project, { content: pullRequest, column: 'For Implementation', branch: EVIL });
    github.state.addItem(project, { content: { title: EVIL } });
    github.state.addItem(project, { content: null, column: 'Done' });
    github.state.addIssue({ repository, title: 'An issue' });
  });
  after(() => fixture.close());

  const open = async (path: string) => {
    const response = await fetch(`${fixture.github.url}${path}`);
    const text = await response.text();
    expect(text, path).to.not.match(/<script|<img|onerror='/);
    expect(response.headers.get('content-security-policy'), path).to.contain("default-src 'none'");
    return { status: response.status, text };
  };

  it('starts with boards by column, pull requests and branches', async () => {
    const { status, text } = await open('/');
    expect(status).to.equal(200);
    expect(text).to.match(/For Implementation <small>1<\/small>[\s\S]*#1 One &lt;script&gt;/);
    expect(text).to.contain('Not visible to the token').and.to.contain('No status');
    expect(text).to.contain('draft, open, feature/one into main');
    expect(text).to.match(/main<small> default protected<\/small>/);
    expect(text).to.contain(
      '&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;&lt;img src=x onerror=&#39;y&#39;&gt;&amp;amp;',
    );
  });

  it('shows a pull request with body, comments, commits and diff', async () => {
    const { text } = await open('/acme/slugs/pull/1');
    expect(text).to.contain('Body &lt;script&gt;').and.to.contain('Comment &lt;script&gt;');
    expect(text).to.contain('<span class="add">+- [ ] 1. Do it</span>');
    expect(text).to.contain('<span class="add">+&lt;script&gt;');
    expect(text).to.contain('Robin Example: Start feature/one');
  });

  it('shows boards, repositories, issues and commits, and says when there is nothing', async () => {
    expect((await open('/orgs/acme/projects/7')).text).to.contain('Backlog');
    expect((await open('/acme/slugs')).text).to.contain('feature/one');
    expect((await open('/acme/slugs/issues/2')).text).to.contain('An issue');
    const head = /\/acme\/slugs\/commit\/([0-9a-f]{40})/.exec((await open('/acme/slugs')).text)?.[1];
    expect((await open(`/acme/slugs/commit/${head}`)).text).to.contain('evil.html');
    for (const path of [
      '/acme/slugs/issues/1',
      '/acme/gone',
      '/acme/slugs/commit/main',
      `/acme/slugs/commit/${'0'.repeat(40)}`,
      '/<script>',
    ]) {
      expect((await open(path)).status, path).to.equal(404);
    }
  });
});
