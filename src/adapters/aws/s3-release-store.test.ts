import { BatchGetProjectsCommand, CodeBuildClient } from '@aws-sdk/client-codebuild';
import { HeadObjectCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { mockClient } from 'aws-sdk-client-mock';
import { expect } from 'chai';
import { hashOf } from '../../../test/contract/release-store.ts';
import { expectError } from '../../../test/support/expect-error.ts';
import { RELEASE_BUCKET, startReleaseServices } from '../../../test/support/servers/releases.ts';
import type { ErrorCode } from '../../core/errors.ts';
import { findArtifactsBucket } from './artifacts-bucket.ts';
import { createS3ReleaseStore } from './s3-release-store.ts';

const HASH = 'ab'.repeat(32);

describe('releases in S3: failures', () => {
  // Instances, never classes: a stubbed class would reach into every other suite of the process.
  const s3Client = new S3Client({});
  const ssmClient = new SSMClient({});
  const codeBuildClient = new CodeBuildClient({});
  const s3 = mockClient(s3Client);
  const ssm = mockClient(ssmClient);
  const codeBuild = mockClient(codeBuildClient);
  const store = createS3ReleaseStore({
    s3: s3Client,
    ssm: ssmClient,
    bucketName: 'the-bucket',
    parameterName: '/the/parameter',
    pollerReadsBucket: true,
  });
  beforeEach(() => {
    for (const mock of [s3, ssm, codeBuild]) mock.reset();
  });
  after(() => {
    for (const mock of [s3, ssm, codeBuild]) mock.restore();
  });

  const failures: Array<[string, Error, ErrorCode, string]> = [
    ['no credentials', refusal('CredentialsProviderError'), 'SETUP_INCOMPLETE', 'Sign in'],
    ['credentials that have expired', refusal('ExpiredToken', 400), 'SETUP_INCOMPLETE', 'Sign in'],
    ['a key that is unknown', refusal('InvalidAccessKeyId', 403), 'SETUP_INCOMPLETE', 'Sign in'],
    ['missing rights', refusal('AccessDenied', 403), 'SETUP_INCOMPLETE', 'docs/release.md'],
    ['a refusal without a body', refusal('Unknown', 403), 'SETUP_INCOMPLETE', 'docs/release.md'],
    ['no bucket', refusal('NoSuchBucket', 404), 'SETUP_INCOMPLETE', 'Core stack'],
    ['a bucket of another region', refusal('PermanentRedirect', 301), 'SETUP_INCOMPLETE', 'environments.ts'],
    ['a service that fails', refusal('InternalError', 500), 'RELEASE_STORE_FAILED', 'again'],
    [
      'no network',
      Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' }),
      'RELEASE_STORE_FAILED',
      'again',
    ],
  ];
  for (const [name, error, code, remedy] of failures) {
    it(`says what to do about ${name}`, async () => {
      s3.rejects(error);
      for (const attempt of [() => store.put(HASH, new Uint8Array()), () => store.list()]) {
        const thrown = await expectError(attempt(), code);
        expect(thrown.remedy).to.include(remedy);
        expect(thrown.what).to.include('the-bucket');
        expect(thrown.why).to.include(error.message);
      }
    });
  }

  it('takes only the 404 of a question for a no', async () => {
    s3.on(HeadObjectCommand).rejects(refusal('NotFound', 404));
    expect(await store.has(HASH)).to.equal(false);
    s3.on(HeadObjectCommand).rejects(refusal('Unknown', 403));
    expect((await expectError(store.has(HASH), 'SETUP_INCOMPLETE')).what).to.include(HASH);
  });

  it('takes it for done when another upload of the same content was quicker', async () => {
    s3.on(PutObjectCommand).rejects(refusal('PreconditionFailed', 412));
    await store.put(HASH, new Uint8Array());
    expect(s3.commandCalls(PutObjectCommand).map(({ args }) => args[0].input.IfNoneMatch)).to.deep.equal(['*']);
  });

  it('lists nothing half: a failure on a later page fails the list', async () => {
    s3.on(ListObjectsV2Command)
      .resolvesOnce({ Contents: [{ Key: `releases/${HASH}/worker.zip`, Size: 1 }], NextContinuationToken: 'more' })
      .rejects(refusal('SlowDown', 503));
    await expectError(store.list(), 'RELEASE_STORE_FAILED');
  });

  for (const [poller, pollerReadsBucket, written] of [
    ['a poller that reads both', true, `the-bucket/${HASH}`],
    ['an older poller', false, HASH],
  ] as const) {
    it(`are chosen by bucket and hash where ${poller} is deployed`, async () => {
      ssm.on(PutParameterCommand).resolves({});
      const clients = { s3: s3Client, ssm: ssmClient };
      const place = { bucketName: 'the-bucket', parameterName: '/the/parameter' };
      await createS3ReleaseStore({ ...clients, ...place, pollerReadsBucket }).setCurrent(HASH);
      expect(ssm.commandCalls(PutParameterCommand).map(({ args }) => args[0].input.Value)).to.deep.equal([written]);
    });
  }

  it('names the parameter that could not be set', async () => {
    ssm.on(PutParameterCommand).rejects(refusal('AccessDeniedException', 400));
    const error = await expectError(store.setCurrent(HASH), 'SETUP_INCOMPLETE');
    expect(error.what).to.include('/the/parameter');
    expect(error.remedy).to.include('docs/release.md');
  });

  describe('the artifacts bucket', () => {
    const find = () => findArtifactsBucket({ client: codeBuildClient, projectName: 'kiro-worker-test' });

    it('is the one that the build project takes its source from', async () => {
      const source = { type: 'S3' as const, location: 'kiro-worker-test-artifacts-1/releases/x/worker.zip' };
      codeBuild.on(BatchGetProjectsCommand, { names: ['kiro-worker-test'] }).resolves({ projects: [{ source }] });
      expect(await find()).to.equal('kiro-worker-test-artifacts-1');
    });

    it('is asked for where there is no project, or one with another source', async () => {
      const elsewhere = { source: { type: 'GITHUB' as const, location: 'https://github.com/acme/slugs' } };
      for (const projects of [[], [elsewhere]]) {
        codeBuild.on(BatchGetProjectsCommand).resolves({ projects });
        const error = await expectError(find(), 'SETUP_INCOMPLETE');
        expect(error.remedy).to.include('--bucket').and.to.include('ArtifactsBucketName');
      }
    });

    it('stays unknown without rights, and the error says which project was asked for', async () => {
      codeBuild.on(BatchGetProjectsCommand).rejects(refusal('AccessDeniedException', 400));
      expect((await expectError(find(), 'SETUP_INCOMPLETE')).what).to.include('kiro-worker-test');
    });
  });
});

/** An error as the SDK throws it. */
describe('releases in S3', () => {
  let services: Awaited<ReturnType<typeof startReleaseServices>>;
  before(async () => {
    services = await startReleaseServices();
  });
  after(() => services.close());

  it('lie where builds take their source from, as zip files', async () => {
    await services.storeOf(RELEASE_BUCKET).put(hashOf(1), Uint8Array.of(1));
    const [[key, object] = []] = services.objects;
    expect(key).to.equal(`releases/${hashOf(1)}/worker.zip`);
    expect(object?.contentType).to.equal('application/zip');
  });

  it('are distinguished from whatever else is in the bucket', async () => {
    const object = { body: Buffer.from('x'), contentType: '', modifiedAtMs: 0 };
    for (const key of [
      'test/build/worker.zip',
      'tools/kiro-cli.zip',
      'releases/notes.txt',
      `releases/${hashOf(2)}/manifest.json`,
      'releases/latest/worker.zip',
    ]) {
      services.objects.set(key, object);
    }
    expect((await services.storeOf(RELEASE_BUCKET).list()).map(({ hash }) => hash)).to.deep.equal([hashOf(1)]);
  });

  it('need a bucket: without one the Core stack is to be deployed', async () => {
    const store = services.storeOf('kiro-worker-test-artifacts-gone');
    for (const attempt of [() => store.put(hashOf(1), Uint8Array.of(1)), () => store.list()]) {
      expect((await expectError(attempt(), 'SETUP_INCOMPLETE')).remedy).to.include('Core stack');
    }
  });

  it('are kept out of a bucket of another account', async () => {
    const store = services.storeOf(RELEASE_BUCKET, '222222222222');
    for (const attempt of [
      () => store.has(hashOf(1)),
      () => store.put(hashOf(3), Uint8Array.of(1)),
      () => store.list(),
    ]) {
      expect((await expectError(attempt(), 'SETUP_INCOMPLETE')).remedy).to.include('account');
    }
    expect(await services.storeOf(RELEASE_BUCKET, services.s3.owner).has(hashOf(3))).to.equal(false);
  });
});

function refusal(name: string, httpStatusCode?: number): Error {
  const metadata = httpStatusCode === undefined ? {} : { $metadata: { httpStatusCode } };
  return Object.assign(new Error(`said ${name}`), { name, ...metadata });
}
