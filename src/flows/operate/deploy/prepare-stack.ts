import { createHash } from 'node:crypto';
import { type ChangeSet, readChangeSet } from '../../../core/deploy/change-set.ts';
import { exportsOf } from '../../../core/deploy/imports.ts';
import { templateKey } from '../../../core/deploy/manifest.ts';
import { findRisks, type Risk } from '../../../core/deploy/review-rules.ts';
import { sameInputs } from '../../../core/deploy/same-inputs.ts';
import { operationAllowedBy } from '../../../core/deploy/stack-state.ts';
import { errorMessage, WorkerError } from '../../../core/errors.ts';
import type { Stack } from '../../../core/ports/stacks.ts';
import type { DeployPorts, PackagedStack, PreparedStack, StackToDeploy } from './deploy-types.ts';

const POLL_MS = 2_000;
const LONGEST_WAIT_MS = 15 * 60_000;

export interface Preparation {
  readonly stack: StackToDeploy;
  /** As it is now; null when there is none. */
  readonly present: Stack | null;
  readonly bucketName: string | null;
  /** Of this deployment: names its change sets, so that a repeated request makes no second one. */
  readonly token: string;
}

/** Uploads code that is new, makes the change set of one stack, and reads it; makes none where what would be sent is what stands.
 *  Throws CHANGE_SET_FAILED. */
export async function prepareStack(ports: DeployPorts, preparation: Preparation): Promise<PreparedStack> {
  const { present, bucketName, token } = preparation;
  const stack = partDue(preparation.stack, bucketName);
  const { stackName } = stack;
  const packaged = ports.packageStack(stack, { bucketName });
  await upload(ports, { packaged, bucketName });
  if (present && sameInputs(present, packaged) && (await ports.stacks.getTemplate(present.id)) === packaged.text)
    return { packaged, before: present, stackId: present.id, changeSet: null, risks: [] };
  const kind = operationAllowedBy(present) === 'create' ? 'create' : 'update';
  ports.onStep(`${stackName}: making the change set`);
  const arn = await ports.stacks.createChangeSet({
    stackName,
    changeSetName: `kiro-worker-${token}`,
    kind,
    template: packaged.text,
    ...(await placeLongTemplate(ports, { packaged, bucketName })),
    parameters: packaged.parameters,
    tags: packaged.tags,
    token: `${token}-${stackName}`,
  });
  const changeSet = await readWhenMade(ports, { arn, stackName });
  const before = kind === 'create' ? null : present;
  if (changeSet.isEmpty) {
    await ports.stacks.deleteChangeSet(arn);
    return { packaged, before, stackId: changeSet.stackId, changeSet: null, risks: [] };
  }
  const risks = await risksOf(ports, { changeSet, stack, before });
  return { packaged, before, stackId: changeSet.stackId, changeSet, risks };
}

/** Returns what can be sent now of a stack: without a bucket only the base of one that has to make it. */
export function partDue(stack: StackToDeploy, bucketName: string | null): StackToDeploy {
  return bucketName === null && stack.base !== undefined ? { ...stack, ...stack.base } : stack;
}

/** Returns what must be allowed in the change set of a stack; `before` is null for one that it makes. */
export async function risksOf(
  ports: DeployPorts,
  { changeSet, stack, before }: { changeSet: ChangeSet; stack: StackToDeploy; before: Stack | null },
): Promise<Risk[]> {
  const exports = { before: exportNames(before), after: exportsOf(stack) };
  const isNewStack = before === null || (await isBaseAlone(ports, stack));
  return findRisks({ changeSet, isNewStack, exports, widensAccess: ports.widensAccess });
}

/** The second half of a first deployment comes to nothing but the base. */
async function isBaseAlone({ stacks, packageStack }: DeployPorts, stack: StackToDeploy): Promise<boolean> {
  if (stack.base === undefined) return false;
  const { text } = packageStack(partDue(stack, null), { bucketName: null });
  return (await stacks.getTemplate(stack.stackName)) === text;
}

/** Deletes change sets that will not be carried out. One that cannot be deleted harms nothing, and is only said: it must not hide why
 *  the deployment ended. */
