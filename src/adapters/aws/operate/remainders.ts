import {
  DeleteObjectsCommand,
  GetBucketEncryptionCommand,
  GetBucketTaggingCommand,
  ListBucketsCommand,
  ListObjectVersionsCommand,
  type ObjectIdentifier,
  type S3Client,
} from '@aws-sdk/client-s3';
import { DeleteParameterCommand, ParameterNotFound, type SSMClient } from '@aws-sdk/client-ssm';
import type { LeftBucket, Remainders } from '../../../core/ports/operate/remainders.ts';
import { attempt, nameOf, nullWhere } from '../aws-failure.ts';
import { getParameter } from './get-parameter.ts';

export interface RemaindersPlace {
  readonly ssm: SSMClient;
  readonly s3: S3Client;
  readonly region: string;
  /** Account that must own the buckets. */
  readonly account: string;
  /** Those that no stack owns. */
  readonly parameterNames: readonly string[];
  /** What the names of the artifacts buckets begin with; a hyphen and eight digits follow. */
  readonly bucketPrefix: string;
  /** Tags of the environment. */
  readonly tags: Readonly<Record<string, string>>;
}

/** Returns what SSM and S3 hold of an environment besides its stacks. */
export function createRemainders(place: RemaindersPlace): Remainders {
  const { ssm, s3, account, parameterNames } = place;
  return {
    async parameters() {
      const found = await Promise.all(parameterNames.map((name) => getParameter(ssm, name)));
      return parameterNames.filter((_, index) => found[index] !== null);
    },
    async removeParameter(name) {
      await attempt(`The SSM parameter ${name} could not be deleted.`, async () => {
        try {
          await ssm.send(new DeleteParameterCommand({ Name: name }));
        } catch (error) {
          if (!(error instanceof ParameterNotFound)) throw error;
        }
      });
    },
    buckets: () => buckets(place),
    emptyBucket: (name, onStep) =>
      attempt(`The bucket ${name} could not be emptied.`, () => empty(s3, { name, account, onStep })),
  };
}

async function buckets(place: RemaindersPlace): Promise<LeftBucket[]> {
  return attempt('S3 did not say which buckets the environment has.', async () => {
    const found: LeftBucket[] = [];
    for (const name of await namesOfBuckets(place)) {
      const left = await look(place, name);
      if (left !== null) found.push(left);
    }
    return found;
  });
}

async function namesOfBuckets({ s3, bucketPrefix, region }: RemaindersPlace): Promise<string[]> {
  const names: string[] = [];
  let token: string | undefined;
  do {
    const page = await s3.send(
      new ListBucketsCommand({
        Prefix: `${bucketPrefix}-`,
        BucketRegion: region,
        ...(token === undefined ? {} : { ContinuationToken: token }),
      }),
    );
    names.push(...(page.Buckets ?? []).flatMap(({ Name }) => Name ?? []));
    token = page.ContinuationToken;
  } while (token !== undefined);
  return names.filter(
    (name) => name.startsWith(`${bucketPrefix}-`) && /^[0-9a-f]{8}$/.test(name.slice(bucketPrefix.length + 1)),
  );
}

/** Returns a bucket as it is; null when it is not one of the environment, or is gone by now. */
async function look({ s3, account, tags }: RemaindersPlace, name: string): Promise<LeftBucket | null> {
  const bucket = { Bucket: name, ExpectedBucketOwner: account };
  const tagging = await nullWhere(
    (error) => /^NoSuch(?:TagSet|Bucket)$/.test(nameOf(error)),
    () => s3.send(new GetBucketTaggingCommand(bucket)),
  );
  const borne = new Map((tagging?.TagSet ?? []).map(({ Key, Value }) => [Key, Value]));
  if (tagging === null || Object.entries(tags).some(([key, value]) => borne.get(key) !== value)) return null;
  const { Versions = [], DeleteMarkers = [] } = await s3.send(new ListObjectVersionsCommand({ ...bucket, MaxKeys: 1 }));
  const encryption = await nullWhere(
    (error) => nameOf(error) === 'ServerSideEncryptionConfigurationNotFoundError',
    () => s3.send(new GetBucketEncryptionCommand(bucket)),
  );
  const [rule] = encryption?.ServerSideEncryptionConfiguration?.Rules ?? [];
  const keyArn = rule?.ApplyServerSideEncryptionByDefault?.KMSMasterKeyID ?? null;
  return { name, isEmpty: Versions.length + DeleteMarkers.length === 0, keyArn };
}

async function empty(
  s3: S3Client,
  { name, account, onStep }: { name: string; account: string; onStep: (removed: number) => void },
): Promise<number> {
  const bucket = { Bucket: name, ExpectedBucketOwner: account };
  let removed = 0;
  for (;;) {
    // Always the first page: what it listed is gone the next time.
    const { Versions = [], DeleteMarkers = [] } = await s3.send(new ListObjectVersionsCommand(bucket));
    const Objects = [...Versions, ...DeleteMarkers].map(identify);
    if (Objects.length === 0) return removed;
    const { Errors = [] } = await s3.send(new DeleteObjectsCommand({ ...bucket, Delete: { Objects, Quiet: true } }));
    const [first] = Errors;
    if (first !== undefined)
      throw new Error(`${Errors.length} objects stay, such as ${first.Key}: ${first.Code} ${first.Message ?? ''}`);
    removed += Objects.length;
    onStep(removed);
  }
}

function identify({ Key, VersionId }: { Key?: string | undefined; VersionId?: string | undefined }): ObjectIdentifier {
  return { Key: Key ?? '', ...(VersionId === undefined ? {} : { VersionId }) };
}
