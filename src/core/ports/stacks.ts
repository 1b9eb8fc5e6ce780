import type { DescribedChangeSet } from '../deploy/described-change-set.ts';

/** Where a stack stands. */
export interface Stack {
  readonly name: string;
  /** ARN; another one after the stack was deleted and made again. */
  readonly id: string;
  /** CloudFormation's word, such as UPDATE_COMPLETE; core/deploy/stack-state.ts says what it allows. */
  readonly status: string;
  /** CloudFormation's words about the status, empty where it gives none. */
  readonly reason: string;
  /** When it was changed last, or made: moves on with every operation. */
  readonly changedAtMs: number;
  readonly isProtected: boolean;
  readonly parameters: Readonly<Record<string, string>>;
  readonly tags: Readonly<Record<string, string>>;
  readonly outputs: readonly StackOutput[];
}

export interface StackOutput {
  readonly key: string;
  readonly value: string;
  /** Name under which other stacks import it; null where they cannot. */
  readonly exportName: string | null;
}

export interface StackEvent {
  readonly id: string;
  readonly atMs: number;
  readonly logicalId: string;
  readonly type: string;
  readonly status: string;
  /** Why it failed, empty elsewhere. */
  readonly reason: string;
}

export interface StackResource {
  readonly logicalId: string;
  /** Name, ARN or id; empty where none was made. */
  readonly physicalId: string;
  readonly type: string;
  readonly status: string;
}

export interface NewChangeSet {
  readonly stackName: string;
  readonly changeSetName: string;
  readonly kind: 'create' | 'update';
  readonly template: string;
  /** Where the same text lies in S3; needed for one of more than 51,200 bytes. */
  readonly templateUrl?: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly tags: Readonly<Record<string, string>>;
  /** The same for a repeated request, so that CloudFormation answers with the set that it made already. */
  readonly token: string;
}

/** CloudFormation, for the stacks of one region. Every method throws AWS_REQUEST_FAILED: passing where the service
 *  failed, else a person has to act (credentials, rights, a request that CloudFormation does not accept). */
export interface StackService {
  /** The stack of this name or ARN; null when there is none. */
  describe(stack: string): Promise<Stack | null>;
  /** Returns the ARN of the change set, which CloudFormation then goes on making. */
  createChangeSet(request: NewChangeSet): Promise<string>;
  /** All pages of one change set; null when there is none. Values before and after are asked for with `withValues`. */
  describeChangeSet(changeSet: string, options: { readonly withValues: boolean }): Promise<DescribedChangeSet | null>;
  /** Starts carrying it out; a set that has been started by the same token stays as it is. */
  executeChangeSet(changeSet: string, options: { readonly token: string }): Promise<void>;
  /** Nothing when there is none. */
  deleteChangeSet(changeSet: string): Promise<void>;
  /** Events later than the one named, oldest first; all of the newest operation with null. */
  listEvents(stack: string, options: { readonly after: string | null }): Promise<StackEvent[]>;
  /** All that the stack holds, or held, with the state of each; none when there is no such stack. */
  listResources(stack: string): Promise<StackResource[]>;
  /** The template as it was sent; null when there is no such stack, or nothing was ever deployed to it. */
  getTemplate(stack: string): Promise<string | null>;
  /** RollbackStack: after a failed operation that ran without roll-back. */
  rollback(stack: string, options: { readonly token: string }): Promise<void>;
  continueRollback(stack: string, options: { readonly token: string; readonly skip: readonly string[] }): Promise<void>;
  delete(stack: string, options: { readonly token: string; readonly retain: readonly string[] }): Promise<void>;
  setTerminationProtection(stack: string, options: { readonly isOn: boolean }): Promise<void>;
}
