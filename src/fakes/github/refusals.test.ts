import { expect } from 'chai';
import { type Fixture, startFixture } from './fixture.ts';
import type { Surface } from './model.ts';
import { REFUSALS } from './refusals.ts';

describe('what the local GitHub refuses and hides', () => {
  let fixture: Fixture;
  before(async () => {
    fixture = await startFixture();
  });
  after(() => fixture.close());
  afterEach(() => {
    const { state } = fixture.github;
    for (const surface of ['contents', 'issues', 'pullRequests', 'projects', 'workflows'] satisfies Surface[])
      state.rights[surface] = 'write';
    Object.assign(state.lag, { comments: 0, pullRequests: 0, bodies: 0 });
  });

  const issue = () => fixture.github.state.addIssue({ repository: fixture.repository, title: 'Issue' });
  const pullRequest = (title = 'PR') =>
    fixture.github.state.addPullRequest({ repository: fixture.repository, title, headRef: 'feature/one', draft: true });
  const addComment = (subjectId: string) =>
    fixture.graphql('mutation Add($id: ID!) { addComment(input: {subjectId: $id, body: "x"}) { clientMutationId } }', {
      id: subjectId,
    });
  const refusedBy = async (reply: ReturnType<typeof addComment>) => (await reply).errors?.[0];

  it('gives a token its rights surface by surface, whatever its account may do', async () => {
    const { rights } = fixture.github.state;
    const [thread, pr] = [issue(), pullRequest()];
    rights.issues = 'read';
    expect(await refusedBy(addComment(thread.id))).to.deep.include(REFUSALS['token-lacks-right']);
    expect(await refusedBy(addComment(pr.id))).to.equal(undefined);
    rights.pullRequests = 'read';
    expect(await refusedBy(addComment(pr.id))).to.deep.include(REFUSALS['token-lacks-right']);
    const path = `/repos/acme/slugs/pulls/${pr.number}`;
    expect((await fixture.rest(`PATCH ${path}`, { body: { body: 'new' } })).status).to.equal(403);
    expect((await fixture.rest(`GET ${path}`)).status).to.equal(200);
  });

  it('lets a token without the right to boards move no card, and nobody an archived one', async () => {
    const { state } = fixture.github;
    const item = state.addItem(fixture.project, { content: issue(), column: 'Backlog' });
    const field = fixture.project.fields.find(({ name }) => name === 'Status');
    const move = () =>
      fixture.graphql(
        `mutation Move($project: ID!, $item: ID!, $field: ID!, $option: String!) {
          updateProjectV2ItemFieldValue(input: {projectId: $project, itemId: $item, fieldId: $field,
            value: {singleSelectOptionId: $option}}) { clientMutationId } }`,
        { project: fixture.project.id, item: item.id, field: field?.id, option: field?.options[2]?.id },
      );
    state.rights.projects = 'read';
    expect(await refusedBy(move())).to.deep.include(REFUSALS['token-lacks-right']);
    state.rights.projects = 'write';
    item.archived = true;
    expect(await refusedBy(move())).to.deep.include(REFUSALS['archived-item']);
    item.archived = false;
    expect(await refusedBy(move())).to.equal(undefined);
    expect(state.columnOf(item)).to.equal('Done');
  });

  it('takes no comment in a locked conversation', async () => {
    const thread = issue();
    thread.locked = true;
    expect(await refusedBy(addComment(thread.id))).to.deep.include(REFUSALS['locked-conversation']);
    const reply = await fixture.rest(`POST /repos/acme/slugs/issues/${thread.number}/comments`, {
      body: { body: 'x' },
    });
    expect(reply.status).to.equal(403);
    expect(thread.comments).to.have.length(0);
  });

  it('takes titles of 256 characters and bodies of 65,536, and none that is longer', async () => {
    const pr = pullRequest('T'.repeat(256));
    const patch = async (body: object) =>
      JSON.stringify(await (await fixture.rest(`PATCH /repos/acme/slugs/pulls/${pr.number}`, { body })).json());
    expect(await patch({ body: 'b'.repeat(65_536) })).to.not.include('too long');
    expect(await patch({ body: 'b'.repeat(65_537) })).to.include(REFUSALS['body-too-long'].message);
    expect(await patch({ title: 'T'.repeat(257) })).to.include(REFUSALS['title-too-long'].message);
    expect(pr.title).to.have.length(256);
  });

  it('shows new comments and pull requests, and new bodies, only after as many reads as a test says', async () => {
    const { state } = fixture.github;
    const thread = issue();
    const old = pullRequest();
    Object.assign(state.lag, { comments: 2, pullRequests: 1, bodies: 2 });
    await addComment(thread.id);
    const comments = async () =>
      (await (await fixture.rest(`GET /repos/acme/slugs/issues/${thread.number}/comments`)).json()) as unknown[];
    expect([(await comments()).length, (await comments()).length, (await comments()).length]).to.deep.equal([0, 0, 1]);
    const made = pullRequest();
    const read = async (number: number) => fixture.rest(`GET /repos/acme/slugs/pulls/${number}`);
    expect([(await read(made.number)).status, (await read(made.number)).status]).to.deep.equal([404, 200]);
    state.edit(old, { body: 'new' });
    const bodies = [];
    for (let at = 0; at < 3; at += 1) bodies.push(((await (await read(old.number)).json()) as { body: unknown }).body);
    expect(bodies).to.deep.equal([null, null, 'new']);
  });

  it('ends a connection in the middle of a body, after the effect', async () => {
    const thread = issue();
    fixture.github.faults.next({ method: 'POST', path: /graphql$/ }, { kind: 'dropInBody' });
    expect(await addComment(thread.id).catch(() => 'no answer')).to.equal('no answer');
    expect(thread.comments).to.have.length(1);
  });

  it('refuses by a named rule before any effect, in the words of each API', async () => {
    const { faults } = fixture.github;
    const thread = issue();
    faults.next({ method: 'POST', path: /graphql$/ }, { kind: 'refusal', name: 'too-quickly' });
    expect(await refusedBy(addComment(thread.id))).to.deep.equal({ ...REFUSALS['too-quickly'], path: ['addComment'] });
    faults.next({ method: 'POST', path: /pulls$/ }, { kind: 'refusal', name: 'head-not-known' });
    const body = { head: 'feature/one', base: 'main', title: 'T' };
    const reply = await fixture.rest('POST /repos/acme/slugs/pulls', { body });
    expect([reply.status, JSON.stringify(await reply.json())]).to.deep.equal([
      422,
      '{"message":"Validation Failed","errors":[{"resource":"PullRequest","code":"invalid","field":"head"}],"status":"422"}',
    ]);
    expect(thread.comments).to.have.length(0);
  });

  it('labels what it is asked to', async () => {
    const pr = pullRequest();
    const body = { labels: ['kiro', 'a b'] };
    const reply = await fixture.rest(`POST /repos/acme/slugs/issues/${pr.number}/labels`, { body });
    expect(await reply.json()).to.deep.equal([{ name: 'kiro' }, { name: 'a b' }]);
    expect([...pr.labels]).to.deep.equal(['kiro', 'a b']);
  });
});
