import type { IncomingMessage } from 'node:http';
import { type Exchange, send } from '../exchange.ts';
import { canPush } from '../permissions.ts';
import { isAccepted, tokenOf } from '../requests.ts';
import type { GitAnswer } from './http-backend.ts';
import { isLargeFiles, serveLargeFiles } from './large-files.ts';
import { rejection } from './rejection.ts';

/** Clone, fetch and push: checks token and permission as GitHub does, then lets git itself answer. */
export async function serveGit(exchange: Exchange): Promise<void> {
  const { parts, message, response, incoming, fault } = exchange;
  const { context, backend } = parts;
  if (fault?.kind === 'reset') return void message.socket.resetAndDestroy();
  if (fault?.kind === 'hang') return void message.resume();
  const refusal = refusalOf(exchange);
  const repository = incoming.git && context.state.repository(incoming.git.fullName);
  if (refusal || !incoming.git || !repository) {
    message.resume();
    const {
      status,
      text,
      headers = {},
    } = refusal ?? movedTo(exchange) ?? { status: 404, text: 'Repository not found.' };
    return send(response, { status, headers: { 'content-type': 'text/plain', ...headers }, body: text });
  }
  if (fault?.kind === 'rejectRef') return send(response, rejection(fault, await readBytes(message)));
  if (isLargeFiles(incoming.git.subPath)) return serveLargeFiles(exchange, repository);
  const isDropped = fault?.kind === 'dropAfterEffect';
  let bytesLeft = fault?.kind === 'cutBody' ? fault.afterBytes : Number.POSITIVE_INFINITY;
  const answer: GitAnswer = {
    head: (status, headers) => void (isDropped || response.writeHead(status, headers)),
    write(chunk) {
      if (isDropped || bytesLeft <= 0) return;
      response.write(chunk.subarray(0, bytesLeft));
      bytesLeft -= chunk.length;
    },
  };
  await backend.serve(
    {
      message,
      repository,
      subPath: incoming.git.subPath,
      query: incoming.url.search.slice(1),
      user: context.state.viewer,
      mayChangeWorkflows: context.state.rights.workflows === 'write',
      refusal: fault?.kind === 'refusePush' ? fault.message : null,
    },
    answer,
  );
  if (isDropped) message.socket.destroy();
  else if (bytesLeft <= 0) response.write('', () => message.socket.destroy());
  else response.end();
}

async function readBytes(message: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of message) parts.push(part);
  return Buffer.concat(parts);
}

type Refusal = { status: number; text: string; headers?: Record<string, string> };

/** A renamed repository answers its old name with the new one.
 *  https://docs.github.com/en/repositories/creating-and-managing-repositories/renaming-a-repository */
function movedTo({ parts, incoming }: Exchange): Refusal | null {
  const { git, url } = incoming;
  const repository = git && parts.context.state.renamedFrom(git.fullName);
  if (!repository) return null;
  const location = url.pathname.replace(git.fullName, repository.fullName) + url.search;
  return { status: 301, text: 'Moved Permanently', headers: { location } };
}

function refusalOf({ parts, message, incoming, fault }: Exchange): Refusal | null {
  const { state } = parts.context;
  if (fault?.kind === 'status') return { status: fault.status, text: fault.body ?? '', headers: { ...fault.headers } };
  if (fault?.kind === 'http502') return { status: 502, text: 'Bad Gateway' };
  if (fault?.kind === 'rateLimited' || fault?.kind === 'secondaryLimit') {
    const seconds = fault.kind === 'rateLimited' ? fault.resetInSeconds : fault.retryAfterSeconds;
    return { status: 429, text: 'Too many requests', headers: { 'retry-after': String(seconds) } };
  }
  if (fault?.kind === 'unauthorized' || !isAccepted(tokenOf(message.headers.authorization), parts.tokens)) {
    const headers = { 'www-authenticate': 'Basic realm="GitHub"' };
    return { status: 401, text: 'Invalid username or token.', headers };
  }
  const repository = incoming.git && state.repository(incoming.git.fullName);
  if (!repository || incoming.gitService !== 'git-receive-pack') return null;
  if (repository.archived) return { status: 403, text: 'This repository was archived so it is read-only.' };
  // GitHub's words for a fine-grained token without Contents: write.
  if (state.rights.contents !== 'write') return { status: 403, text: 'Write access to repository not granted.' };
  if (canPush(repository)) return null;
  return { status: 403, text: `Permission to ${repository.fullName}.git denied to ${state.viewer}.` };
}
