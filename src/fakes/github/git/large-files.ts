import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { readText } from '../../loopback-server.ts';
import { type Exchange, jsonAnswer, send } from '../exchange.ts';
import { isJsonObject, textIn } from '../json-object.ts';
import type { Repository } from '../model.ts';

/** Whether this path below a repository is one of Git LFS. */
export function isLargeFiles(subPath: string): boolean {
  return subPath.startsWith('/info/lfs/objects/');
}

/** Git LFS's downloads, from the folder where git-lfs itself keeps contents in a bare repository; uploads are not offered.
 *  https://github.com/git-lfs/git-lfs/blob/main/docs/api/batch.md */
export async function serveLargeFiles(exchange: Exchange, repository: Repository): Promise<void> {
  const { message, response, incoming } = exchange;
  const oid = path.posix.basename(incoming.url.pathname);
  if (oid === 'batch') return send(response, await answerBatch(exchange, repository));
  message.resume();
  const file = placeOf(repository, oid);
  response.writeHead(200, { 'content-type': 'application/octet-stream', 'content-length': await sizeOf(file) });
  await pipeline(createReadStream(file), response);
}

async function answerBatch({ message, incoming }: Exchange, repository: Repository) {
  const body: unknown = JSON.parse(await readText(message));
  const asked = isJsonObject(body) && Array.isArray(body.objects) ? body.objects.filter(isJsonObject) : [];
  const here = incoming.url.href.slice(0, -'batch'.length);
  const header = { authorization: message.headers.authorization };
  const objects = await Promise.all(
    asked.map(async (object) => {
      const oid = textIn(object, 'oid') ?? '';
      const known = await sizeOf(placeOf(repository, oid)).catch(() => null);
      if (known === null) return { ...object, error: { code: 404, message: 'Object does not exist on the server' } };
      return { ...object, authenticated: true, actions: { download: { href: `${here}${oid}`, header } } };
    }),
  );
  const type = { 'content-type': 'application/vnd.git-lfs+json' };
  return jsonAnswer({ transfer: 'basic', objects }, { headers: type });
}

function placeOf({ directory }: Repository, oid: string): string {
  return path.join(directory, 'lfs/objects', oid.slice(0, 2), oid.slice(2, 4), oid);
}

async function sizeOf(file: string): Promise<number> {
  return (await stat(file)).size;
}
