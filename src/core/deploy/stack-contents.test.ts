import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { load } from 'js-yaml';
import type { StackResource } from '../ports/stacks.ts';
import { contentsOf, remainderOf } from './stack-contents.ts';

const core: unknown = load(readFileSync(new URL('../../../templates/core.yaml', import.meta.url), 'utf8'));
const held = (logicalId: string, type: string, facts: Partial<StackResource> = {}): StackResource => ({
  ...{ logicalId, type, physicalId: `${logicalId}-1`, status: 'CREATE_COMPLETE' },
  ...facts,
});
const RESOURCES = [
  held('ArtifactsBucket', 'AWS::S3::Bucket'),
  held('ArtifactsBucketPolicy', 'AWS::S3::BucketPolicy'),
  held('EncryptionKey', 'AWS::KMS::Key'),
  held('LocksTable', 'AWS::DynamoDB::Table'),
  held('PollerLogGroup', 'AWS::Logs::LogGroup', { status: 'DELETE_COMPLETE' }),
  held('BuildLogGroup', 'AWS::Logs::LogGroup', { physicalId: '' }),
];
const ids = (resources: readonly StackResource[]) => resources.map(({ logicalId }) => logicalId);

describe('what deleting a stack does', () => {
  it('keeps what its template retains, and loses all else that holds something', () => {
    const keyId = Object.entries((core as { Resources: Record<string, { Type: string }> }).Resources).find(
      ([, { Type }]) => Type === 'AWS::KMS::Key',
    )?.[0];
    const named = RESOURCES.map((one) => (one.type === 'AWS::KMS::Key' ? { ...one, logicalId: keyId ?? '' } : one));
    const { lost, retained } = contentsOf(named, core);
    expect(ids(retained)).to.deep.equal(['ArtifactsBucket', keyId]);
    expect(ids(lost)).to.deep.equal(['LocksTable']);
  });

  it('counts everything as lost where the template cannot be read, or decides by a condition', () => {
    expect(ids(contentsOf(RESOURCES, null).lost)).to.deep.equal(['ArtifactsBucket', 'EncryptionKey', 'LocksTable']);
    const conditional = { Resources: { ArtifactsBucket: { DeletionPolicy: { Ref: 'Policy' } } } };
    expect(ids(contentsOf(RESOURCES, conditional).lost)).to.include('ArtifactsBucket');
  });
});

describe('what a stack leaves', () => {
  const place = { environment: 'test', region: 'eu-central-1', isEmpty: false };

  it('is a bucket that has to be emptied first, in every version', () => {
    const bucket = { type: 'AWS::S3::Bucket', physicalId: 'kiro-worker-test-artifacts-0a1b2c3d' };
    expect(remainderOf(bucket, place).remove).to.deep.equal([
      'npx kiro-worker destroy --env test --empty-buckets',
      'aws s3api delete-bucket --region eu-central-1 --bucket kiro-worker-test-artifacts-0a1b2c3d',
    ]);
    expect(remainderOf(bucket, { ...place, isEmpty: true }).remove).to.have.length(1);
  });

  it('is a key whose deletion takes 30 days, and anything else without a line', () => {
    expect(remainderOf({ type: 'AWS::KMS::Key', physicalId: 'abc' }, place).remove).to.deep.equal([
      'aws kms schedule-key-deletion --region eu-central-1 --key-id abc --pending-window-in-days 30',
    ]);
    expect(remainderOf({ type: 'AWS::SQS::Queue', physicalId: 'q' }, place).remove).to.deep.equal([]);
  });
});
