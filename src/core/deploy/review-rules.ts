import { type ChangeSet, changesTagsAlone, type PropertyChange, type ResourceChange } from './change-set.ts';
import { grantsAccess, isAlarm, isStateful } from './resource-kinds.ts';

/** Names by which a person allows what would be blocked; never renamed. */
export const RISK_RULES = [
  'stateful-replaced',
  'stateful-removed',
  'access-widened',
  'alarm-removed',
  'dead-letters-removed',
  'project-configuration-changed',
  'export-removed',
  'action-unforeseeable',
  'description-incomplete',
] as const;
export type RiskRule = (typeof RISK_RULES)[number];

export interface Risk {
  readonly rule: RiskRule;
  readonly stackName: string;
  /** Resource or export; null for the change set as a whole. */
  readonly subject: string | null;
  /** One sentence. */
  readonly what: string;
}

/** Properties of one resource before and after; an empty object where it does not exist. */
export interface AccessBeforeAndAfter {
  readonly type: string;
  readonly before: Readonly<Record<string, unknown>>;
  readonly after: Readonly<Record<string, unknown>>;
}

export interface Review {
  readonly changeSet: ChangeSet;
  /** The stack does not exist yet: its additions are listed, not blocked. */
  readonly isNewStack: boolean;
  /** Names of exports that the stack has, and those that it would have. */
  readonly exports: { readonly before: readonly string[]; readonly after: readonly string[] };
  /** Whether anybody may do more after than before. */
  readonly widensAccess: (change: AccessBeforeAndAfter) => boolean;
}

/** Returns everything in a change set that must not happen unless a person allows it by the name of its rule. */
export function findRisks({ changeSet, isNewStack, exports, widensAccess }: Review): Risk[] {
  const { stackName } = changeSet;
  const ofChanges = changeSet.changes.flatMap((change) =>
    isNewStack && change.action === 'Add'
      ? []
      : CHANGE_RULES.flatMap(([rule, judge]) => {
          const what = judge(change, widensAccess);
          return what === null ? [] : [{ rule, stackName, subject: change.logicalId, what }];
        }),
  );
  const removed = exports.before.filter((name) => !exports.after.includes(name));
  return [
    ...changeSet.gaps.map((what) => ({ rule: 'description-incomplete', stackName, subject: null, what }) as const),
    ...ofChanges,
    ...removed.map((name) => ({
      rule: 'export-removed' as const,
      stackName,
      subject: name,
      what: `The export ${name} goes; exports are only ever added, since another stack may import them.`,
    })),
  ];
}

/** Returns the risks that no `allowed` rule names. */
export function blockingRisks(risks: readonly Risk[], allowed: readonly RiskRule[]): Risk[] {
  return risks.filter(({ rule }) => !allowed.includes(rule));
}

type Judge = (change: ResourceChange, widensAccess: Review['widensAccess']) => string | null;

/** Each says what is wrong with a change, null when nothing is. */
const CHANGE_RULES: ReadonlyArray<readonly [RiskRule, Judge]> = [
  ['action-unforeseeable', judgeAction],
  ['stateful-removed', judgeRemoval],
  ['stateful-replaced', judgeReplacement],
  ['access-widened', judgeAccess],
  ['alarm-removed', judgeAlarm],
  ['dead-letters-removed', judgeDeadLetters],
  ['project-configuration-changed', judgeProjectConfiguration],
];

function judgeAction({ action, type }: ResourceChange): string | null {
  if (['Add', 'Modify', 'Remove'].includes(action)) return null;
  return action === 'Dynamic'
    ? `CloudFormation decides only while it deploys what happens to this ${type}.`
    : `The action ${JSON.stringify(action)} on this ${type} is none that a deployment of this product makes.`;
}

function judgeRemoval({ action, type, policyAction }: ResourceChange): string | null {
  if (action !== 'Remove' || !isStateful(type)) return null;
  return policyAction === 'Retain'
    ? `${type} leaves the stack; it stays in the account, and no stack owns it any more.`
    : `${type} is deleted, with what it holds.`;
}

/** A modification that does not say that nothing is replaced may replace. */
function judgeReplacement({ action, type, replacement, policyAction }: ResourceChange): string | null {
  if (!isStateful(type)) return null;
  const replaces = policyAction?.startsWith('Replace') === true;
  if (!replaces && (action !== 'Modify' || replacement === 'False')) return null;
  if (replaces || replacement === 'True')
    return `${type} is replaced by an empty one${policyAction ? ` (${policyAction})` : ''}.`;
  return `${type} may be replaced by an empty one: CloudFormation decides while it deploys.`;
}

