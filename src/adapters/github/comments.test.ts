import { expect } from 'chai';
import { expectError } from '../../../test/support/expect-error.ts';
import type { GitHubScene } from '../../../test/support/scenes/github.ts';
import { openGitHubScene } from '../../../test/support/scenes/github.ts';
import type { Issue, Repository } from '../../fakes/github/model.ts';
import { REFUSALS } from '../../fakes/github/refusals.ts';
import { createGitHubComments } from './comments.ts';

const MARKER = '<!-- ours -->';

describe('GitHub comments', () => {
  let scene: GitHubScene;
  let repository: Repository;
  let issue: Issue;

  before(async () => {
    scene = await openGitHubScene();
    repository = await scene.github.createRepository({ owner: 'acme', name: 'shop', files: { 'README.md': 'x' } });
  });
  after(() => scene.close());
  beforeEach(() => {
    issue = scene.github.state.addIssue({ repository, title: 'Issue' });
    scene.github.requests.length = 0;
    scene.github.faults.clear();
    scene.github.state.lag.comments = 0;
  });

  const upsert = (body: string, number = issue.number) =>
    createGitHubComments({ client: scene.client, repository: 'acme/shop' }).upsert({ number, marker: MARKER, body });
  const say = (body: string, author?: string) =>
    scene.github.state.addComment({ thread: issue, body, ...(author === undefined ? {} : { author }) });
  const bodies = () => issue.comments.map(({ body }) => body);

  it('adds one, then edits that one in place', async () => {
    const url = await upsert(`${MARKER}\nfirst`);
    expect(url).to.match(new RegExp(`/issues/${issue.number}#issuecomment-`));
    say('thanks', 'robin');
    expect(await upsert(`${MARKER}\nsecond`)).to.equal(url);
    expect(bodies()).to.deep.equal([`${MARKER}\nsecond`, 'thanks']);
  });

  it('writes nothing when nothing changed', async () => {
    const url = await upsert(`${MARKER}\nsame`);
    scene.github.requests.length = 0;
    expect(await upsert(`${MARKER}\nsame`)).to.equal(url);
    expect(scene.calls()).to.deep.equal(['FindComments']);
  });

  it('puts the marker in when it is not there, so that it finds the comment again', async () => {
    await upsert('one');
    await upsert('two');
    expect(bodies()).to.deep.equal([`${MARKER}\ntwo`]);
  });

  it('never touches what somebody else wrote, whatever marker it has', async () => {
    say(`> ${MARKER}\nquoted`, 'robin');
    await upsert('ours');
    expect(bodies()).to.deep.equal([`> ${MARKER}\nquoted`, `${MARKER}\nours`]);
  });

  it('goes past comments that the token may not see', async () => {
    scene.github.rules.hide(say('secret', 'robin'), REFUSALS['token-lacks-right']);
    await upsert('one');
    scene.github.rules.hide(say('more', 'robin'), REFUSALS['not-found']);
    await upsert('two');
    expect(bodies()).to.deep.equal(['secret', `${MARKER}\ntwo`, 'more']);
  });

  it('edits the newest of several', async () => {
    say(`${MARKER}\nolder`);
    say(`${MARKER}\nnewer`);
    await upsert('now');
    expect(bodies()).to.deep.equal([`${MARKER}\nolder`, `${MARKER}\nnow`]);
  });

  it('finds it behind many later comments, the newest page first', async () => {
    say(`${MARKER}\nold`);
    for (let i = 0; i < 120; i += 1) say(`talk ${i}`, 'robin');
    await upsert('now');
    expect(bodies()[0]).to.equal(`${MARKER}\nnow`);
    expect(scene.calls()).to.deep.equal(['FindComments', 'FindComments', 'FindComments', 'EditComment']);
  });

  it('looks through a thousand comments at most, and once more at the newest', async () => {
    say(`${MARKER}\nold`);
    for (let i = 0; i < 1000; i += 1) say(`talk ${i}`, 'robin');
    await upsert('now');
    expect(scene.count('FindComments')).to.equal(21);
    expect(bodies().at(-1)).to.equal(`${MARKER}\nnow`);
  });

  it('comments on a pull request just as well', async () => {
    const pr = scene.github.state.addPullRequest({ repository, title: 'PR', headRef: 'x' });
    expect(await upsert('hello', pr.number)).to.match(new RegExp(`/pull/${pr.number}#issuecomment-`));
    expect(pr.comments).to.have.length(1);
  });

  it('adds none twice when the answer gets lost', async () => {
    scene.github.faults.next({ operation: 'AddComment' }, { kind: 'dropAfterEffect' });
    const url = await upsert('once');
    expect(bodies()).to.deep.equal([`${MARKER}\nonce`]);
    expect(url).to.include('#issuecomment-');
    expect(scene.calls()).to.deep.equal(['FindComments', 'FindComments', 'AddComment', 'FindComments']);
  });

  it('adds none twice when the answer breaks off in the middle', async () => {
    scene.github.faults.next({ operation: 'AddComment' }, { kind: 'dropInBody' });
    await upsert('once');
    expect(bodies()).to.deep.equal([`${MARKER}\nonce`]);
  });

  it('adds none twice while its own is not visible yet', async () => {
    scene.github.state.lag.comments = 1;
    await upsert('first');
    await upsert('second');
    expect(bodies()).to.deep.equal([`${MARKER}\nsecond`]);

    issue = scene.github.state.addIssue({ repository, title: 'Lost' });
    scene.github.state.lag.comments = 2;
    scene.github.faults.next({ operation: 'AddComment' }, { kind: 'dropAfterEffect' });
    await upsert('once');
    expect(bodies()).to.deep.equal([`${MARKER}\nonce`]);
  });

  it('waits when it is told that it was too quick, and gives up without calling that a refusal', async () => {
    scene.github.faults.next({ operation: 'AddComment', times: 2 }, { kind: 'refusal', name: 'too-quickly' });
    await upsert('once');
    expect(bodies()).to.deep.equal([`${MARKER}\nonce`]);
    issue = scene.github.state.addIssue({ repository, title: 'Other' });
    scene.github.faults.next({ operation: 'AddComment', times: 9 }, { kind: 'refusal', name: 'too-quickly' });
    await expectError(upsert('never'), 'GITHUB_FAILED');
    expect(scene.count('AddComment')).to.equal(6);
  });

  it('says that a locked conversation, or a missing right, is a refusal for good', async () => {
    issue.locked = true;
    const error = await expectError(upsert('x'), 'GITHUB_REFUSED');
    expect(error.problems[0]).to.include('locked');
    issue.locked = false;
    scene.github.state.rights.issues = 'read';
    try {
      expect((await expectError(upsert('x'), 'GITHUB_REFUSED')).remedy).to.include('Issues');
    } finally {
      scene.github.state.rights.issues = 'write';
    }
    expect(scene.count('AddComment')).to.equal(2);
  });

  it('adds a new one when somebody deletes the old one in between', async () => {
    const old = say(`${MARKER}\nold`);
    const run = () => {
      issue.comments.splice(0);
      scene.github.state.nodes.delete(old.id);
    };
    scene.github.faults.next({ operation: 'EditComment' }, { kind: 'before', run });
    await upsert('new');
    expect(bodies()).to.deep.equal([`${MARKER}\nnew`]);
  });

  it('tries again when the lost request had no effect, three times at most', async () => {
    scene.github.faults.next({ operation: 'AddComment', times: 2 }, { kind: 'http502' });
    await upsert('once');
    expect(bodies()).to.deep.equal([`${MARKER}\nonce`]);
    issue = scene.github.state.addIssue({ repository, title: 'Other' });
    scene.github.faults.next({ operation: 'AddComment', times: 3 }, { kind: 'http502' });
    await expectError(upsert('never'), 'GITHUB_FAILED');
    expect(bodies()).to.deep.equal([]);
  });

  it('waits for a secondary limit, then adds one', async () => {
    scene.github.faults.next({ operation: 'AddComment' }, { kind: 'secondaryLimit', retryAfterSeconds: 5 });
    await upsert('once');
    expect(bodies()).to.have.length(1);
  });

  it('does not take an unreadable thread for an empty one', async () => {
    await upsert('once');
    const path = ['repository', 'issueOrPullRequest'];
    scene.github.faults.next({ operation: 'FindComments' }, { kind: 'partialData', path });
    await expectError(upsert('twice'), 'GITHUB_REFUSED');
    const ours = { kind: 'partialData', path: [...path, 'comments', 'nodes', 0] } as const;
    scene.github.faults.next({ operation: 'FindComments' }, { ...ours, type: 'INTERNAL' });
    await expectError(upsert('twice'), 'GITHUB_FAILED');
    scene.github.faults.next({ operation: 'FindComments' }, ours);
    await upsert('twice');
    expect(bodies()).to.deep.equal([`${MARKER}\ntwice`]);
  });

  it('says when the thread is not there', async () => {
    const error = await expectError(upsert('x', 99_999), 'GITHUB_REFUSED');
    expect(error.what).to.include('#99999');
  });
});