export async function discard(ports: DeployPorts, prepared: readonly PreparedStack[]): Promise<void> {
  for (const { changeSet, packaged } of prepared) {
    if (changeSet === null) continue;
    try {
      await ports.stacks.deleteChangeSet(changeSet.arn);
    } catch (error) {
      ports.onStep(`${packaged.stackName}: its change set stays (${errorMessage(error)})`);
    }
  }
}

async function upload(
  { codeIn, onStep }: DeployPorts,
  { packaged, bucketName }: { packaged: PackagedStack; bucketName: string | null },
): Promise<void> {
  if (bucketName === null) return;
  const store = codeIn(bucketName);
  for (const { key, code } of packaged.artifacts) {
    if (await store.has(key)) continue;
    const { zip } = code;
    onStep(`${packaged.stackName}: uploading ${(zip.length / 1024).toFixed(0)} KiB of code`);
    await store.put(key, zip);
  }
}

/** What CloudFormation takes in a request. */
const LONGEST_TEMPLATE_BYTES = 51_200;

/** Stores a template that is too long for a request where records of deployments keep them, too; returns its place. */
async function placeLongTemplate(
  { codeIn }: DeployPorts,
  { packaged, bucketName }: { packaged: PackagedStack; bucketName: string | null },
): Promise<{ readonly templateUrl?: string }> {
  const bytes = Buffer.from(packaged.text);
  if (bytes.length <= LONGEST_TEMPLATE_BYTES) return {};
  if (bucketName === null) throw tooLong(packaged.stackName, bytes.length);
  const store = codeIn(bucketName);
  const key = templateKey(createHash('sha256').update(bytes).digest('hex'));
  if (!(await store.has(key))) await store.put(key, bytes);
  return { templateUrl: store.urlOf(key) };
}

/** Waits until CloudFormation has made the change set; reads it with values and without. */
async function readWhenMade(
  ports: DeployPorts,
  { arn, stackName }: { arn: string; stackName: string },
): Promise<ChangeSet> {
  const { stacks, clock } = ports;
  const startedAt = clock.monotonicMs();
  for (;;) {
    const changeSet = await readMadeChangeSet(ports, arn);
    if (changeSet === null) throw failed(stackName, 'It was deleted while it was being made.');
    if (!['CREATE_PENDING', 'CREATE_IN_PROGRESS'].includes(changeSet.status)) {
      if (changeSet.isEmpty || changeSet.status === 'CREATE_COMPLETE') return changeSet;
      await stacks.deleteChangeSet(arn);
      throw failed(
        stackName,
        `${changeSet.status || 'No state'}: ${changeSet.reason || 'CloudFormation gives no reason.'}`,
      );
    }
    if (clock.monotonicMs() - startedAt > LONGEST_WAIT_MS)
      throw failed(stackName, 'It was not made within 15 minutes.');
    await clock.sleep(POLL_MS);
  }
}

/** Returns a change set from its description with values and the one without; null when there is none. */
export async function readMadeChangeSet({ stacks }: DeployPorts, arn: string): Promise<ChangeSet | null> {
  const plain = await stacks.describeChangeSet(arn, { withValues: false });
  const withValues = plain && (await stacks.describeChangeSet(arn, { withValues: true }));
  return plain && withValues && readChangeSet({ plain, withValues });
}

function failed(stackName: string, why: string): WorkerError {
  return new WorkerError({
    code: 'CHANGE_SET_FAILED',
    what: `CloudFormation made no change set for ${stackName} that could be carried out; the stack is as it was.`,
    why,
    remedy: 'Correct what CloudFormation names in src/stacks or the account, then run the command again.',
  });
}

function tooLong(stackName: string, bytes: number): WorkerError {
  return new WorkerError({
    code: 'STACK_MODEL_INVALID',
    what: `The template of ${stackName} has ${bytes} bytes; CloudFormation takes ${LONGEST_TEMPLATE_BYTES} as long as no bucket holds it.`,
    remedy: 'Move resources to another stack (src/stacks).',
  });
}

function exportNames(stack: Stack | null): string[] {
  return (stack?.outputs ?? []).flatMap(({ exportName }) => (exportName === null ? [] : [exportName]));
}
