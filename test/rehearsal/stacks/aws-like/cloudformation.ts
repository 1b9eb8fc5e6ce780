import type { IncomingHttpHeaders } from 'node:http';
import { dump } from 'js-yaml';
import { parseTemplate } from '../template-document.ts';
import { dropUnknown } from '../unknown-to-emulator.ts';
import { importedNames } from './imported-names.ts';
import { createSlowStacks, type SlowStacks } from './slow-stacks.ts';
import { errorXml, escapeXml, textOf, textsOf, withText } from './xml.ts';

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

type Send = (form: URLSearchParams) => Promise<Answer>;

/** Files of the emulator, by /bucket/key. */
export interface Files {
  read(path: string): Promise<string>;
  write(path: string, text: string): Promise<void>;
}

export interface CloudFormationRules {
  readonly dropped: Set<string>;
  /** By stack: the resource at which its next deployment fails, and CloudFormation's words. */
  readonly failing: Map<string, { readonly logicalId: string; readonly type: string; readonly reason: string }>;
  readonly slow: SlowStacks['names'];
  answer(form: URLSearchParams, send: Send): Promise<Answer>;
}

/** An operation that CloudFormation began and rolled back, which the emulator would have carried out. */
interface RolledBack {
  readonly status: 'UPDATE_ROLLBACK_COMPLETE' | 'ROLLBACK_COMPLETE';
  readonly reason: string;
  readonly logicalId: string;
  readonly type: string;
  readonly at: string;
}

const EXECUTED = '<ExecuteChangeSetResponse><ExecuteChangeSetResult/></ExecuteChangeSetResponse>';

/** What CloudFormation does and the emulator does not:
 *  - a change set for an import that does not exist FAILS ("No export named X found");
 *  - nothing but deletion is possible in ROLLBACK_COMPLETE, and nothing at all while an operation runs;
 *  - IAM resources need CAPABILITY_IAM;
 *  - an export that another stack imports cannot go: the update is rolled back;
 *  - IncludePropertyValues gives each resource before and after. */
