import { SSMClient } from '@aws-sdk/client-ssm';
import { mockClient } from 'aws-sdk-client-mock';
import { expect } from 'chai';
import { expectError } from '../../../test/support/expect-error.ts';
import { createReadProjectConfig, createReadRelease } from './ssm-parameters.ts';

describe('SSM parameters', () => {
  const client = new SSMClient({ region: 'us-east-1' });
  const ssm = mockClient(client);
  const holding = (value: string) => ssm.resolves({ Parameter: { Value: value } });

  it('takes the placeholders of a new environment, and a line break at the end, as what they mean', async () => {
    const read = createReadRelease(client, '/a/b');
    for (const empty of ['', ' \n', 'none', 'none\n']) {
      holding(empty);
      expect(await read(), JSON.stringify(empty)).to.equal(null);
    }
    holding(`${'ab'.repeat(32)}\n`);
    expect(await read()).to.equal('ab'.repeat(32));
  });

  it('names the parameter that may not be read, and why', async () => {
    ssm.rejects(new Error('not authorized'));
    for (const read of [createReadRelease(client, '/a/b'), createReadProjectConfig(client, '/a/b')]) {
      const { message } = await expectError(read(), 'CONFIG_INVALID');
      expect(message).to.include('/a/b').and.to.include('not authorized');
    }
  });
});
