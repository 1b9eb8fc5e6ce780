import { describeFailure, failedSince, skippable } from '../../../core/deploy/failed-resources.ts';
import { FOREIGN_REMEDY, foreignness } from '../../../core/deploy/refusals.ts';
import { isRunning, operationAllowedBy } from '../../../core/deploy/stack-state.ts';
import { WorkerError } from '../../../core/errors.ts';
import type { Stack } from '../../../core/ports/stacks.ts';
import { deleteStack } from './delete-stack.ts';
import { awaitOperation, runOperation } from './run-operation.ts';
import type { OwnStack, UndoPorts } from './undo-types.ts';

export interface Recovery {
  readonly environment: string;
  /** In the order of deployment. */
  readonly stacks: readonly OwnStack[];
  /** They were named: a stack that only waits for the review of its first change set is to be deleted too. */
  readonly areNamed: boolean;
  /** Ids of resources to be left as they are; for one stack alone. */
  readonly skip: readonly string[];
  readonly token: string;
  /** Asks a person. */
  readonly approve: (question: string) => Promise<boolean>;
}

/** What was done. `to-create`: its creation had failed, so it was deleted and is to be deployed again; `deleted`: it held
 *  nothing, or somebody had begun to delete it; `declined`: nothing, since nobody approved. */
export type RecoveryAction = 'none' | 'rolled-back' | 'rollback-continued' | 'to-create' | 'deleted' | 'declined';

export interface RecoveredStack {
  readonly stackName: string;
  /** CloudFormation's state, null for no stack. */
  readonly before: string | null;
  readonly after: string | null;
  readonly action: RecoveryAction;
}

/** Does to each stack what its state allows: rolls back, goes on rolling back, or deletes after asking. Throws STACK_OPERATION_REFUSED
 *  before anything is done for a stack that is not ours, STACK_OPERATION_FAILED where CloudFormation could not do it. */
export async function recoverStacks(ports: UndoPorts, recovery: Recovery): Promise<RecoveredStack[]> {
  ports.onStep('Looking at the stacks');
  const found = await Promise.all(recovery.stacks.map(({ stackName }) => ports.stacks.describe(stackName)));
  refuseForeign(recovery.stacks, found);
  const recovered: RecoveredStack[] = [];
  for (const [index, { stackName }] of recovery.stacks.entries()) {
    const stack = found[index] ?? null;
    const { after, action } = await recoverStack(ports, { stack, recovery });
    recovered.push({ stackName, before: stack?.status ?? null, after, action });
  }
  return recovered;
}

function refuseForeign(stacks: readonly OwnStack[], found: ReadonlyArray<Stack | null>): void {
  const problems = found.flatMap((stack, index) => {
    const why = stack && foreignness(stack, stacks[index]?.tags ?? {});
    return why === null ? [] : [why];
  });
  if (problems.length === 0) return;
  throw new WorkerError({
    code: 'STACK_OPERATION_REFUSED',
    what: 'Nothing was recovered, since these stacks are not ours:',
    problems,
    remedy: FOREIGN_REMEDY,
  });
}

interface One {
  readonly stack: Stack;
  readonly recovery: Recovery;
}
type Result = Pick<RecoveredStack, 'after' | 'action'>;

async function recoverStack(
  ports: UndoPorts,
  { stack, recovery }: { stack: Stack | null; recovery: Recovery },
): Promise<Result> {
  if (stack === null) return { after: null, action: 'none' };
  if (isRunning(stack)) {
    ports.onStep(`${stack.name}: waiting until CloudFormation has ended (${stack.status})`);
    return recoverStack(ports, { stack: (await awaitOperation(ports, stack)).stack, recovery });
  }
  const one = { stack, recovery };
  const allowed = operationAllowedBy(stack);
  if (allowed === 'roll-back') return rollBack(ports, one);
  if (allowed === 'continue-rollback') return continueRollback(ports, one);
  if (allowed === 'delete-and-create' || allowed === 'delete-again') return remove(ports, one);
  if (stack.status === 'REVIEW_IN_PROGRESS' && recovery.areNamed) return removeUnreviewed(ports, one);
  return { after: stack.status, action: 'none' };
}

async function rollBack(ports: UndoPorts, { stack, recovery }: One): Promise<Result> {
  ports.onStep(`${stack.name}: rolling back`);
  const start = () => ports.stacks.rollback(stack.id, { token: tokenOf(stack, recovery) });
  const { stack: now, events } = await runOperation(ports, { stack, start });
  if (now?.status === 'UPDATE_ROLLBACK_COMPLETE') return { after: now.status, action: 'rolled-back' };
  throw notRecovered({ stack, now, recovery, problems: failedSince(events, 'UPDATE_ROLLBACK_IN_PROGRESS') });
}