export function createCloudFormationRules(files: Files): CloudFormationRules {
  const dropped = new Set<string>();
  const slow = createSlowStacks();
  const failing: CloudFormationRules['failing'] = new Map();
  /** Templates as they were sent, by what the emulator got. */
  const originals = new Map<string, string>();
  /** Why a change set failed, by its ARN. */
  const failed = new Map<string, string>();
  const rolledBack = new Map<string, RolledBack>();
  /** Change sets and tokens of what was begun. */
  const executed = new Set<string>();

  async function createChangeSet(form: URLSearchParams, send: Send): Promise<Answer> {
    const stackName = form.get('StackName') ?? '';
    const stack = await describeStacks(query('DescribeStacks', { StackName: stackName }), send);
    const refusal = unfit(stackName, { type: form.get('ChangeSetType') ?? 'UPDATE', xml: stack.body.toString('utf8') });
    if (refusal !== null) return refusal;
    const url = form.get('TemplateURL');
    const place = url === null ? null : new URL(url).pathname;
    const sent = place === null ? form.get('TemplateBody') : await files.read(place);
    if (sent === null) return send(form);
    const template = parseTemplate(sent);
    const needsIam = Object.values(template.Resources).some(({ Type }) => /^AWS::(?:IAM|Serverless)::/.test(Type));
    if (needsIam && ![...form.values()].some((value) => /^CAPABILITY_(?:NAMED_)?IAM$/.test(value)))
      return refuse('InsufficientCapabilitiesException', 'Requires capabilities : [CAPABILITY_IAM]');
    const missing = await missingImports(importedNames(template, { form, stackName }), send);
    const onward = new URLSearchParams(form);
    const without = dropUnknown(template);
    for (const one of without) dropped.add(`${stackName}: ${one}`);
    const text = without.length === 0 ? sent : dump(template, { noRefs: true, lineWidth: -1 });
    originals.set(text, sent);
    if (place === null) onward.set('TemplateBody', text);
    else {
      await files.write(`${place}.known`, text);
      onward.set('TemplateURL', `${url}.known`);
    }
    const answer = await send(onward);
    const arn = textOf(answer.body.toString('utf8'), 'Id');
    if (arn !== null && missing[0] !== undefined) failed.set(arn, `No export named ${missing[0]} found`);
    return answer;
  }

  async function describeChangeSet(form: URLSearchParams, send: Send): Promise<Answer> {
    const answer = await send(form);
    if (answer.status !== 200) return answer;
    let xml = answer.body.toString('utf8');
    const reason = failed.get(textOf(xml, 'ChangeSetId') ?? '');
    if (reason !== undefined) {
      xml = withText(withText(xml, ['Status', 'FAILED']), ['ExecutionStatus', 'UNAVAILABLE']);
      xml = xml
        .replace(/<StatusReason>[^<]*<\/StatusReason>|<StatusReason\/>/, '')
        .replace('<Status>', `<StatusReason>${escapeXml(reason)}</StatusReason><Status>`);
    } else if (form.get('IncludePropertyValues') === 'true') xml = await withValues(xml, send);
    return { ...answer, body: Buffer.from(xml) };
  }

  async function executeChangeSet(form: URLSearchParams, send: Send): Promise<Answer> {
    const id = form.get('ChangeSetName') ?? '';
    if (failed.has(id))
      return refuse('InvalidChangeSetStatus', `ChangeSet [${id}] cannot be executed in its current status of [FAILED]`);
    // Named by its ARN, or by its own name and that of its stack.
    const given = form.get('StackName');
    const set = { ChangeSetName: id, ...(given === null ? {} : { StackName: given }) };
    const described = (await send(query('DescribeChangeSet', set))).body.toString('utf8');
    const stackName = textOf(described, 'StackName') ?? '';
    const failure = failing.get(stackName) ?? (await exportInUse({ set, stackName, send }));
    rolledBack.delete(stackName);
    const isUpdate = !(await stackXml(stackName, send)).includes('REVIEW_IN_PROGRESS');
    const request = `${id} ${form.get('ClientRequestToken')}`;
    // The same token is the same request: its answer was lost.
    if (executed.has(request)) return ok(EXECUTED);
    executed.add(request);
    slow.begin(stackName);
    if (failure === null) return send(form);
    failing.delete(stackName);
    const status = isUpdate ? 'UPDATE_ROLLBACK_COMPLETE' : 'ROLLBACK_COMPLETE';
    rolledBack.set(stackName, { ...failure, status, at: new Date().toISOString() });
    await send(query('DeleteChangeSet', set));
    return ok(EXECUTED);
  }

  async function describeStacks(form: URLSearchParams, send: Send): Promise<Answer> {
    const answer = await send(form);
    const xml = answer.body.toString('utf8');
    const found = rolledBack.get(textOf(xml, 'StackName') ?? '');
    if (found === undefined) return { ...answer, body: Buffer.from(slow.description(xml)) };
    const facts: Array<[string, string]> = [
      ['StackStatus', found.status],
      ['LastUpdatedTime', found.at],
    ];
    return { ...answer, body: Buffer.from(facts.reduce(withText, xml)) };
  }

  async function describeStackEvents(form: URLSearchParams, send: Send): Promise<Answer> {
    const answer = await send(form);
    const xml = answer.body.toString('utf8');
    const stackName = textOf(xml, 'StackName') ?? '';
    const found = rolledBack.get(stackName);
    if (found === undefined) return { ...answer, body: Buffer.from(slow.events(xml)) };
    const id = textOf(xml, 'StackId') ?? '';
    const event = (facts: { logicalId: string; type: string; status: string; reason: string; physicalId: string }) =>
      `<member><StackId>${id}</StackId><EventId>${found.at}-${facts.logicalId}-${facts.status}</EventId><StackName>${stackName}</StackName><LogicalResourceId>${facts.logicalId}</LogicalResourceId><PhysicalResourceId>${facts.physicalId}</PhysicalResourceId><ResourceType>${facts.type}</ResourceType><Timestamp>${found.at}</Timestamp><ResourceStatus>${facts.status}</ResourceStatus><ResourceStatusReason>${escapeXml(facts.reason)}</ResourceStatusReason></member>`;
    const ofStack = (status: string) =>
      event({ logicalId: stackName, type: 'AWS::CloudFormation::Stack', status, reason: '', physicalId: id });
    const { logicalId, type, reason } = found;
    const newest = [
      ofStack(found.status),
      event({ logicalId, type, reason, status: 'UPDATE_FAILED', physicalId: 'x' }),
      ofStack('UPDATE_IN_PROGRESS'),
    ];
    return { ...answer, body: Buffer.from(xml.replace('<StackEvents>', `<StackEvents>${newest.join('')}`)) };
  }

  /** The deletion of a stack that was rolled back ends that state too. */
  async function deleteStack(form: URLSearchParams, send: Send): Promise<Answer> {
    const xml = await stackXml(form.get('StackName') ?? '', send);
    rolledBack.delete(textOf(xml, 'StackName') ?? '');
    return send(form);
  }

  async function getTemplate(form: URLSearchParams, send: Send): Promise<Answer> {
    const answer = await send(form);
    const xml = answer.body.toString('utf8');
    const original = originals.get(textOf(xml, 'TemplateBody') ?? '');
    return original === undefined
      ? answer
      : { ...answer, body: Buffer.from(withText(xml, ['TemplateBody', original])) };
  }

  const byAction: Readonly<Record<string, (form: URLSearchParams, send: Send) => Promise<Answer>>> = {
    ...{ CreateChangeSet: createChangeSet, DescribeChangeSet: describeChangeSet, ExecuteChangeSet: executeChangeSet },
    ...{
      DescribeStacks: describeStacks,
      DescribeStackEvents: describeStackEvents,
      GetTemplate: getTemplate,
      DeleteStack: deleteStack,
    },
  };
  return {
    dropped,
    failing,
    slow: slow.names,
    answer: (form, send) => (byAction[form.get('Action') ?? ''] ?? ((same) => send(same)))(form, send),
  };
}

