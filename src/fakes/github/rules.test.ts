import { expect } from 'chai';
import { type Fixture, startFixture } from './fixture.ts';
import { REFUSALS } from './refusals.ts';

describe('local GitHub: how unkind it is', () => {
  let fixture: Fixture;
  beforeEach(async () => {
    fixture = await startFixture();
  });
  afterEach(() => fixture.close());

  const items = 'nodes { id content { ... on Issue { title } } }';
  const board = () =>
    fixture.graphql(
      `query Items { organization(login: "acme") { projectV2(number: 7) { items(first: 10) { ${items} } } } }`,
    );
  const ref = 'ref(qualifiedName: "refs/heads/feature/one") { name target { oid } }';
  const repository = (fields: string, name = 'slugs') =>
    fixture.graphql(`query Repo { repository(owner: "acme", name: "${name}") { ${fields} } }`);

  it('leaves a hole and an error where one object is hidden, and shows all others', async () => {
    const { state, rules } = fixture.github;
    const add = (title: string) =>
      state.addItem(fixture.project, { content: state.addIssue({ repository: fixture.repository, title }) });
    const [hidden, whole] = [add('Hidden'), add('Whole')];
    add('Seen');
    if (hidden.content) rules.hide(hidden.content, REFUSALS['single-sign-on']);
    rules.hide(whole, REFUSALS['not-found']);
    const { data, errors } = await board();
    const { nodes } = data.organization.projectV2.items;
    expect([nodes[0].content, nodes[1], nodes[2].content.title]).to.deep.equal([null, null, 'Seen']);
    const path = ['organization', 'projectV2', 'items', 'nodes'];
    expect(errors?.map((error) => [error.type, error.path])).to.have.deep.members([
      ['FORBIDDEN', [...path, 0, 'content']],
      ['NOT_FOUND', [...path, 1]],
    ]);
  });

  it('hides a branch with its files, and everything that the token may not read', async () => {
    fixture.github.rules.hideBranch(
      { repository: fixture.repository, branch: 'feature/one' },
      REFUSALS['token-lacks-right'],
    );
    const file = 'object(expression: "refs/heads/feature/one:src/one.js") { oid }';
    const hidden = await repository(`${ref} ${file}`);
    expect(hidden.data.repository).to.deep.equal({ ref: null, object: null });
    expect(hidden.errors).to.have.length(2);
    fixture.github.state.rights.pullRequests = 'none';
    const unseen = await repository('pullRequests(first: 1) { nodes { id } }');
    expect(unseen.errors?.[0]).to.include({ type: 'FORBIDDEN' });
  });

  it('refuses a query that weighs too much, as a limit or as no answer', async () => {
    const { rules } = fixture.github;
    rules.weightLimit = { objects: 5, as: 'limits' };
    expect((await board()).errors?.[0]).to.include({ type: 'RESOURCE_LIMITS_EXCEEDED' });
    rules.weightLimit = { objects: 5, as: 'timeout' };
    const headers = { authorization: 'bearer test-token-0123456789' };
    const query = `{ organization(login: "acme") { projectV2(number: 7) { items(first: 10) { ${items} } } } }`;
    const response = await fetch(fixture.github.graphqlUrl, {
      method: 'POST',
      headers,
      body: JSON.stringify({ query }),
    });
    expect(response.status).to.equal(502);
    rules.weightLimit = { objects: 500, as: 'limits' };
    expect((await board()).errors).to.equal(undefined);
  });

  it('shows what was made and pushed only after so many reads', async () => {
    const { state } = fixture.github;
    const before = (await repository(ref)).data.repository.ref.target.oid;
    Object.assign(state.lag, { heads: 2, cards: 1, pullRequests: 1 });
    const head = await fixture.github.moveBranch(fixture.repository, { branch: 'feature/one', files: { a: 'a' } });
    const heads = [];
    for (let read = 0; read < 3; read += 1) heads.push((await repository(ref)).data.repository.ref.target.oid);
    expect(heads).to.deep.equal([before, before, head]);
    state.addItem(fixture.project, { content: state.addIssue({ repository: fixture.repository, title: 'New' }) });
    state.addPullRequest({ repository: fixture.repository, title: 'New', headRef: 'feature/one' });
    const cards = [];
    for (let read = 0; read < 2; read += 1) cards.push((await board()).data.organization.projectV2.items.nodes.length);
    expect(cards).to.deep.equal([0, 1]);
    const pulls = 'pullRequests(first: 5) { nodes { title } }';
    expect((await repository(pulls)).data.repository.pullRequests.nodes).to.deep.equal([]);
    expect((await repository(pulls)).data.repository.pullRequests.nodes).to.have.length(1);
  });

  it('leads from the old name of a repository to the new one, until another takes it', async () => {
    const { state } = fixture.github;
    state.renameRepository(fixture.repository, 'snails');
    expect((await repository('nameWithOwner')).data.repository.nameWithOwner).to.equal('acme/snails');
    const unfollowed = await fixture.graphql(
      'query Repo { repository(owner: "acme", name: "slugs", followRenames: false) { id } }',
    );
    expect(unfollowed.errors?.[0]?.type).to.equal('NOT_FOUND');
    const moved = await fetch(`${fixture.github.apiUrl}/repos/acme/slugs`, {
      headers: { authorization: 'token test-token-0123456789' },
      redirect: 'manual',
    });
    expect([moved.status, moved.headers.get('location')]).to.deep.equal([
      301,
      `${fixture.github.apiUrl}/repos/acme/snails`,
    ]);
    expect((await fixture.rest('GET /repos/acme/slugs')).status).to.equal(200);
    state.addRepository({ ...fixture.repository, name: 'slugs', protectedBranches: [] });
    expect((await repository('nameWithOwner')).data.repository.nameWithOwner).to.equal('acme/slugs');
  });

  it('lists the rules of rulesets, bypassed or not, and says of a ruleset who may bypass it', async () => {
    const shared = { pattern: /^feature\//, rules: ['update', 'deletion'] };
    fixture.repository.rulesets.push({ id: 3, name: 'Closed', bypass: 'always', ...shared });
    const rules: unknown = await (await fixture.rest('GET /repos/acme/slugs/rules/branches/feature%2Fone')).json();
    expect(rules).to.be.an('array').with.lengthOf(2);
    expect(await (await fixture.rest('GET /repos/acme/slugs/rules/branches/main')).json()).to.deep.equal([]);
    const ruleset: unknown = await (await fixture.rest('GET /repos/acme/slugs/rulesets/3')).json();
    expect(ruleset).to.include({ name: 'Closed', current_user_can_bypass: 'always' });
    expect((await fixture.rest('GET /repos/acme/slugs/rulesets/4')).status).to.equal(404);
  });
});