/** First without leaving anything out: what was in the way may be mended by now. */
async function continueRollback(ports: UndoPorts, { stack, recovery }: One): Promise<Result> {
  const { skip } = recovery;
  if (skip.length > 0) {
    const possible = skippable(await ports.stacks.listEvents(stack.id, { after: null }));
    refuseUnskippable({ stack, skip, possible });
    const question = `Leave ${skip.join(', ')} of ${stack.name} as they are? They will not match the template any more.`;
    if (!(await recovery.approve(question))) return { after: stack.status, action: 'declined' };
  }
  ports.onStep(`${stack.name}: going on with the roll-back`);
  const start = () => ports.stacks.continueRollback(stack.id, { token: tokenOf(stack, recovery), skip });
  const { stack: now, events } = await runOperation(ports, { stack, start });
  if (now?.status === 'UPDATE_ROLLBACK_COMPLETE') return { after: now.status, action: 'rollback-continued' };
  throw notRecovered({ stack, now, recovery, problems: failedSince(events, 'UPDATE_ROLLBACK_IN_PROGRESS') });
}

async function remove(ports: UndoPorts, { stack, recovery }: One): Promise<Result> {
  const { environment, skip } = recovery;
  const retain = stack.status === 'DELETE_FAILED' ? skip : [];
  const left = retain.length > 0 ? ` and leave ${retain.join(', ')} in the account` : '';
  const question = `${stack.name} is in the state ${stack.status}, which nothing but deleting it ends. Delete it${left}?`;
  if (!(await recovery.approve(question))) return { after: stack.status, action: 'declined' };
  await deleteStack(ports, { stack, environment, token: tokenOf(stack, recovery), retain });
  return { after: null, action: stack.status === 'DELETE_FAILED' ? 'deleted' : 'to-create' };
}

/** A plan may wait in it, which goes too. */
async function removeUnreviewed(ports: UndoPorts, { stack, recovery }: One): Promise<Result> {
  // DescribeStacks can be behind for a moment after the first deployment has begun.
  await ports.clock.sleep(3_000);
  const now = await ports.stacks.describe(stack.id);
  if (now?.status !== stack.status) return recoverStack(ports, { stack: now, recovery });
  const question = `${stack.name} holds nothing but change sets that nobody has carried out. Delete it, and them?`;
  if (!(await recovery.approve(question))) return { after: stack.status, action: 'declined' };
  const { environment } = recovery;
  await deleteStack(ports, { stack, environment, token: tokenOf(stack, recovery), retain: [] });
  return { after: null, action: 'deleted' };
}

/** The same for a repeated request of this run. */
function tokenOf({ name }: Stack, { token }: Recovery): string {
  return `${token}-${name}`;
}

function refuseUnskippable({
  stack: { name },
  skip,
  possible,
}: {
  stack: Stack;
  skip: readonly string[];
  possible: readonly string[];
}): void {
  const wrong = skip.filter((id) => !possible.includes(id));
  if (wrong.length === 0) return;
  throw new WorkerError({
    code: 'STACK_OPERATION_REFUSED',
    what: `CloudFormation leaves out only resources whose roll-back failed, and ${wrong.join(', ')} of ${name} is none.`,
    remedy:
      possible.length > 0
        ? `Name some of ${possible.join(', ')}, as few as it takes; or none, to try all of them again.`
        : 'Leave --skip out, to try all of them again.',
  });
}

function notRecovered(failure: {
  stack: Stack;
  now: Stack | null;
  recovery: Recovery;
  problems: ReturnType<typeof failedSince>;
}): WorkerError {
  const { stack, now, recovery, problems } = failure;
  const ids = problems.filter(({ status }) => status === 'UPDATE_FAILED').map(({ logicalId }) => logicalId);
  const again = `npx kiro-worker recover --env ${recovery.environment} ${stack.name}`;
  return new WorkerError({
    code: 'STACK_OPERATION_FAILED',
    what: `${stack.name} could not be rolled back; it is ${now === null ? 'gone' : `in the state ${now.status}`}.`,
    problems: problems.map(describeFailure),
    ...(now?.reason ? { why: now.reason } : {}),
    remedy: `Mend what is in the way, then: ${again}.${ids.length > 0 ? ` To leave these resources as they are instead, not matching the template: ${again} --skip ${ids.join(' ')}` : ''}`,
  });
}
