import { expect } from 'chai';
import { type Fixture, startFixture, TOKEN } from '../fixture.ts';

describe('local GitHub: GraphQL rules', () => {
  let fixture: Fixture;
  before(async () => {
    fixture = await startFixture();
  });
  after(() => fixture.close());

  const refusal = async (query: string) => {
    const { data, errors } = await fixture.graphql(query);
    expect(data ?? null, query).to.equal(null);
    return errors?.[0];
  };

  it('refuses what the published schema does not have, in GitHub’s words', async () => {
    const field = await refusal('{ viewer { logn } }');
    expect(field).to.deep.include({ message: "Field 'logn' doesn't exist on type 'User'" });
    expect(field?.extensions?.code).to.equal('undefinedField');
    const argument = await refusal('{ viewer { issues(first: 1, color: "red") { totalCount } } }');
    expect(argument?.message).to.equal("Field 'issues' doesn't accept argument 'color'");
    expect((await refusal('{ viewer {'))?.message).to.contain('Syntax Error');
    expect((await refusal('query A($x: Strin) { viewer { login } }'))?.message).to.contain('Strin');
    expect((await refusal('mutation { rateLimit { cost } }'))?.message).to.equal(
      "Field 'rateLimit' doesn't exist on type 'Mutation'",
    );
  });

  it('refuses an unknown operation and a request without a query', async () => {
    const post = async (body: unknown) => {
      const headers = { authorization: `token ${TOKEN}` };
      const response = await fetch(fixture.github.graphqlUrl, { method: 'POST', headers, body: JSON.stringify(body) });
      return (await response.json()) as { errors?: { message: string }[] };
    };
    const unknown = await post({ query: 'query A { viewer { login } }', operationName: 'B' });
    expect(unknown.errors?.[0]?.message).to.contain('No operation');
    expect((await post({})).errors?.[0]?.message).to.contain('A query attribute must be specified');
  });

  it('asks for page sizes and limits them', async () => {
    const issues = (argument: string, inner = 'nodes { id }') =>
      `{ repository(owner: "acme", name: "slugs") { pullRequests${argument} { ${inner} } } }`;
    expect((await refusal(issues('')))?.type).to.equal('MISSING_PAGINATION_BOUNDARIES');
    expect((await refusal(issues('(first: 101)')))?.type).to.equal('EXCESSIVE_PAGINATION');
    expect((await refusal(issues('(last: 0)')))?.type).to.equal('INVALID_PAGINATION');
    const { errors } = await fixture.graphql(issues('(first: 1, after: "made up")'));
    expect(errors?.[0]?.type).to.equal('INVALID_CURSOR_ARGUMENTS');
    expect((await fixture.graphql(issues('', 'totalCount'))).errors).to.equal(undefined);
  });

  it('refuses one name for two types, as with the state of issues and pull requests', async () => {
    const error = await refusal('{ node(id: "x") { ... on Issue { state } ... on PullRequest { state } } }');
    expect(error?.message).to.contain('Fields "state" conflict');
  });

  it('counts possible nodes through fragments and refuses more than 500,000', async () => {
    const error = await refusal(`query { organization(login: "acme") { projectV2(number: 7) { ...Items } } }
      fragment Items on ProjectV2 { items(first: 100) { nodes { content { ... on Issue {
        comments(first: 100) { nodes { id issue { closedByPullRequestsReferences(first: 100) { nodes { id } } } } } } } } } }`);
    expect(error).to.deep.equal({
      type: 'MAX_NODE_LIMIT_EXCEEDED',
      message: 'This query requests up to 1,010,100 possible nodes which exceeds the maximum limit of 500,000.',
    });
  });

  it('charges connection requests divided by a hundred', async () => {
    const { data } =
      await fixture.graphql(`{ organization(login: "acme") { projectV2(number: 7) { items(first: 100) { nodes {
      content { ... on Issue { comments(first: 10) { nodes { id } }
        closedByPullRequestsReferences(first: 10) { nodes { comments(first: 1) { nodes { id } } } } } }
    } } } } rateLimit { cost nodeCount } }`);
    expect(data.rateLimit).to.deep.equal({ cost: 12, nodeCount: 100 + 1000 + 1000 + 1000 });
  });

  it('says so when a field of the schema is one that it leaves out', async () => {
    const { data, errors } = await fixture.graphql('{ repository(owner: "acme", name: "slugs") { name description } }');
    expect(data.repository).to.deep.equal({ name: 'slugs', description: null });
    expect(errors?.[0]?.message).to.equal('local GitHub does not implement Repository.description');
    expect(errors?.[0]?.path).to.deep.equal(['repository', 'description']);
  });

  it('answers NOT_FOUND beside the data that is there', async () => {
    const { data, errors } = await fixture.graphql(`{
      here: repository(owner: "acme", name: "slugs") { nameWithOwner pullRequest(number: 99) { id } }
      gone: repository(owner: "acme", name: "gone") { id }
      organization(login: "acme") { projectV2(number: 99) { id } }
      user(login: "acme") { id }
    }`);
    expect(data.here).to.deep.equal({ nameWithOwner: 'acme/slugs', pullRequest: null });
    expect([data.gone, data.organization.projectV2, data.user]).to.deep.equal([null, null, null]);
    expect(errors?.map(({ type, message }) => [type, message])).to.deep.include.members([
      ['NOT_FOUND', "Could not resolve to a Repository with the name 'acme/gone'."],
      ['NOT_FOUND', 'Could not resolve to a PullRequest with the number of 99.'],
      ['NOT_FOUND', 'Could not resolve to a ProjectV2 with the number 99.'],
      ['NOT_FOUND', "Could not resolve to a User with the login of 'acme'."],
    ]);
  });

  it('finds nodes by id, costing an unknown one only its own place', async () => {
    const query = 'query Nodes($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }';
    const { data, errors } = await fixture.graphql(query, { ids: [fixture.project.id, 'nope', fixture.repository.id] });
    expect(data.nodes.map((node: { __typename: string } | null) => node?.__typename ?? null)).to.deep.equal([
      'ProjectV2',
      null,
      'Repository',
    ]);
    expect(errors?.[0]).to.deep.include({ type: 'NOT_FOUND', path: ['nodes', 1] });
    const many = await fixture.graphql(query, { ids: Array.from({ length: 101 }, (_, index) => String(index)) });
    expect(many.errors?.[0]?.type).to.equal('ARGUMENT_LIMIT');
  });
});
