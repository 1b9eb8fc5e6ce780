import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { expect } from 'chai';
import { isServiceFault } from './service-fault.ts';

const answered = (name: string, httpStatusCode: number) =>
  Object.assign(new Error(name), { name, $metadata: { httpStatusCode } });

describe('a fault of an AWS service', () => {
  it('is a server error, throttling, or no answer', () => {
    for (const error of [
      answered('InternalServiceError', 500),
      answered('ThrottlingException', 400),
      answered('TooManyRequestsException', 429),
      Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' }),
      Object.assign(new Error('too slow'), { name: 'TimeoutError' }),
    ])
      expect(isServiceFault(error), error.name).to.equal(true);
  });

  it('is neither a refusal, nor a lack of credentials, nor anything else', () => {
    for (const error of [
      answered('AccessDeniedException', 400),
      answered('ResourceNotFoundException', 404),
      Object.assign(new Error('none'), { name: 'CredentialsProviderError', code: 'ENOENT' }),
      new Error('a bug'),
      null,
    ])
      expect(isServiceFault(error), String(error)).to.equal(false);
  });

  it("is what the SDK's own client throws where nobody listens", async () => {
    const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'example' };
    const client = new SSMClient({ endpoint: 'http://127.0.0.1:1', region: 'us-east-1', credentials, maxAttempts: 1 });
    const error: unknown = await client
      .send(new GetParameterCommand({ Name: '/a' }))
      .catch((thrown: unknown) => thrown);
    client.destroy();
    expect(isServiceFault(error)).to.equal(true);
  });
});
