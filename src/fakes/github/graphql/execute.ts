import {
  type DocumentNode,
  defaultFieldResolver,
  execute,
  type FragmentDefinitionNode,
  GraphQLError,
  type GraphQLFieldResolver,
  Kind,
  type OperationDefinitionNode,
  parse,
  specifiedRules,
  type ValidationRule,
  validate,
} from 'graphql';
import { GitHubError } from '../github-error.ts';
import type { Fields } from './connection.ts';
import { formatGraphqlError, refusedByRule, type ShownError } from './errors.ts';
import { mutations } from './mutations.ts';
import { queries } from './queries.ts';
import { measureQuery } from './query-cost.ts';
import { githubSchema } from './schema.ts';
import type { ViewContext } from './view.ts';

export interface GraphqlRequest {
  readonly query: string;
  readonly variables: Record<string, unknown>;
  readonly operationName: string | null;
  /** Answers like a server whose `items` take no filter. */
  readonly noItemsQuery: boolean;
}

export interface GraphqlAnswer {
  data?: Record<string, unknown> | null;
  errors?: ShownError[];
}

const CACHE_LIMIT = 200;
const documents = new Map<string, DocumentNode | ShownError[]>();

/** Validates against GitHub's schema, applies GitHub's limits, spends the budget, executes; `timeout` when GitHub would not
 *  come to an end. */
export async function answerGraphql(context: ViewContext, request: GraphqlRequest): Promise<GraphqlAnswer | 'timeout'> {
  const document = checkDocument(request);
  if (Array.isArray(document)) return { errors: document };
  const operation = findOperation(document, request.operationName);
  if (!operation) return { errors: [{ message: 'No operation with the given name.' }] };
  const schema = githubSchema();
  try {
    const cost = measureQuery({ schema, operation, fragments: fragmentsOf(document), variables: request.variables });
    context.state.spend(cost.points);
    const limit = context.state.rules.weightLimit;
    if (limit !== null && cost.weight > limit.objects) return limit.as === 'timeout' ? 'timeout' : TOO_MUCH;
    const rootValue = operation.operation === 'mutation' ? mutations(context) : queries({ ...context, cost });
    const { data, errors } = await execute({
      schema,
      document,
      rootValue,
      variableValues: request.variables,
      operationName: operation.name?.value,
      fieldResolver: strictResolver,
    });
    return { data: data ?? null, ...(errors && { errors: errors.map(formatGraphqlError) }) };
  } catch (error) {
    if (error instanceof GitHubError) return { errors: [{ type: error.type, message: error.message }] };
    throw error;
  }
}

const TOO_MUCH: GraphqlAnswer = {
  data: null,
  errors: [
    {
      type: 'RESOURCE_LIMITS_EXCEEDED',
      message: 'Resource limits for this query exceeded. Try fetching fewer items or fields.',
    },
  ],
};

/** Name of the operation that a request asks for, for records and faults; null when it has none or cannot be read. */
export function operationNameOf(query: string, operationName: string | null): string | null {
  return operationName ?? /^\s*(?:query|mutation)\s+(\w+)/m.exec(query)?.[1] ?? null;
}

/** A field that this server does not have is an error that says so: a silent null would look like GitHub's answer. */
const strictResolver: GraphQLFieldResolver<Fields, unknown> = (...call) => {
  const [source, , , { fieldName, parentType }] = call;
  if (fieldName in source) return defaultFieldResolver(...call);
  throw new GitHubError('NOT_IMPLEMENTED', `local GitHub does not implement ${parentType.name}.${fieldName}`);
};

function checkDocument({ query, noItemsQuery }: GraphqlRequest): DocumentNode | ShownError[] {
  const key = `${noItemsQuery}:${query}`;
  const known = documents.get(key);
  if (known) return known;
  const checked = parseAndValidate(query, noItemsQuery ? [...specifiedRules, withoutItemsQuery] : specifiedRules);
  if (documents.size >= CACHE_LIMIT) documents.clear();
  documents.set(key, checked);
  return checked;
}

function parseAndValidate(query: string, rules: readonly ValidationRule[]): DocumentNode | ShownError[] {
  try {
    const document = parse(query);
    const errors = validate(githubSchema(), document, rules);
    return errors.length === 0 ? document : errors.map(refusedByRule);
  } catch (error) {
    if (error instanceof GraphQLError) return [formatGraphqlError(error)];
    throw error;
  }
}

const withoutItemsQuery: ValidationRule = (context) => ({
  Argument(node) {
    if (node.name.value !== 'query' || context.getParentType()?.name !== 'ProjectV2') return;
    context.reportError(new GraphQLError('Unknown argument "query" on field "ProjectV2.items".', { nodes: node }));
  },
});

function findOperation(document: DocumentNode, name: string | null): OperationDefinitionNode | undefined {
  const operations = document.definitions.filter((node) => node.kind === Kind.OPERATION_DEFINITION);
  return name === null ? operations[0] : operations.find((operation) => operation.name?.value === name);
}

function fragmentsOf(document: DocumentNode): Map<string, FragmentDefinitionNode> {
  const fragments = document.definitions.filter((node) => node.kind === Kind.FRAGMENT_DEFINITION);
  return new Map(fragments.map((fragment) => [fragment.name.value, fragment]));
}
