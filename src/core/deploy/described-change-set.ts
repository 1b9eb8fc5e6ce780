/** The parts of DescribeChangeSet's answer that a review reads, all of them optional as in the SDK's types. */
export interface DescribedChangeSet {
  readonly StackName?: string | undefined;
  readonly StackId?: string | undefined;
  readonly ChangeSetId?: string | undefined;
  readonly Status?: string | undefined;
  readonly ExecutionStatus?: string | undefined;
  readonly StatusReason?: string | undefined;
  readonly Changes?: readonly DescribedChange[] | undefined;
}

export interface DescribedChange {
  readonly Type?: string | undefined;
  readonly ResourceChange?: DescribedResourceChange | undefined;
}

export interface DescribedResourceChange {
  readonly Action?: string | undefined;
  readonly PolicyAction?: string | undefined;
  readonly LogicalResourceId?: string | undefined;
  readonly PhysicalResourceId?: string | undefined;
  readonly ResourceType?: string | undefined;
  readonly Replacement?: string | undefined;
  readonly Scope?: readonly string[] | undefined;
  readonly Details?: readonly DescribedDetail[] | undefined;
  /** ARN of the change set of a nested stack. */
  readonly ChangeSetId?: string | undefined;
  /** JSON of the whole resource, with IncludePropertyValues alone. */
  readonly BeforeContext?: string | undefined;
  readonly AfterContext?: string | undefined;
}

export interface DescribedDetail {
  readonly Evaluation?: string | undefined;
  readonly ChangeSource?: string | undefined;
  readonly CausingEntity?: string | undefined;
  readonly Target?:
    | {
        readonly Attribute?: string | undefined;
        readonly Name?: string | undefined;
        readonly Path?: string | undefined;
        readonly RequiresRecreation?: string | undefined;
        readonly BeforeValue?: string | undefined;
        readonly AfterValue?: string | undefined;
        readonly AttributeChangeType?: string | undefined;
      }
    | undefined;
}
