import type {
  DescribedChange,
  DescribedChangeSet,
  DescribedDetail,
  DescribedResourceChange,
} from './described-change-set.ts';

/** What a change set would do, from two descriptions of it. */
export interface ChangeSet {
  readonly stackName: string;
  readonly stackId: string;
  readonly arn: string;
  readonly status: string;
  /** AVAILABLE when it can be carried out; OBSOLETE once the stack has moved on. */
  readonly executionStatus: string;
  readonly reason: string;
  /** Nothing at all would change. A set without changes of resources can still change outputs or tags. */
  readonly isEmpty: boolean;
  readonly changes: readonly ResourceChange[];
  /** What makes the description incomplete, one sentence each; none when it is whole. */
  readonly gaps: readonly string[];
}

export interface ResourceChange {
  /** CloudFormation's word; one that is missing or new is kept as it is. */
  readonly action: string;
  readonly logicalId: string;
  readonly physicalId: string | null;
  readonly type: string;
  /** True, False or Conditional; null where CloudFormation says nothing, as for Add and Remove. */
  readonly replacement: string | null;
  readonly policyAction: string | null;
  /** Attributes that change: Properties, Tags, Metadata and so on. */
  readonly scope: readonly string[];
  readonly properties: readonly PropertyChange[];
  /** The resource before and after, as parsed JSON; null where CloudFormation did not say. */
  readonly before: unknown;
  readonly after: unknown;
}

export interface PropertyChange {
  /** JSON pointer, such as /Properties/Timeout. */
  readonly path: string;
  readonly changeType: string | null;
  readonly requiresRecreation: string | null;
  readonly before: string | null;
  readonly after: string | null;
  /** What causes it where no value says so: the parameter or resource that is referred to. */
  readonly cause: string | null;
}

/** CloudFormation's only sign that values made it leave out resources (aws/aws-cdk-cli#1780); the status says nothing. */
const INCOMPLETE = /incomplete changeset data/i;

/** Texts of a failed change set that would change nothing; CloudFormation has no other sign of it. */
const NOTHING_CHANGES = /didn't contain changes|no updates are to be performed/i;

/** Joins the description with values and the one without: the latter alone lists every change, the former alone has values. What
 *  only one of them knows, and whatever cannot be read, becomes a gap. */
export function readChangeSet(described: {
  readonly withValues: DescribedChangeSet;
  readonly plain: DescribedChangeSet;
}): ChangeSet {
  const { withValues, plain } = described;
  const reasons = [plain.StatusReason, withValues.StatusReason].filter((reason) => reason !== undefined);
  const status = plain.Status ?? '';
  const valued = byLogicalId(withValues);
  const listed = byLogicalId(plain);
  const gaps: string[] = [];
  if (reasons.some((reason) => INCOMPLETE.test(reason)))
    gaps.push('CloudFormation says that its description with values can be incomplete.');
  gaps.push(...unreadable(plain), ...unreadable(withValues));
  if (plain.ChangeSetId !== withValues.ChangeSetId) gaps.push('The two descriptions are of different change sets.');
  const both = [...new Set([...listed.keys(), ...valued.keys()])].map((id) =>
    join(id, { plain: listed, withValues: valued }),
  );
  gaps.push(...both.flatMap((joined) => joined.gaps));
  return {
    stackName: plain.StackName ?? '',
    stackId: plain.StackId ?? '',
    arn: plain.ChangeSetId ?? '',
    status,
    executionStatus: plain.ExecutionStatus ?? '',
    reason: [...new Set(reasons)].join(' '),
    isEmpty: status === 'FAILED' && reasons.some((reason) => NOTHING_CHANGES.test(reason)),
    changes: both.map(({ change }) => change),
    gaps: [...new Set(gaps)],
  };
}

type ById = ReadonlyMap<string, DescribedResourceChange>;

/** Returns one resource's change from both descriptions. */
function join(id: string, { plain, withValues }: { plain: ById; withValues: ById }) {
  const inPlain = plain.get(id);
  const inValued = withValues.get(id);
  const { change, missing } = readChange({ ...inPlain, ...withoutGaps(inValued) });
  const gaps = [
    ...(inValued === undefined ? ['the description with values leaves it out.'] : []),
    ...(inPlain === undefined ? ['the complete list of changes leaves it out.'] : []),
    ...(inPlain !== undefined && inValued !== undefined && contradict(inPlain, inValued)
      ? ['the two descriptions contradict each other.']
      : []),
    ...missing,
  ];
  return { change, gaps: gaps.map((gap) => `${id}: ${gap}`) };
}

