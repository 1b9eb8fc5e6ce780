import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import type { DocumentNode, FieldNode, GraphQLSchema, OperationDefinitionNode, SelectionSetNode } from 'graphql';
import { buildASTSchema, Kind, parse, validate, visit } from 'graphql';
import { githubSchema } from '../../fakes/github/graphql/schema.ts';
import { allDocuments, readBoard } from './documents.ts';
import { setupDocuments } from './setup/documents.ts';

/** Connections that our documents read; a connection without `first` or `last` (100 at most) is refused by GitHub. */
const CONNECTIONS = new Set([
  'items',
  'fields',
  'pullRequests',
  'comments',
  'linkedBranches',
  'closedByPullRequestsReferences',
  'repositories',
]);

describe('GraphQL documents', () => {
  const documents = [...allDocuments(), ...setupDocuments()];
  let published: GraphQLSchema;

  before(() => {
    const sdl = readFileSync(new URL('schema.graphql', import.meta.resolve('@octokit/graphql-schema')), 'utf8');
    // The published file defines one field twice, so its own validity is assumed.
    published = buildASTSchema(parse(sdl, { noLocation: true }), { assumeValid: true, assumeValidSDL: true });
  });

  it('are there, each with one operation of its own name', () => {
    expect(documents.length).to.be.greaterThan(10);
    for (const { name, text } of documents) expect(operationOf(parse(text)).name?.value).to.equal(name);
  });

  it("are valid in GitHub's published schema", () => {
    const plain = documents.filter(({ text }) => !text.includes('$filter'));
    expect(plain).to.have.length(documents.length - 2);
    for (const { name, text } of plain) expect(problems(published, text), name).to.deep.equal([]);
  });

  it('filter items by an argument that the reference lists, and only the board does', () => {
    for (const owner of ['organization', 'user'] as const) {
      const { text } = readBoard({ owner, filter: true, first: 100 });
      expect(problems(githubSchema(), text)).to.deep.equal([]);
      expect(problems(published, text)).to.deep.equal(['Unknown argument "query" on field "ProjectV2.items".']);
    }
  });

  it('catch a typo', () => {
    const { text } = readBoard({ owner: 'organization', filter: false, first: 100 });
    expect(problems(published, text.replace('endCursor', 'endCursr'))).to.have.length(1);
  });

  it('never ask for the rate limit in a mutation, which GitHub refuses', () => {
    const mutations = documents.filter(({ text }) => operationOf(parse(text)).operation === 'mutation');
    expect(mutations.length).to.be.greaterThan(3);
    for (const { name, text } of mutations) expect(fieldsOf(parse(text)), name).to.not.include('rateLimit');
  });

  it('bound every connection to 100 at most', () => {
    let seen = 0;
    for (const { name, text } of documents) {
      visit(parse(text), {
        Field(field) {
          if (!CONNECTIONS.has(field.name.value)) return;
          seen += 1;
          expect(pageOf(field), `${name}: ${field.name.value}`).to.be.within(1, 100);
        },
      });
    }
    expect(seen).to.be.greaterThan(10);
  });

  it('cost a few points at most', () => {
    const costs = documents.map(({ name, text }) => [name, pointsOf(parse(text))] as const);
    for (const [name, points] of costs) expect(points, name).to.be.at.most(3);
    expect(new Map(costs).get('ReadBoard')).to.equal(2);
  });
});

function problems(schema: GraphQLSchema, text: string): string[] {
  return validate(schema, parse(text)).map(({ message }) => message);
}

function operationOf(document: DocumentNode): OperationDefinitionNode {
  const operations = document.definitions.filter((node) => node.kind === Kind.OPERATION_DEFINITION);
  expect(operations).to.have.length(1);
  return operations[0] as OperationDefinitionNode;
}

function fieldsOf(document: DocumentNode): string[] {
  const names: string[] = [];
  visit(document, { Field: ({ name }) => void names.push(name.value) });
  return names;
}

function pageOf(field: FieldNode): number {
  const argument = field.arguments?.find(({ name }) => name.value === 'first' || name.value === 'last');
  return argument?.value.kind === Kind.INT ? Number(argument.value.value) : Number.NaN;
}

/** GitHub's price: connection requests, counted once per parent at its full page, divided by 100, at least 1. */
function pointsOf(document: DocumentNode): number {
  const fragments = new Map(
    document.definitions.flatMap((node) =>
      node.kind === Kind.FRAGMENT_DEFINITION ? [[node.name.value, node.selectionSet] as const] : [],
    ),
  );
  const count = (selections: SelectionSetNode | undefined, parents: number): number =>
    (selections?.selections ?? []).reduce((sum, node) => {
      if (node.kind === Kind.FRAGMENT_SPREAD) return sum + count(fragments.get(node.name.value), parents);
      if (node.kind === Kind.INLINE_FRAGMENT) return sum + count(node.selectionSet, parents);
      if (!CONNECTIONS.has(node.name.value)) return sum + count(node.selectionSet, parents);
      return sum + parents + count(node.selectionSet, parents * pageOf(node));
    }, 0);
  return Math.max(1, Math.round(count(operationOf(document).selectionSet, 1) / 100));
}
