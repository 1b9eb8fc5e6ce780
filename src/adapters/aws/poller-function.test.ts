import { GetFunctionConfigurationCommand, LambdaClient, ResourceNotFoundException } from '@aws-sdk/client-lambda';
import { mockClient } from 'aws-sdk-client-mock';
import { expect } from 'chai';
import { expectError } from '../../../test/support/expect-error.ts';
import { readsBucketOfRelease } from './poller-function.ts';

describe('the poller that is deployed', () => {
  const client = new LambdaClient({ region: 'us-east-1' });
  const lambda = mockClient(client);
  const reads = () => readsBucketOfRelease({ client, functionName: 'the-poller' });

  it('understands a release named with its bucket when its variables say so', async () => {
    const deployed = lambda.on(GetFunctionConfigurationCommand, { FunctionName: 'the-poller' });
    deployed.resolves({ Environment: { Variables: { PAUSED_PARAMETER_NAME: '/a/paused' } } });
    expect(await reads()).to.equal(true);
    deployed.resolves({ Environment: { Variables: { RELEASE_PARAMETER_NAME: '/a/b' } } });
    expect(await reads()).to.equal(false);
  });

  it('does not while it does not exist', async () => {
    lambda
      .on(GetFunctionConfigurationCommand)
      .rejects(new ResourceNotFoundException({ Type: 'User', message: 'Function not found', $metadata: {} }));
    expect(await reads()).to.equal(false);
  });

  it('counts as an older one for who may not look, since that one is safe', async () => {
    lambda.on(GetFunctionConfigurationCommand).rejects(named('AccessDeniedException'));
    expect(await reads()).to.equal(false);
  });

  it('is unknown when Lambda fails, and the error names it', async () => {
    lambda.on(GetFunctionConfigurationCommand).rejects(named('ServiceException'));
    expect((await expectError(reads(), 'RELEASE_STORE_FAILED')).what).to.include('the-poller');
  });
});

function named(name: string): Error {
  return Object.assign(new Error(`said ${name}`), { name });
}
