import { type Remainder, remainderOf } from '../../../core/deploy/stack-contents.ts';
import { isWorkerError, WorkerError } from '../../../core/errors.ts';
import type { Pause } from '../../../core/pause.ts';
import type { PauseSwitch } from '../../../core/ports/operate/pause-switch.ts';
import { deleteStack } from './delete-stack.ts';
import type { DestructionRequest, Survey, SurveyedStack, SurveyPorts } from './survey-destruction.ts';

export interface DestroyPorts extends SurveyPorts {
  readonly polls: PauseSwitch;
}

export interface Destruction extends DestructionRequest {
  readonly region: string;
  readonly token: string;
  readonly survey: Survey;
  /** What polls are paused with, so that none starts a build meanwhile; null where they may go on. */
  readonly pause: Pause | null;
}

export interface Destroyed {
  readonly stacks: readonly string[];
  readonly parameters: readonly string[];
  /** Versions of objects that were removed. */
  readonly objects: number;
  /** Polls stay paused. */
  readonly isPaused: boolean;
  readonly remainders: readonly Remainder[];
}

/** Returns whether there is anything to destroy. */
export function hasWork({ stacks, isWhole, parameters, buckets }: Survey, emptyBuckets: boolean): boolean {
  const bucketsToEmpty = emptyBuckets && buckets.some(({ isEmpty }) => !isEmpty);
  return stacks.length > 0 || (isWhole && (parameters.length > 0 || bucketsToEmpty));
}

/** Pauses polls, deletes stacks one after the other, then what no stack owns. Throws STACK_OPERATION_FAILED at the first that cannot be
 *  deleted; typed again, the command goes on there. */
export async function destroyStacks(ports: DestroyPorts, destruction: Destruction): Promise<Destroyed> {
  const { survey, pause, environment, token, emptyBuckets } = destruction;
  const isPaused = pause !== null && survey.stacks.length > 0;
  if (isPaused) {
    ports.onStep('Pausing polls');
    await ports.polls.set(pause);
  }
  try {
    await liftProtection(ports, survey);
    for (const { stack } of survey.stacks)
      await deleteStack(ports, { stack, environment, token: `${token}-${stack.name}`, retain: [] });
  } catch (error) {
    throw isPaused && isWorkerError(error) ? stillPaused(error, environment) : error;
  }
  const stacks = survey.stacks.map(({ stack }) => stack.name);
  if (!survey.isWhole)
    return { stacks, parameters: [], objects: 0, isPaused, remainders: await remaindersOf(ports, destruction) };
  const parameters = await ports.remainders.parameters();
  for (const name of parameters) {
    ports.onStep(`Removing ${name}`);
    await ports.remainders.removeParameter(name);
  }
  const objects = emptyBuckets ? await emptyAll(ports) : 0;
  return { stacks, parameters, objects, isPaused: false, remainders: await remaindersOf(ports, destruction) };
}

/** Whoever gives up now has to know that no poll starts a build. */
function stillPaused(error: WorkerError, environment: string): WorkerError {
  const { code, what, why, problems, remedy, isPassing } = error;
  const pause = `Polls stay paused meanwhile. To keep what is left at work instead, resume them: npx kiro-worker resume --env ${environment}`;
  return new WorkerError({
    ...{ code, what, problems, isPassing, cause: error },
    ...(why === undefined ? {} : { why }),
    remedy: `${remedy}\n${pause}`,
  });
}

async function liftProtection(ports: DestroyPorts, { stacks, protectedData }: Survey): Promise<void> {
  for (const { stack } of stacks.filter(({ stack: { isProtected } }) => isProtected)) {
    ports.onStep(`${stack.name}: lifting its protection`);
    await ports.stacks.setTerminationProtection(stack.id, { isOn: false });
  }
  if (protectedData.length === 0) return;
  ports.onStep(`Lifting the protection of ${protectedData.join(', ')}`);
  await ports.protection.lift();
}

async function emptyAll({ remainders, onStep }: DestroyPorts): Promise<number> {
  let objects = 0;
  for (const { name, isEmpty } of await remainders.buckets())
    if (!isEmpty)
      objects += await remainders.emptyBucket(name, (removed) => onStep(`${name}: ${removed} versions removed`));
  return objects;
}

/** Returns what stays: what the deleted stacks retained, and what earlier ones left. Nothing that a stack still owns. */
async function remaindersOf(ports: DestroyPorts, { survey, environment, region }: Destruction): Promise<Remainder[]> {
  const retained = survey.stacks.flatMap(({ contents }: SurveyedStack) => contents.retained);
  const buckets = survey.isWhole ? await ports.remainders.buckets() : [];
  const isEmpty = (name: string) => buckets.some((bucket) => bucket.name === name && bucket.isEmpty);
  const left = [
    ...buckets.map(({ name }) => ({ type: 'AWS::S3::Bucket', physicalId: name })),
    ...retained,
    ...buckets.flatMap(({ keyArn }) => (keyArn === null ? [] : [{ type: 'AWS::KMS::Key', physicalId: keyArn }])),
  ];
  // The same key by its id and by its ARN.
  const once = new Map(
    left.map(({ type, physicalId }) => [`${type} ${physicalId.split('/').at(-1)}`, { type, physicalId }]),
  );
  return [...once.values()].map((one) => remainderOf(one, { environment, region, isEmpty: isEmpty(one.physicalId) }));
}
