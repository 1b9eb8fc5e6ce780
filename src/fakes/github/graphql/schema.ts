import { readFileSync } from 'node:fs';
import {
  buildASTSchema,
  type DefinitionNode,
  type DocumentNode,
  type FieldDefinitionNode,
  type GraphQLSchema,
  Kind,
  parse,
} from 'graphql';

/** What GitHub's reference lists and the package's schema lacks: `ProjectV2.items` takes a filter and archived states, and an
 *  issue field of the organisation has values of a type of its own; options that are sent again keep their cards by their id
 *  (https://docs.github.com/en/graphql/reference/projects, github/github-mcp-server#2941). */
const ADDITIONS = `
  enum ProjectV2ItemArchivedState { ARCHIVED NOT_ARCHIVED }
  type ProjectV2ItemIssueFieldValue { field: ProjectV2FieldConfiguration! }
  union ProjectV2ItemFieldValue = ProjectV2ItemIssueFieldValue
  input ProjectV2SingleSelectFieldOptionInput { id: String }
  type ProjectV2 {
    items(archivedStates: [ProjectV2ItemArchivedState!] = [NOT_ARCHIVED], query: String = ""): ProjectV2ItemConnection!
  }`;

let schema: GraphQLSchema | null = null;

/** GitHub's published schema, built once per process (about 150 ms) and not validated itself, as it declares one field twice. */
export function githubSchema(): GraphQLSchema {
  schema ??= buildASTSchema(withAdditions(readPublished()), { assumeValid: true, assumeValidSDL: true });
  return schema;
}

function readPublished(): DocumentNode {
  const entry = import.meta.resolve('@octokit/graphql-schema');
  return parse(readFileSync(new URL('schema.graphql', entry), 'utf8'), { noLocation: true });
}

function withAdditions(published: DocumentNode): DocumentNode {
  const additions = parse(ADDITIONS, { noLocation: true }).definitions;
  const fields = new Map<string, readonly FieldDefinitionNode[]>();
  for (const node of additions)
    if (node.kind === Kind.OBJECT_TYPE_DEFINITION) fields.set(node.name.value, node.fields ?? []);
  const known = new Set(published.definitions.map(nameOf));
  const unions = new Map(
    additions.flatMap((node) =>
      node.kind === Kind.UNION_TYPE_DEFINITION ? [[node.name.value, node.types ?? []]] : [],
    ),
  );
  const inputs = new Map(
    additions.flatMap((node) =>
      node.kind === Kind.INPUT_OBJECT_TYPE_DEFINITION ? [[node.name.value, node.fields ?? []]] : [],
    ),
  );
  const patched = published.definitions.map((node): DefinitionNode => {
    if (node.kind === Kind.UNION_TYPE_DEFINITION) {
      return { ...node, types: [...(node.types ?? []), ...(unions.get(node.name.value) ?? [])] };
    }
    if (node.kind === Kind.INPUT_OBJECT_TYPE_DEFINITION)
      return { ...node, fields: [...(node.fields ?? []), ...(inputs.get(node.name.value) ?? [])] };
    if (node.kind !== Kind.OBJECT_TYPE_DEFINITION || !fields.has(node.name.value)) return node;
    return {
      ...node,
      fields: node.fields?.map((field) => withArguments(field, fields.get(node.name.value) ?? [])) ?? [],
    };
  });
  const added = additions.filter((node) => !known.has(nameOf(node)));
  return { kind: Kind.DOCUMENT, definitions: [...patched, ...added] };
}

function withArguments(field: FieldDefinitionNode, additions: readonly FieldDefinitionNode[]): FieldDefinitionNode {
  const known = field.arguments ?? [];
  const more = additions.find((addition) => addition.name.value === field.name.value)?.arguments ?? [];
  const missing = more.filter((argument) => !known.some((other) => other.name.value === argument.name.value));
  return missing.length === 0 ? field : { ...field, arguments: [...known, ...missing] };
}

function nameOf(node: DefinitionNode): string {
  return 'name' in node && node.name ? node.name.value : '';
}
