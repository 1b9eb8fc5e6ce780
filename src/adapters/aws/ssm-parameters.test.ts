import { ParameterNotFound, SSMClient } from '@aws-sdk/client-ssm';
import { mockClient } from 'aws-sdk-client-mock';
import { expect } from 'chai';
import { expectError } from '../../../test/support/expect-error.ts';
import { createReadPause, createReadProjectConfig, createReadRelease } from './ssm-parameters.ts';

describe('SSM parameters', () => {
  const client = new SSMClient({ region: 'us-east-1' });
  const ssm = mockClient(client);
  const holding = (value: string) => ssm.resolves({ Parameter: { Value: value } });

  it('takes the placeholders of a new environment, and a line break at the end, as what they mean', async () => {
    const read = createReadRelease(client, { name: '/a/b', bucketName: 'ours' });
    for (const empty of ['', ' \n', 'none', 'none\n']) {
      holding(empty);
      expect(await read(), JSON.stringify(empty)).to.equal(null);
    }
    holding(`${'ab'.repeat(32)}\n`);
    expect(await read()).to.equal('ab'.repeat(32));
  });

  it('takes a release with or without the bucket it is in, and refuses that of another bucket', async () => {
    const hash = 'ab'.repeat(32);
    const read = createReadRelease(client, { name: '/a/b', bucketName: 'ours' });
    for (const text of [hash, `ours/${hash}`]) {
      holding(text);
      expect(await read(), text).to.equal(hash);
    }
    holding(`theirs/${hash}`);
    const error = await expectError(read(), 'SETUP_INCOMPLETE');
    expect(error.what).to.include('theirs').and.to.include('ours').and.to.include('/a/b');
    for (const text of [`ours/${hash.slice(1)}`, `a/b/${hash}`, `/${hash}`, `OURS/${hash}`]) {
      holding(text);
      expect((await expectError(read(), 'RELEASE_INVALID')).message).to.include(text);
    }
  });

  it('is no pause while the parameter does not exist', async () => {
    const read = createReadPause(client, '/a/b');
    ssm.rejects(new ParameterNotFound({ message: 'no', $metadata: {} }));
    expect(await read()).to.equal(null);
    holding('{"by":"ana"}');
    expect(await read()).to.deep.equal({ by: 'ana', since: null, reason: null });
  });

  it('names the parameter that may not be read, and why', async () => {
    ssm.rejects(new Error('not authorized'));
    for (const read of [
      createReadRelease(client, { name: '/a/b', bucketName: 'ours' }),
      createReadProjectConfig(client, '/a/b'),
      createReadPause(client, '/a/b'),
    ]) {
      const { message } = await expectError(read(), 'CONFIG_INVALID');
      expect(message).to.include('/a/b').and.to.include('not authorized');
    }
  });
});
