import { expect } from 'chai';
import { type Fixture, startFixture } from '../fixture.ts';
import type { Item } from '../model.ts';

const BOARD = `query Board($after: String, $query: String, $archived: [ProjectV2ItemArchivedState!]) {
  organization(login: "acme") {
    projectV2(number: 7) {
      id title url closed
      field(name: "Status") { ... on ProjectV2SingleSelectField { id name options { id name } } }
      items(first: 100, after: $after, query: $query, archivedStates: $archived) {
        totalCount
        pageInfo { hasNextPage endCursor }
        nodes {
          id type isArchived createdAt updatedAt
          status: fieldValueByName(name: "Status") { ... on ProjectV2ItemFieldSingleSelectValue { name optionId } }
          branch: fieldValueByName(name: "Branch") { ... on ProjectV2ItemFieldTextValue { text } }
          priority: fieldValueByName(name: "Priority") { ... on ProjectV2ItemFieldSingleSelectValue { name } }
          content {
            __typename
            ... on Issue {
              id number title url issueState: state body repository { nameWithOwner isFork }
              linkedBranches(first: 5) { nodes { ref { name repository { nameWithOwner } } } }
              closedByPullRequestsReferences(first: 5, includeClosedPrs: false) { nodes { number state headRefName } }
            }
            ... on PullRequest { number title isDraft pullRequestState: state headRefName headRepository { nameWithOwner } isCrossRepository }
            ... on DraftIssue { id title body }
          }
        }
      }
    }
  }
}`;

const MOVE = `mutation Move($input: UpdateProjectV2ItemFieldValueInput!) {
  updateProjectV2ItemFieldValue(input: $input) { projectV2Item { id } }
}`;

