import { IAMClient } from '@aws-sdk/client-iam';
import { expect } from 'chai';
import {
  AwsRefusal,
  type AwsServer,
  type Input,
  startAwsServer,
} from '../../../../test/support/servers/aws-protocols.ts';
import { isWorkerError } from '../../../core/errors.ts';
import { createAccessSimulator } from './access-simulator.ts';

const SESSION = 'arn:aws:sts::123456789012:assumed-role/Deployer/ana';
const [ONE, TWO] = ['arn:aws:s3:::one', 'arn:aws:s3:::two'];

describe('the simulation of what a caller may do', () => {
  let server: AwsServer;
  let client: IAMClient;
  let asked: Input[];
  /** Pages of results, in their order. */
  let pages: object[][];
  beforeEach(async () => {
    asked = [];
    pages = [];
    server = await startAwsServer(({ operation, input }) => {
      if (operation === 'GetRole')
        return { Role: { Arn: `arn:aws:iam::123456789012:role/a/path/${input.RoleName}`, RoleName: input.RoleName } };
      if (operation !== 'SimulatePrincipalPolicy') throw new AwsRefusal('AccessDenied', { message: operation });
      asked.push(input);
      const EvaluationResults = pages.shift() ?? [];
      return { EvaluationResults, IsTruncated: pages.length > 0, ...(pages.length > 0 ? { Marker: 'more' } : {}) };
    });
    const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
    client = new IAMClient({ endpoint: server.url, region: 'us-east-1', credentials, maxAttempts: 1 });
  });
  afterEach(async () => {
    client.destroy();
    await server.close();
  });

  const result = (EvalActionName: string, EvalResourceName: string, EvalDecision: string, more: object = {}) => ({
    ...{ EvalActionName, EvalResourceName, EvalDecision },
    ...more,
  });
  async function ask(caller = SESSION) {
    const simulator = await createAccessSimulator(client, caller);
    const found = await simulator.simulate({
      actions: ['s3:GetObject', 's3:PutObject'],
      resources: [ONE, TWO],
      context: { 'kms:ViaService': 's3.us-east-1.amazonaws.com' },
    });
    return found.map(({ action, state }) => `${action} ${state}`);
  }

  it('asks for the role of a session by its whole ARN, or for the user, with all pages', async () => {
    pages = [
      [result('s3:GetObject', ONE, 'allowed'), result('s3:PutObject', ONE, 'allowed')],
      [result('s3:GetObject', TWO, 'allowed'), result('s3:PutObject', TWO, 'explicitDeny')],
    ];
    expect(await ask()).to.deep.equal(['s3:GetObject allowed', 's3:PutObject denied']);
    expect(asked[0]).to.include({
      PolicySourceArn: 'arn:aws:iam::123456789012:role/a/path/Deployer',
      'ActionNames.member.2': 's3:PutObject',
      'ResourceArns.member.2': TWO,
      'ContextEntries.member.1.ContextKeyName': 'kms:ViaService',
    });
    await ask('arn:aws:iam::123456789012:user/a/path/ana');
    expect(asked.at(-1)).to.include({ PolicySourceArn: 'arn:aws:iam::123456789012:user/a/path/ana' });
  });

  it('passes nothing that IAM has not spoken of, or that hangs on what nobody can say', async () => {
    expect(await ask()).to.deep.equal(['s3:GetObject unknown', 's3:PutObject unknown']);
    const MissingContextValues = ['aws:MultiFactorAuthPresent'];
    pages = [
      [
        result('s3:GetObject', ONE, 'allowed'),
        ...[ONE, TWO].map((arn) => result('s3:PutObject', arn, 'allowed', { MissingContextValues })),
      ],
    ];
    expect(await ask()).to.deep.equal(['s3:GetObject unknown', 's3:PutObject unknown']);
    const ResourceSpecificResults = [
      { EvalResourceName: ONE, EvalResourceDecision: 'allowed' },
      { EvalResourceName: TWO, EvalResourceDecision: 'implicitDeny' },
    ];
    pages = [[result('s3:GetObject', '*', 'allowed', { ResourceSpecificResults })]];
    expect((await ask())[0]).to.equal('s3:GetObject denied');
  });

  it('says whom IAM does not simulate', async () => {
    for (const arn of ['arn:aws:iam::123456789012:root', 'arn:aws:sts::123456789012:federated-user/ana']) {
      const error = await ask(arn).catch((thrown: unknown) => thrown);
      expect(isWorkerError(error, 'AWS_REQUEST_FAILED'), arn).to.equal(true);
    }
    expect(asked).to.deep.equal([]);
  });
});
