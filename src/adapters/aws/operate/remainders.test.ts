import {
  DeleteObjectsCommand,
  GetBucketEncryptionCommand,
  GetBucketTaggingCommand,
  ListBucketsCommand,
  ListObjectVersionsCommand,
  S3Client,
  S3ServiceException,
} from '@aws-sdk/client-s3';
import { DeleteParameterCommand, GetParameterCommand, ParameterNotFound, SSMClient } from '@aws-sdk/client-ssm';
import { mockClient } from 'aws-sdk-client-mock';
import { expect } from 'chai';
import { expectError } from '../../../../test/support/expect-error.ts';
import { createRemainders } from './remainders.ts';

const BUCKET = 'kiro-worker-test-artifacts-0a1b2c3d';
const TAGS = { Project: 'KiroWorker', Environment: 'test' };

describe('what belongs to an environment and to no stack', () => {
  const clients = { ssm: new SSMClient({ region: 'us-east-1' }), s3: new S3Client({ region: 'us-east-1' }) };
  const s3 = mockClient(clients.s3);
  const ssm = mockClient(clients.ssm);
  const remainders = createRemainders({
    ...{ ...clients, region: 'us-east-1', account: '111111111111', tags: TAGS },
    parameterNames: ['/kiro-worker/test/release', '/kiro-worker/test/paused'],
    bucketPrefix: 'kiro-worker-test-artifacts',
  });
  beforeEach(() => {
    s3.reset();
    ssm.reset();
  });
  after(() => {
    clients.ssm.destroy();
    clients.s3.destroy();
  });
  const refusal = (name: string) =>
    new S3ServiceException({ name, message: name, $fault: 'client', $metadata: { httpStatusCode: 404 } });
  const tagged = (tags: Readonly<Record<string, string>>) => ({
    TagSet: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
  });

  it('are the parameters that are there, and removing one that is gone is no failure', async () => {
    const gone = new ParameterNotFound({ message: 'gone', $metadata: {} });
    ssm.on(GetParameterCommand).rejects(gone);
    ssm.on(GetParameterCommand, { Name: '/kiro-worker/test/release' }).resolves({ Parameter: { Value: 'a' } });
    ssm.on(DeleteParameterCommand).rejects(gone);
    expect(await remainders.parameters()).to.deep.equal(['/kiro-worker/test/release']);
    await remainders.removeParameter('/kiro-worker/test/release');
    ssm.on(GetParameterCommand).rejects(new Error('denied'));
    await expectError(remainders.parameters(), 'AWS_REQUEST_FAILED');
  });

  it('are buckets of our name and tags alone, of all pages, each with its key', async () => {
    const [untagged, foreign] = [`${BUCKET.slice(0, -1)}e`, `${BUCKET.slice(0, -1)}f`];
    s3.on(ListBucketsCommand)
      .resolvesOnce({
        Buckets: [{ Name: 'kiro-worker-test-artifacts-of-others' }, { Name: untagged }],
        ContinuationToken: '2',
      })
      .resolves({ Buckets: [{ Name: foreign }, { Name: BUCKET }] });
    s3.on(GetBucketTaggingCommand, { Bucket: untagged }).rejects(refusal('NoSuchTagSet'));
    s3.on(GetBucketTaggingCommand, { Bucket: foreign }).resolves(tagged({ ...TAGS, Environment: 'staging' }));
    s3.on(GetBucketTaggingCommand, { Bucket: BUCKET }).resolves(tagged(TAGS));
    s3.on(ListObjectVersionsCommand).resolves({ DeleteMarkers: [{ Key: 'a', VersionId: '1' }] });
    s3.on(GetBucketEncryptionCommand).resolves({
      ServerSideEncryptionConfiguration: {
        Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: 'arn:key' } }],
      },
    });
    expect(await remainders.buckets()).to.deep.equal([{ name: BUCKET, isEmpty: false, keyArn: 'arn:key' }]);
    s3.on(GetBucketTaggingCommand, { Bucket: BUCKET }).rejects(refusal('AccessDenied'));
    await expectError(remainders.buckets(), 'AWS_REQUEST_FAILED');
  });

  it('are emptied of every version and marker, and what stays is told', async () => {
    const page = {
      Versions: [
        { Key: 'a', VersionId: '1' },
        { Key: 'a', VersionId: '2' },
      ],
      DeleteMarkers: [{ Key: 'b', VersionId: '3' }],
    };
    s3.on(ListObjectVersionsCommand)
      .resolvesOnce(page)
      .resolvesOnce({ Versions: [{ Key: 'c', VersionId: '4' }] })
      .resolves({});
    s3.on(DeleteObjectsCommand).resolves({});
    const steps: number[] = [];
    expect(await remainders.emptyBucket(BUCKET, (removed) => steps.push(removed))).to.equal(4);
    expect(steps).to.deep.equal([3, 4]);
    const [first] = s3.commandCalls(DeleteObjectsCommand);
    expect(first?.args[0].input.Delete?.Objects?.map(({ VersionId }) => VersionId)).to.deep.equal(['1', '2', '3']);
    s3.on(ListObjectVersionsCommand).resolves(page);
    s3.on(DeleteObjectsCommand).resolves({ Errors: [{ Key: 'a', Code: 'AccessDenied' }] });
    const error = await expectError(
      remainders.emptyBucket(BUCKET, () => undefined),
      'AWS_REQUEST_FAILED',
    );
    expect(error.why).to.include('AccessDenied');
  });
});
