import { expect } from 'chai';
import { AwsRefusal, type AwsServer, startAwsServer } from '../../../../test/support/servers/aws-protocols.ts';
import { statementsOf } from '../../../stacks/access/policies.ts';
import { PERSON_ROLES } from '../../../stacks/access/rows.ts';
import { TOOL_CALLS } from '../../../stacks/access/tool-calls.ts';
import { operatorClients } from '../cli-clients.ts';
import { createAccessTrials } from './access-trials.ts';
import { TRIALS } from './trial-calls.ts';

const PLACE = {
  ...{ environment: 'test', stackPrefix: 'KiroWorker', region: 'us-east-1', account: '123456789012', partition: 'aws' },
  isOneStack: false,
};

describe('the trial of what a caller may do', () => {
  let server: AwsServer;
  let clients: ReturnType<typeof operatorClients>;
  /** What AWS answers, by operation; others: an empty result. */
  let refusals: Map<string, AwsRefusal>;
  let inputs: Map<string, unknown[]>;
  let endpoint: string | undefined;
  beforeEach(async () => {
    refusals = new Map();
    inputs = new Map();
    server = await startAwsServer(({ service, operation, input }) => {
      const key = `${service}:${operation}`;
      inputs.set(key, [...(inputs.get(key) ?? []), input]);
      const refusal = refusals.get(key);
      if (refusal !== undefined) throw refusal;
      return {};
    });
    endpoint = process.env.AWS_ENDPOINT_URL;
    process.env.AWS_ENDPOINT_URL = server.url;
    clients = operatorClients({ region: 'us-east-1' });
  });
  afterEach(async () => {
    clients.close();
    process.env.AWS_ENDPOINT_URL = endpoint;
    await server.close();
  });

  const refuse = (operation: string, type: string, { message = 'No.', status = 400 } = {}) =>
    refusals.set(operation, new AwsRefusal(type, { message, status }));
  const trials = () => createAccessTrials({ clients, bucketName: async () => 'kiro-worker-test-artifacts-0a1b2c3d' });
  const attempt = async (action: string, ...resources: string[]) => {
    const [verdict] = await trials().attempt({ actions: [action], resources, context: {} });
    return verdict;
  };
  const arn = (service: string, resource: string) => `arn:aws:${service}:us-east-1:123456789012:${resource}`;

  it('takes an answer and "not there" as allowed, a refusal as denied, and all else as unknown', async () => {
    const stack = arn('cloudformation', 'stack/KiroWorkerCore/*');
    const ask = () => attempt('cloudformation:DescribeStacks', stack, arn('cloudformation', 'changeSet/kiro-worker-*'));
    expect(await ask()).to.include({ state: 'allowed' });
    refuse('cloudformation:DescribeStacks', 'ValidationError', {
      message: 'Stack with id KiroWorkerCore does not exist',
    });
    expect(await ask()).to.include({ state: 'allowed' });
    refuse('cloudformation:DescribeStacks', 'AccessDenied', { message: 'not authorized', status: 403 });
    expect(await ask()).to.include({ state: 'denied' });
    refuse('cloudformation:DescribeStacks', 'ValidationError', { message: '1 validation error detected' });
    expect(await ask()).to.include({ state: 'unknown' });
    refuse('cloudformation:DescribeStacks', 'ExpiredToken', { status: 403 });
    expect(await ask()).to.include({ state: 'unknown' });
    expect(inputs.get('cloudformation:DescribeStacks')?.[0]).to.include({ StackName: 'KiroWorkerCore' });
  });

  it('calls unknown what no harmless call shows, and what only patterns stand for', async () => {
    expect(await attempt('dynamodb:UpdateItem', arn('dynamodb', 'table/kiro-worker-test-locks'))).to.deep.equal({
      ...{ action: 'dynamodb:UpdateItem', state: 'unknown', why: 'no harmless call shows it' },
    });
    expect(await attempt('lambda:InvokeFunction', arn('lambda', 'function:one:*'))).to.include({ state: 'unknown' });
    expect(server.requests).to.deep.equal([]);
  });

  it('needs every resource, and names each as its service does', async () => {
    const secret = (name: string) => arn('secretsmanager', `secret:kiro-worker-test-${name}-??????`);
    expect(await attempt('secretsmanager:DescribeSecret', secret('a'), secret('b'))).to.include({ state: 'allowed' });
    expect(inputs.get('secretsmanager:DescribeSecret')).to.have.deep.members([
      { SecretId: 'kiro-worker-test-a' },
      { SecretId: 'kiro-worker-test-b' },
    ]);
    const parameter = arn('ssm', 'parameter/kiro-worker/test/release');
    refuse('ssm:GetParameter', 'ParameterNotFound');
    expect(await attempt('ssm:GetParameter', parameter)).to.include({ state: 'allowed' });
    expect(inputs.get('ssm:GetParameter')?.[0]).to.include({ Name: '/kiro-worker/test/release' });
    await attempt('lambda:InvokeFunction', arn('lambda', 'function:kiro-worker-test-poller'));
    expect(inputs.get('lambda:Invoke')?.[0]).to.include({ invocation: 'DryRun', name: 'kiro-worker-test-poller' });
  });

  it('changes nothing, shows no secret, and asks only what the role’s own commands ask', async () => {
    for (const role of PERSON_ROLES) {
      const before = server.requests.length;
      for (const { actions, resources, when } of statementsOf(role, PLACE))
        await trials().attempt({ actions, resources, context: when });
      const asked = [...new Set(server.requests.slice(before))];
      expect(asked, role).not.to.be.empty;
      expect(
        asked.filter((one) => !/:(?:Describe|Get|List|BatchGet|Head|Filter|Scan|Invoke$)/.test(one)),
      ).to.deep.equal([]);
      expect(asked).not.to.include('secretsmanager:GetSecretValue');
    }
    for (const input of inputs.get('lambda:Invoke') ?? []) expect(input).to.include({ invocation: 'DryRun' });
    const needed = new Set(TOOL_CALLS.flatMap(({ needs }) => needs.flatMap(({ actions }) => actions)));
    expect(Object.keys(TRIALS).filter((action) => !needed.has(action))).to.deep.equal([]);
  });
});