function byLogicalId({ Changes = [] }: DescribedChangeSet): Map<string, DescribedResourceChange> {
  return new Map(
    Changes.flatMap(({ ResourceChange: change }) =>
      change?.LogicalResourceId === undefined ? [] : [[change.LogicalResourceId, change] as const],
    ),
  );
}

/** Returns what of an answer cannot be understood: a review must not pass over it. */
function unreadable({ Changes = [] }: DescribedChangeSet): string[] {
  const ids = Changes.map(({ ResourceChange: change }) => change?.LogicalResourceId);
  return Changes.flatMap(
    (change, index) => problemOf(change) ?? (ids.indexOf(ids[index]) < index ? [`${ids[index]} is listed twice.`] : []),
  );
}

function problemOf({ Type: kind, ResourceChange: change }: DescribedChange): string[] | null {
  if (change === undefined || (kind !== undefined && kind !== 'Resource'))
    return [`A change of type ${kind ?? 'unknown'} cannot be read.`];
  const { LogicalResourceId: id, Action: action, ResourceType: type } = change;
  if (id === undefined || action === undefined || type === undefined)
    return [
      `A change without ${id === undefined ? 'the name of its resource' : 'action or type'} cannot be read (${id ?? type ?? action ?? 'empty'}).`,
    ];
  return null;
}

function contradict(a: DescribedResourceChange, b: DescribedResourceChange): boolean {
  return (['Action', 'ResourceType', 'Replacement', 'PolicyAction'] as const).some((key) => a[key] !== b[key]);
}

/** Fields that one description omits must not hide those of the other. */
function withoutGaps(change: DescribedResourceChange = {}): DescribedResourceChange {
  return Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
}

/** A change, and what its description leaves out. */
function readChange(described: DescribedResourceChange): {
  readonly change: ResourceChange;
  readonly missing: string[];
} {
  const before = parseContext(described.BeforeContext);
  const after = parseContext(described.AfterContext);
  const change: ResourceChange = {
    action: described.Action ?? '',
    logicalId: described.LogicalResourceId ?? '',
    physicalId: described.PhysicalResourceId ?? null,
    type: described.ResourceType ?? '',
    replacement: described.Replacement ?? null,
    policyAction: described.PolicyAction ?? null,
    scope: described.Scope ?? [],
    properties: (described.Details ?? []).map(readDetail),
    before: before.value,
    after: after.value,
  };
  const hasNoValues =
    change.action === 'Modify' && !changesTagsAlone(change) && (before.value === null || after.value === null);
  return {
    change,
    missing: [
      ...(before.isBroken || after.isBroken ? ['its values before or after are no JSON.'] : []),
      ...(hasNoValues ? ['its values before and after are missing.'] : []),
      ...(described.ChangeSetId === undefined ? [] : ['what its nested stack would change is not listed.']),
    ],
  };
}

/** Returns whether a modification touches nothing but tags; false where CloudFormation does not say what it touches. */
export function changesTagsAlone({ scope }: Pick<ResourceChange, 'scope'>): boolean {
  return scope.length > 0 && scope.every((attribute) => attribute === 'Tags');
}

function parseContext(text: string | undefined): { readonly value: unknown; readonly isBroken: boolean } {
  if (text === undefined || text === '') return { value: null, isBroken: false };
  try {
    return { value: JSON.parse(text), isBroken: false };
  } catch {
    return { value: null, isBroken: true };
  }
}

function readDetail({ Target: target, CausingEntity, ChangeSource }: DescribedDetail): PropertyChange {
  const path = target?.Path ?? [target?.Attribute, target?.Name].filter((part) => part !== undefined).join('/');
  return {
    path: path.startsWith('/') ? path : `/${path}`,
    changeType: target?.AttributeChangeType ?? null,
    requiresRecreation: target?.RequiresRecreation ?? null,
    before: target?.BeforeValue ?? null,
    after: target?.AfterValue ?? null,
    cause: CausingEntity ?? ChangeSource ?? null,
  };
}
