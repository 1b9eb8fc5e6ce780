import { createHash } from 'node:crypto';
import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import {
  formatManifest,
  MANIFESTS,
  manifestId,
  manifestIdAt,
  parseManifest,
  templateKey,
} from '../../../core/deploy/manifest.ts';
import type { DeploymentRecords } from '../../../core/ports/operate/deployment-records.ts';
import { httpStatusOf, releaseFailure } from '../release-failure.ts';

interface Place {
  readonly client: S3Client;
  readonly bucketName: string;
  /** Account that must own the bucket; S3 refuses every request when another does. */
  readonly account: string;
}

/** Makes the records of deployments in the artifacts bucket. */
export function createDeploymentRecords(place: Place): DeploymentRecords {
  const { bucketName } = place;
  return {
    list: () => list(place),
    async read(id) {
      return parseManifest(await read(place, MANIFESTS.keyOf(id)), `${MANIFESTS.keyOf(id)} in ${bucketName}`);
    },
    async write(manifest, templates) {
      for (const [hash, text] of templates) await store(place, { key: templateKey(hash), text });
      const id = manifestId(manifest);
      await store(place, { key: MANIFESTS.keyOf(id), text: formatManifest(manifest) });
      return id;
    },
    readTemplate: (hash) => read(place, templateKey(hash)),
  };
}

async function list({ client, bucketName, account }: Place): Promise<string[]> {
  const ids: string[] = [];
  let token: string | undefined;
  do {
    const command = new ListObjectsV2Command({
      ...{ Bucket: bucketName, ExpectedBucketOwner: account, Prefix: MANIFESTS.folder },
      ...(token === undefined ? {} : { ContinuationToken: token }),
    });
    try {
      const page = await client.send(command);
      for (const { Key = '' } of page.Contents ?? []) ids.push(...[manifestIdAt(Key)].filter((id) => id !== null));
      token = page.NextContinuationToken;
    } catch (error) {
      throw releaseFailure(`The deployments recorded in ${bucketName} could not be listed.`, error);
    }
  } while (token !== undefined);
  return ids.sort().reverse();
}

async function read({ client, bucketName, account }: Place, key: string): Promise<string> {
  try {
    const command = new GetObjectCommand({ Bucket: bucketName, ExpectedBucketOwner: account, Key: key });
    const { Body } = await client.send(command);
    if (Body === undefined) throw new Error('the answer has no content');
    return await Body.transformToString();
  } catch (error) {
    throw releaseFailure(`${key} could not be read from ${bucketName}.`, error);
  }
}

/** What is there already stays: its key says its content, or its moment. */
async function store(
  { client, bucketName, account }: Place,
  { key, text }: { key: string; text: string },
): Promise<void> {
  const Body = Buffer.from(text);
  const ChecksumSHA256 = createHash('sha256').update(Body).digest('base64');
  const object = { Bucket: bucketName, ExpectedBucketOwner: account, Key: key, Body, ChecksumSHA256 };
  try {
    await client.send(new PutObjectCommand({ ...object, IfNoneMatch: '*' }));
  } catch (error) {
    if (httpStatusOf(error) !== 412) throw releaseFailure(`${key} could not be stored in ${bucketName}.`, error);
  }
}
