import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import { listenOnLoopback } from '../../../src/fakes/loopback-server.ts';

export interface StoredObject {
  readonly body: Buffer;
  readonly contentType: string;
  readonly modifiedAtMs: number;
}

export interface S3Double {
  /** For AWS_ENDPOINT_URL_S3. */
  readonly url: string;
  /** Objects of each bucket, by key. */
  readonly buckets: Map<string, Map<string, StoredObject>>;
  /** Account that owns all buckets. */
  readonly owner: string;
  /** Method and path (with query) of each request. */
  readonly requests: string[];
  close(): Promise<void>;
}

interface Answer {
  readonly status: number;
  readonly body?: string;
}

/** Keys per page of a listing: few, so that tests see more than one. */
const PAGE = 3;

/** Starts S3's REST protocol (PutObject, HeadObject, ListObjectsV2) on 127.0.0.1. It checks checksums, If-None-Match and
 *  the expected owner as S3 does. */
export async function startS3Double(): Promise<S3Double> {
  const buckets: S3Double['buckets'] = new Map();
  const requests: string[] = [];
  const owner = '111111111111';
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    requests.push(`${request.method} ${request.url}`);
    const { status, body } = answer({ request, body: Buffer.concat(chunks), buckets, owner });
    response.writeHead(status, { 'content-type': 'application/xml' }).end(request.method === 'HEAD' ? undefined : body);
  });
  const { url, close } = await listenOnLoopback(server);
  return {
    url,
    buckets,
    owner,
    requests,
    close,
  };
}

interface Asked {
  readonly request: IncomingMessage;
  readonly body: Buffer;
  readonly buckets: S3Double['buckets'];
  readonly owner: string;
}

function answer(asked: Asked): Answer {
  const { request, buckets, owner } = asked;
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://s3');
  const [, bucketName = '', ...rest] = pathname.split('/');
  const key = decodeURIComponent(rest.join('/'));
  const expectedOwner = request.headers['x-amz-expected-bucket-owner'];
  if (expectedOwner !== undefined && expectedOwner !== owner) return refusal(403, 'AccessDenied');
  const objects = buckets.get(bucketName);
  if (objects === undefined) return refusal(404, 'NoSuchBucket');
  if (request.method === 'HEAD') return { status: objects.has(key) ? 200 : 404 };
  if (request.method === 'PUT') return put(asked, { objects, key });
  if (searchParams.get('list-type') === '2') return list(objects, searchParams);
  return refusal(400, 'NotImplemented');
}

function put({ request, body }: Asked, place: { objects: Map<string, StoredObject>; key: string }): Answer {
  const { objects, key } = place;
  if (request.headers['if-none-match'] === '*' && objects.has(key)) return refusal(412, 'PreconditionFailed');
  const checksum = createHash('sha256').update(body).digest('base64');
  const claimed = request.headers['x-amz-checksum-sha256'];
  if (claimed !== undefined && claimed !== checksum) return refusal(400, 'BadDigest');
  // The SDK sends a checksum of its own kind where the caller names none; nothing comes without one.
  if (claimed === undefined && !request.headers['x-amz-checksum-crc32']) return refusal(400, 'MissingChecksum');
  const contentType = String(request.headers['content-type'] ?? '');
  objects.set(key, { body, contentType, modifiedAtMs: Date.now() });
  return { status: 200 };
}

function list(objects: Map<string, StoredObject>, query: URLSearchParams): Answer {
  const after = query.get('continuation-token') ?? '';
  const keys = [...objects.keys()].filter((key) => key.startsWith(query.get('prefix') ?? '') && key > after).sort();
  const page = keys.slice(0, PAGE);
  const next = keys.length > PAGE ? `<NextContinuationToken>${page.at(-1)}</NextContinuationToken>` : '';
  const contents = page.map((key) => {
    const { body, modifiedAtMs } = objects.get(key) as StoredObject;
    const modified = new Date(modifiedAtMs).toISOString();
    return `<Contents><Key>${key}</Key><LastModified>${modified}</LastModified><Size>${body.length}</Size></Contents>`;
  });
  const isTruncated = `<IsTruncated>${next !== ''}</IsTruncated>`;
  return { status: 200, body: `<ListBucketResult>${isTruncated}${next}${contents.join('')}</ListBucketResult>` };
}

function refusal(status: number, code: string): Answer {
  return { status, body: `<Error><Code>${code}</Code><Message>${code}</Message></Error>` };
}