describe('local GitHub: the board', () => {
  let fixture: Fixture;
  beforeEach(async () => {
    fixture = await startFixture();
  });
  afterEach(() => fixture.close());

  const read = async (variables: Record<string, unknown> = {}) => {
    const { data, errors } = await fixture.graphql(BOARD, variables);
    expect(errors).to.equal(undefined);
    return data.organization.projectV2;
  };
  const titles = async (query: string) =>
    (await read({ query })).items.nodes.map(
      (node: { content: { title: string } | null }) => node.content?.title ?? null,
    );

  it('shows every kind of card with its fields', async () => {
    const { repository, project } = fixture;
    const { state } = fixture.github;
    const pullRequest = state.addPullRequest({ repository, title: 'One', headRef: 'feature/one', draft: true });
    const issue = state.addIssue({
      repository,
      title: 'Issue',
      linkedBranches: [{ name: 'feature/one', repository }],
      closedBy: [pullRequest, state.addPullRequest({ repository, title: 'Old', headRef: 'old', state: 'CLOSED' })],
    });
    state.addItem(project, { content: issue, column: 'For Implementation', branch: 'feature/one', priority: 'P1' });
    state.addItem(project, { content: pullRequest });
    state.addItem(project, { content: { title: 'Idea', body: 'Later' } });
    state.addItem(project, { content: null });

    const [first, second, third, fourth] = (await read()).items.nodes;
    expect(first).to.deep.include({
      type: 'ISSUE',
      isArchived: false,
      branch: { text: 'feature/one' },
      priority: { name: 'P1' },
    });
    expect(first.status.name).to.equal('For Implementation');
    expect(first.content.linkedBranches.nodes).to.deep.equal([
      { ref: { name: 'feature/one', repository: { nameWithOwner: 'acme/slugs' } } },
    ]);
    expect(first.content.closedByPullRequestsReferences.nodes).to.deep.equal([
      { number: 1, state: 'OPEN', headRefName: 'feature/one' },
    ]);
    expect(second).to.deep.include({ type: 'PULL_REQUEST', status: null, branch: null });
    expect(second.content).to.include({ isDraft: true, isCrossRepository: false });
    expect(third.content).to.include({ __typename: 'DraftIssue', title: 'Idea', body: 'Later' });
    expect(fourth).to.deep.include({ type: 'REDACTED', content: null });
  });

  it('pages through 250 cards without loss or double, even when a card leaves the filter in between', async () => {
    const { state } = fixture.github;
    for (let n = 1; n <= 250; n += 1) {
      state.addItem(fixture.project, { content: { title: `Card ${n}` }, column: 'For Implementation' });
    }
    const seen: string[] = [];
    let after: string | null = null;
    let pages = 0;
    do {
      const { items } = await read({ after, query: 'status:"For Implementation"' });
      seen.push(...items.nodes.map((node: { content: { title: string } }) => node.content.title));
      if (pages === 0) expect(items.totalCount).to.equal(250);
      pages += 1;
      state.moveCard(state.card('Card 5') as Item, 'Done');
      after = items.pageInfo.hasNextPage ? items.pageInfo.endCursor : null;
    } while (after !== null);
    expect(pages).to.equal(3);
    expect(seen).to.deep.equal(Array.from({ length: 250 }, (_, index) => `Card ${index + 1}`));
  });

  it('filters with the grammar of the filter bar', async () => {
    const { repository, project } = fixture;
    const { state } = fixture.github;
    const pullRequest = state.addPullRequest({ repository, title: 'Pull', headRef: 'feature/one', state: 'MERGED' });
    state.addItem(project, {
      content: state.addIssue({ repository, title: 'Ready issue' }),
      column: 'For Implementation',
    });
    state.addItem(project, { content: pullRequest, column: 'Done', branch: 'feature/one' });
    state.addItem(project, { content: { title: 'Idea' } });
    state.addItem(project, { content: { title: 'Archived' }, column: 'Done', archived: true });

    expect(await titles('status:"For Implementation"')).to.deep.equal(['Ready issue']);
    expect(await titles('status:"for implementation",Done')).to.deep.equal(['Ready issue', 'Pull']);
    expect(await titles('-status:Done')).to.deep.equal(['Ready issue', 'Idea']);
    expect(await titles('no:status')).to.deep.equal(['Idea']);
    expect(await titles('is:issue is:open')).to.deep.equal(['Ready issue']);
    expect(await titles('is:pr is:closed')).to.deep.equal(['Pull']);
    expect(await titles('is:draft')).to.deep.equal(['Idea']);
    expect(await titles('repo:acme/slugs branch:feature/one')).to.deep.equal(['Pull']);
    expect(await titles('repo:acme/other')).to.deep.equal([]);
    expect(await titles('ready')).to.deep.equal(['Ready issue']);
    expect(await titles('status:"No such column"')).to.deep.equal([]);
    expect((await read({ archived: ['ARCHIVED'] })).items.totalCount).to.equal(1);
  });

  it('says so when a documented filter is one that it leaves out', async () => {
    fixture.github.state.addItem(fixture.project, { content: { title: 'Idea' } });
    const { errors } = await fixture.graphql(BOARD, { query: 'assignee:robin' });
    expect(errors?.[0]?.message).to.contain('local GitHub does not implement the board filter "assignee:"');
  });

  it('has a field beyond the first page of a wide board', async () => {
    const textFields = Array.from({ length: 25 }, (_, index) => `Text ${index}`);
    fixture.github.state.addProject({ owner: 'robin', number: 1, title: 'Wide', columns: ['A'], textFields });
    const { data } = await fixture.graphql(`{ organization(login: "robin") { projectV2(number: 1) {
      fields(first: 20) { totalCount pageInfo { hasNextPage } nodes { ... on ProjectV2FieldCommon { name dataType } } }
      field(name: "Status") { ... on ProjectV2SingleSelectField { options { name } } }
    } } }`);
    const { fields, field } = data.organization.projectV2;
    expect(fields.totalCount).to.equal(28);
    expect(fields.nodes.map(({ name }: { name: string }) => name)).to.not.include('Status');
    expect(field.options).to.deep.equal([{ name: 'A' }]);
  });

  it('moves and clears a card by ids that are resolved now', async () => {
    const { state } = fixture.github;
    const item = state.addItem(fixture.project, { content: { title: 'Idea' }, column: 'Backlog' });
    const { id: projectId, field } = await read();
    const option = field.options.find(({ name }: { name: string }) => name === 'Done');
    const ids = { projectId, itemId: item.id, fieldId: field.id };
    await fixture.graphql(MOVE, { input: { ...ids, value: { singleSelectOptionId: option.id } } });
    expect(state.columnOf(item)).to.equal('Done');
    const bad = await fixture.graphql(MOVE, { input: { ...ids, value: { singleSelectOptionId: 'stale' } } });
    expect(bad.errors?.[0]?.message).to.contain('does not belong to the field');
    expect(state.columnOf(item)).to.equal('Done');
    const clear =
      'mutation Clear($input: ClearProjectV2ItemFieldValueInput!) { clearProjectV2ItemFieldValue(input: $input) { clientMutationId } }';
    expect((await fixture.graphql(clear, { input: ids })).errors).to.equal(undefined);
    expect(state.columnOf(item)).to.equal(null);
  });

  it('keeps cards in a renamed column and takes the status off those of a deleted one', async () => {
    const { state } = fixture.github;
    const item = state.addItem(fixture.project, { content: { title: 'Idea' }, column: 'For Implementation' });
    state.renameColumn(fixture.project, { from: 'For Implementation', to: 'Ready' });
    expect(await titles('status:"For Implementation"')).to.deep.equal([]);
    expect(await titles('status:Ready')).to.deep.equal(['Idea']);
    state.deleteColumn(fixture.project, 'Ready');
    expect(state.columnOf(item)).to.equal(null);
    expect((await read()).field.options.map(({ name }: { name: string }) => name)).to.deep.equal(['Backlog', 'Done']);
  });
});
