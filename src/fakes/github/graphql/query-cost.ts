import {
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLCompositeType,
  type GraphQLSchema,
  getArgumentValues,
  getNamedType,
  isCompositeType,
  isInterfaceType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';
import { GitHubError } from '../github-error.ts';

const PAGE_LIMIT = 100;
const NODE_LIMIT = 500_000;

export interface QueryCost {
  /** Points: connection requests divided by 100, at least 1. */
  readonly points: number;
  /** Nodes that the query may return at most. */
  readonly nodeCount: number;
  /** Objects of any kind that it may touch. */
  readonly weight: number;
}

export interface CostRequest {
  readonly schema: GraphQLSchema;
  readonly operation: OperationDefinitionNode;
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  readonly variables: Record<string, unknown>;
}

/** Counts as GitHub documents it, and throws what GitHub answers for a missing or excessive page size or too many nodes. */
export function measureQuery({ schema, operation, fragments, variables }: CostRequest): QueryCost {
  let requests = 0;
  let nodeCount = 0;
  let weight = 0;

  const walk = ({ selectionSet, type, parents }: Selected): void => {
    for (const selection of selectionSet.selections) {
      if (selection.kind === Kind.FIELD) visitField(selection, { type, parents });
      else {
        const fragment = selection.kind === Kind.FRAGMENT_SPREAD ? fragments.get(selection.name.value) : selection;
        if (!fragment) continue;
        const named = fragment.typeCondition ? schema.getType(fragment.typeCondition.name.value) : type;
        if (isCompositeType(named)) walk({ selectionSet: fragment.selectionSet, type: named, parents });
      }
    }
  };

  const visitField = (node: FieldNode, { type, parents }: Omit<Selected, 'selectionSet'>): void => {
    if (!node.selectionSet || !(isObjectType(type) || isInterfaceType(type))) return;
    const field = type.getFields()[node.name.value];
    const named = field && getNamedType(field.type);
    if (!field || !isCompositeType(named)) return;
    const size = named.name.endsWith('Connection') ? pageSize(node, getArgumentValues(field, node, variables)) : null;
    weight += parents * (size ?? 1);
    if (size !== null) {
      requests += parents;
      nodeCount += parents * size;
    }
    walk({ selectionSet: node.selectionSet, type: named, parents: size === null ? parents : parents * size });
  };

  const root = schema.getRootType(operation.operation);
  if (root) walk({ selectionSet: operation.selectionSet, type: root, parents: 1 });
  if (nodeCount > NODE_LIMIT) throw tooManyNodes(nodeCount);
  return { points: Math.max(1, Math.round(requests / 100)), nodeCount, weight };
}

/** A part of the query, the type it selects from, and how many objects of that type there may be. */
interface Selected {
  readonly selectionSet: SelectionSetNode;
  readonly type: GraphQLCompositeType;
  readonly parents: number;
}

function pageSize(node: FieldNode, { first, last }: Readonly<Record<string, unknown>>): number {
  const size = first ?? last;
  const name = node.name.value;
  if (typeof size !== 'number') {
    if (!selectsPage(node)) return 0;
    throw new GitHubError(
      'MISSING_PAGINATION_BOUNDARIES',
      `You must provide a \`first\` or \`last\` value to properly paginate the \`${name}\` connection.`,
    );
  }
  const limit = first === undefined || first === null ? 'last' : 'first';
  if (size > PAGE_LIMIT) {
    throw new GitHubError(
      'EXCESSIVE_PAGINATION',
      `Requesting ${size} records on the \`${name}\` connection exceeds the \`${limit}\` limit of ${PAGE_LIMIT} records.`,
    );
  }
  if (size < 1) {
    throw new GitHubError('INVALID_PAGINATION', `\`${limit}\` on the \`${name}\` connection cannot be less than 1.`);
  }
  return size;
}

/** A connection that is asked for its `totalCount` alone needs no page size. */
function selectsPage(node: FieldNode): boolean {
  const selections = node.selectionSet?.selections ?? [];
  return selections.some((selection) => selection.kind !== Kind.FIELD || selection.name.value !== 'totalCount');
}

function tooManyNodes(nodeCount: number): GitHubError {
  const count = nodeCount.toLocaleString('en-US');
  return new GitHubError(
    'MAX_NODE_LIMIT_EXCEEDED',
    `This query requests up to ${count} possible nodes which exceeds the maximum limit of ${NODE_LIMIT.toLocaleString('en-US')}.`,
  );
}
