import { HeadObjectCommand, PutObjectCommand, S3Client, S3ServiceException } from '@aws-sdk/client-s3';
import { mockClient } from 'aws-sdk-client-mock';
import { expect } from 'chai';
import { createS3CodeStore } from './s3-code-store.ts';

function answer(status: number, name: string): S3ServiceException {
  return new S3ServiceException({ name, message: name, $fault: 'client', $metadata: { httpStatusCode: status } });
}

describe('the code of functions in S3', () => {
  const client = new S3Client({ region: 'us-east-1' });
  const mock = mockClient(client);
  beforeEach(() => mock.reset());
  after(() => client.destroy());
  const store = createS3CodeStore({ client, bucketName: 'artifacts', account: '123456789012', region: 'eu-west-1' });
  const errorOf = (promise: Promise<unknown>) =>
    promise.then(
      () => null,
      (error: unknown) => error,
    );

  it('is missing only where S3 says so', async () => {
    mock.on(HeadObjectCommand).rejects(answer(404, 'NotFound'));
    expect(await store.has('k')).to.equal(false);
    mock.on(HeadObjectCommand).rejects(answer(403, 'Forbidden'));
    expect(await errorOf(store.has('k'))).to.have.property('code', 'SETUP_INCOMPLETE');
  });

  it('has an address for CloudFormation, in the partition of its region', () => {
    expect(store.urlOf('templates/a.yaml')).to.equal('https://s3.eu-west-1.amazonaws.com/artifacts/templates/a.yaml');
    const chinese = createS3CodeStore({ client, bucketName: 'b', account: '123456789012', region: 'cn-north-1' });
    expect(chinese.urlOf('k')).to.equal('https://s3.cn-north-1.amazonaws.com.cn/b/k');
  });

  it('stays as it is when somebody else was faster, in a bucket of this account alone', async () => {
    mock.on(PutObjectCommand).rejects(answer(412, 'PreconditionFailed'));
    await store.put('k', new Uint8Array([1]));
    expect(mock.commandCalls(PutObjectCommand)[0]?.args[0].input).to.include({
      IfNoneMatch: '*',
      ExpectedBucketOwner: '123456789012',
    });
    mock.on(PutObjectCommand).rejects(answer(500, 'InternalError'));
    expect(await errorOf(store.put('k', new Uint8Array([1])))).to.have.property('code', 'RELEASE_STORE_FAILED');
  });
});
