import { RESOURCE_CALLS } from './resource-calls.ts';
import { COMMANDS_OF, type Condition, type Need, type PersonRole } from './rows.ts';
import { type AccessPlace, type Target, targetsOf } from './targets.ts';
import { TOOL_CALLS } from './tool-calls.ts';

/** A statement of a person's policy. Each has one target and at most one condition. */
export interface AccessStatement {
  readonly sid: string;
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  /** Condition key => value; all must be equal. */
  readonly when: Readonly<Record<string, string>>;
}

interface PolicyDocument {
  readonly Version: '2012-10-17';
  readonly Statement: readonly Readonly<Record<string, unknown>>[];
}

/** Returns what a role's commands need in an environment, one statement per target and condition. */
export function statementsOf(role: PersonRole, place: AccessPlace): AccessStatement[] {
  const targets = targetsOf(place);
  const joined = new Map<string, { on: Target; when: Condition | undefined; actions: Set<string> }>();
  for (const { on, when, actions } of needsOf(role)) {
    const sid = sidOf(on, when);
    const found = joined.get(sid) ?? { on, when, actions: new Set() };
    for (const action of actions) found.actions.add(action);
    joined.set(sid, found);
  }
  return [...joined]
    .map(([sid, { on, when, actions }]) => ({
      sid,
      actions: [...actions].sort(),
      resources: targets[on],
      when: when === undefined ? {} : conditionOf(when, place),
    }))
    .sort((a, b) => (a.sid < b.sid ? -1 : 1));
}

function needsOf(role: PersonRole): Need[] {
  const commands: readonly string[] = [...COMMANDS_OF[role], 'permissions'];
  const own = TOOL_CALLS.filter(({ by }) => by.some((command) => commands.includes(command)));
  const ofCloudFormation = role === 'deployer' ? Object.values(RESOURCE_CALLS) : [];
  return [...own, ...ofCloudFormation].flatMap(({ needs }) => needs);
}

function sidOf(on: Target, when: Condition | undefined): string {
  const target = capital(on);
  if (when === undefined) return target;
  if ('through' in when) return `${target}Through${capital(when.through)}`;
  return 'passedTo' in when ? `Pass${target}` : `Tagged${target}`;
}

function capital(word: string): string {
  return word.slice(0, 1).toUpperCase() + word.slice(1);
}

function conditionOf(when: Condition, { environment, region, partition }: AccessPlace): Record<string, string> {
  if ('through' in when) {
    const suffix = partition === 'aws-cn' ? 'amazonaws.com.cn' : 'amazonaws.com';
    return { 'kms:ViaService': `${when.through}.${region}.${suffix}` };
  }
  if ('passedTo' in when) return { 'iam:PassedToService': when.passedTo };
  return { 'aws:ResourceTag/Project': 'KiroWorker', 'aws:ResourceTag/Environment': environment };
}

/** Characters of a managed policy; white space does not count (IAM: quotas). */
const LONGEST_POLICY = 6144;

/** Returns a role's policy as IAM takes it: in several documents where one would be too long. */
export function policiesOf(role: PersonRole, place: AccessPlace): PolicyDocument[] {
  const documents: PolicyDocument[] = [];
  let statements: PolicyDocument['Statement'] = [];
  for (const statement of statementsOf(role, place).map(format)) {
    const longer = [...statements, statement];
    if (lengthOf(longer) <= LONGEST_POLICY) statements = longer;
    else {
      documents.push(documentOf(statements));
      statements = [statement];
    }
  }
  return [...documents, documentOf(statements)];
}

function documentOf(Statement: PolicyDocument['Statement']): PolicyDocument {
  return { Version: '2012-10-17', Statement };
}

function lengthOf(statements: PolicyDocument['Statement']): number {
  return JSON.stringify(documentOf(statements)).length;
}

function format({ sid, actions, resources, when }: AccessStatement): PolicyDocument['Statement'][number] {
  return {
    Sid: sid,
    Effect: 'Allow',
    Action: actions,
    Resource: resources,
    ...(Object.keys(when).length === 0 ? {} : { Condition: { StringEquals: when } }),
  };
}