function judgeAccess(change: ResourceChange, widensAccess: Review['widensAccess']): string | null {
  const { action, type, before, after } = change;
  if (action === 'Modify' && changesTagsAlone(change)) return null;
  const properties = {
    before: action === 'Add' ? {} : propertiesOf(before),
    after: action === 'Remove' ? {} : propertiesOf(after),
  };
  if (properties.before === null || properties.after === null) {
    return mayGrant(change)
      ? `Whether ${type} gives more access than before cannot be told, since its values are missing.`
      : null;
  }
  return widensAccess({ type, before: properties.before, after: properties.after })
    ? `${type} gives access that nobody had before, or takes a denial away.`
    : null;
}

/** Judged by the type, and in a modification by the names of what changes; when not even those are known, it may. */
function mayGrant({ action, type, properties }: ResourceChange): boolean {
  if (action !== 'Modify') return grantsAccess(type, '');
  return properties.length === 0 || properties.some(({ path }) => path === '/' || grantsAccess(type, path));
}

function judgeAlarm({ action, type, before, after }: ResourceChange): string | null {
  if (!isAlarm(type)) return null;
  if (action === 'Remove') return `${type} goes: nobody is told of it any more.`;
  if (action !== 'Modify') return null;
  const [was, willBe] = [propertiesOf(before), propertiesOf(after)];
  if (was === null || willBe === null) return null;
  if (willBe.ActionsEnabled === false && was.ActionsEnabled !== false) return `${type} is silenced (ActionsEnabled).`;
  const left = new Set(listOf(willBe.AlarmActions).map((place) => JSON.stringify(place)));
  const isAnyGone = listOf(was.AlarmActions).some((place) => !left.has(JSON.stringify(place)));
  return isAnyGone ? `${type} no longer tells a place that it told before.` : null;
}

/** Names of properties that say where what failed is kept. */
const DEAD_LETTERS = /^(?:DeadLetterConfig|DeadLetterQueue|RedrivePolicy|OnFailure)$/;

function judgeDeadLetters({ action, type, before, after, properties }: ResourceChange): string | null {
  if (action === 'Remove' && type === 'AWS::SQS::Queue') return 'AWS::SQS::Queue goes, with the dead letters in it.';
  const [was, willBe] = [propertiesOf(before), action === 'Remove' ? {} : propertiesOf(after)];
  if (was === null && action === 'Remove' && type === 'AWS::Lambda::EventInvokeConfig')
    return `${type} may no longer keep what failed.`;
  if (was !== null && willBe !== null)
    return countNamed(was) > countNamed(willBe) ? `${type} no longer keeps what failed.` : null;
  return properties.some(takesDeadLetters) ? `${type} may no longer keep what failed.` : null;
}

function takesDeadLetters({ path, changeType }: PropertyChange): boolean {
  return changeType !== 'Add' && path.split('/').some((part) => DEAD_LETTERS.test(part));
}

/** An update with any difference but tags writes the template's value over what a person put there (the provider's PutParameter
 *  has Overwrite). */
function judgeProjectConfiguration(change: ResourceChange): string | null {
  if (change.type !== 'AWS::SSM::Parameter' || change.action !== 'Modify' || changesTagsAlone(change)) return null;
  return 'AWS::SSM::Parameter is written anew: your project configuration is overwritten by the untouched one.';
}

/** The properties of a described resource, null where they were not described. */
function propertiesOf(context: unknown): Readonly<Record<string, unknown>> | null {
  if (!isRecord(context)) return null;
  return isRecord(context.Properties) ? context.Properties : {};
}

function countNamed(value: unknown): number {
  if (Array.isArray(value)) return value.reduce((sum: number, each) => sum + countNamed(each), 0);
  if (!isRecord(value)) return 0;
  return Object.entries(value).reduce(
    (sum, [key, inner]) => sum + (DEAD_LETTERS.test(key) ? Number(!isEmpty(inner)) : countNamed(inner)),
    0,
  );
}

/** Nothing, or a record whose values are nothing: no place for what failed. */
function isEmpty(value: unknown): boolean {
  if (value === undefined || value === null || value === '') return true;
  return isRecord(value) && Object.values(value).every(isEmpty);
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
