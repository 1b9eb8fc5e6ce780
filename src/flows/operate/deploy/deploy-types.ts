import type { ChangeSet } from '../../../core/deploy/change-set.ts';
import type { StackTemplate } from '../../../core/deploy/imports.ts';
import type { Artifact } from '../../../core/deploy/package-template.ts';
import type { AccessBeforeAndAfter, Risk } from '../../../core/deploy/review-rules.ts';
import type { Clock } from '../../../core/ports/clock.ts';
import type { CodeStore } from '../../../core/ports/code-store.ts';
import type { Stack, StackEvent, StackService } from '../../../core/ports/stacks.ts';

export interface StackToDeploy extends StackTemplate {
  readonly tags: Readonly<Record<string, string>>;
  /** Of a stack that makes the bucket of its own code: the part of it that has to stand before the rest can be sent. */
  readonly base?: Pick<StackTemplate, 'template' | 'parameters'>;
}

/** A stack as it is sent to CloudFormation. */
export interface PackagedStack extends StackToDeploy {
  readonly text: string;
  readonly artifacts: readonly Artifact[];
  /** SHA-256 of the text, parameters and tags. */
  readonly inputHash: string;
}

export interface DeployPorts {
  readonly stacks: StackService;
  readonly clock: Clock;
  readonly codeIn: (bucketName: string) => CodeStore;
  /** `bucketName` is null as long as no bucket exists. Throws for a stack that needs one then. */
  readonly packageStack: (stack: StackToDeploy, options: { readonly bucketName: string | null }) => PackagedStack;
  readonly widensAccess: (change: AccessBeforeAndAfter) => boolean;
  readonly onStep: (text: string) => void;
  readonly onEvent: (stackName: string, event: StackEvent) => void;
}

/** A stack whose change set has been made and read. */
export interface PreparedStack {
  readonly packaged: PackagedStack;
  /** As it was before; null when there was none, or one that was never deployed to. */
  readonly before: Stack | null;
  /** ARN of the stack that the change set belongs to. */
  readonly stackId: string;
  /** Null when nothing would change. */
  readonly changeSet: ChangeSet | null;
  readonly risks: readonly Risk[];
}