/** CloudFormation's refusal of a change set that the stack's state does not allow; null where it does. */
function unfit(stackName: string, { type, xml }: { type: string; xml: string }): Answer | null {
  const status = textOf(xml, 'StackStatus');
  const id = textOf(xml, 'StackId') ?? stackName;
  const isAtWork = status?.endsWith('_IN_PROGRESS') === true && status !== 'REVIEW_IN_PROGRESS';
  if (isAtWork || status === 'ROLLBACK_COMPLETE' || status === 'ROLLBACK_FAILED' || status === 'UPDATE_ROLLBACK_FAILED')
    return refuse(
      'ValidationError',
      type === 'CREATE'
        ? `Stack [${stackName}] already exists and cannot be created again with the changeSet [${stackName}].`
        : `Stack:${id} is in ${status} state and can not be updated.`,
    );
  return null;
}

async function stackXml(stackName: string, send: Send): Promise<string> {
  return (await send(query('DescribeStacks', { StackName: stackName }))).body.toString('utf8');
}

async function missingImports(names: readonly string[], send: Send): Promise<string[]> {
  if (names.length === 0) return [];
  const exported = await exportsNow(send);
  return names.filter((name) => !exported.includes(name));
}

async function exportsNow(send: Send): Promise<string[]> {
  return textsOf((await send(query('ListExports', {}))).body.toString('utf8'), 'Name');
}

/** The export of a stack that would go although another stack imports it; null when there is none. */
async function exportInUse({
  set,
  stackName,
  send,
}: {
  set: Readonly<Record<string, string>>;
  stackName: string;
  send: Send;
}) {
  const planned = await send(query('GetTemplate', { ...set, TemplateStage: 'Processed' }));
  const template = parseTemplate(textOf(planned.body.toString('utf8'), 'TemplateBody') ?? '{}');
  const kept = new Set(Object.keys(template.Outputs ?? {}).map((output) => `${stackName}-${output}`));
  for (const name of (await exportsNow(send)).filter((each) => each.startsWith(`${stackName}-`) && !kept.has(each))) {
    const importers = textsOf((await send(query('ListImports', { ExportName: name }))).body.toString('utf8'), 'member');
    if (importers[0] !== undefined)
      return {
        logicalId: stackName,
        type: 'AWS::CloudFormation::Stack',
        reason: `Export ${name} cannot be deleted as it is in use by ${importers.join(', ')}`,
      };
  }
  return null;
}

/** Adds each resource before and after, as the processed templates have it. */
async function withValues(xml: string, send: Send): Promise<string> {
  const stage = { TemplateStage: 'Processed' };
  const read = async (form: URLSearchParams) => {
    const text = textOf((await send(form)).body.toString('utf8'), 'TemplateBody');
    return text === null || text === '{}' ? {} : parseTemplate(text).Resources;
  };
  const before = await read(query('GetTemplate', { StackName: textOf(xml, 'StackId') ?? '', ...stage }));
  const after = await read(query('GetTemplate', { ChangeSetName: textOf(xml, 'ChangeSetId') ?? '', ...stage }));
  const context = (name: string, resource: { Properties: object } | undefined) =>
    resource === undefined
      ? ''
      : `<${name}>${escapeXml(JSON.stringify({ Properties: resource.Properties }))}</${name}>`;
  return xml.replaceAll(
    /<ResourceChange>.*?<LogicalResourceId>([^<]*)<\/LogicalResourceId>/gs,
    (start, id: string) => `${start}${context('BeforeContext', before[id])}${context('AfterContext', after[id])}`,
  );
}

function query(action: string, facts: Readonly<Record<string, string>>): URLSearchParams {
  return new URLSearchParams({ Action: action, Version: '2010-05-15', ...facts });
}

function ok(xml: string): Answer {
  return { status: 200, headers: { 'content-type': 'text/xml' }, body: Buffer.from(xml) };
}

function refuse(code: string, message: string): Answer {
  return { status: 400, headers: { 'content-type': 'text/xml' }, body: Buffer.from(errorXml(code, message)) };
}
