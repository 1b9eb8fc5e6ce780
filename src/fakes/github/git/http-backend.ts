import { type ChildProcess, execFile, spawn } from 'node:child_process';
import type { IncomingMessage } from 'node:http';
import path from 'node:path';
import { pipeline } from 'node:stream';
import { promisify } from 'node:util';
import type { Repository } from '../model.ts';
import { gitEnvironment } from './command.ts';

interface GitRequest {
  readonly message: IncomingMessage;
  readonly repository: Repository;
  /** Path below the repository, such as `/info/refs`. */
  readonly subPath: string;
  readonly query: string;
  readonly user: string;
  /** The token may change files below .github/workflows. */
  readonly mayChangeWorkflows: boolean;
  /** Makes the update hook refuse every branch with this text. */
  readonly refusal: string | null;
}

/** Where an answer goes. */
export interface GitAnswer {
  head(status: number, headers: Record<string, string>): void;
  write(chunk: Buffer): void;
}

export interface GitBackend {
  /** Runs one request through `git http-backend` (CGI) to its end. */
  serve(request: GitRequest, answer: GitAnswer): Promise<void>;
  /** Ends every child that still runs. */
  close(): void;
}

/** Passes HTTP to git's own smart-HTTP program, so that clones, fetches and pushes are git's own. */
export function createGitBackend(): GitBackend {
  const children = new Set<ChildProcess>();
  return {
    async serve(request, answer) {
      const child = spawn(await findProgram(), [], { env: cgiEnvironment(request), detached: true });
      children.add(child);
      child.stdin.on('error', () => undefined);
      let errorOutput = '';
      child.stderr.on('data', (chunk: Buffer) => {
        errorOutput = `${errorOutput}${chunk}`.slice(-2000);
      });
      pipeline(request.message, child.stdin, () => undefined);
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      const parser = createCgiParser(answer);
      child.on('error', reject);
      child.stdout.on('data', (chunk: Buffer) => parser.feed(chunk));
      child.on('close', () => resolve());
      await promise.finally(() => children.delete(child));
      parser.end(`git http-backend did not answer: ${errorOutput.trim()}\n`);
    },
    close() {
      for (const child of children) killGroup(child);
    },
  };
}

const programs = new Map<string | undefined, Promise<string>>();

/** `git http-backend` would be one more process for each request. */
function findProgram(): Promise<string> {
  const { PATH } = process.env;
  const known = programs.get(PATH);
  if (known !== undefined) return known;
  const found = promisify(execFile)('git', ['--exec-path']).then(({ stdout }) =>
    path.join(stdout.trim(), 'git-http-backend'),
  );
  programs.set(PATH, found);
  return found;
}

function killGroup(child: ChildProcess): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch {
    // It has ended already.
  }
}

function cgiEnvironment(request: GitRequest): Record<string, string> {
  const { message, repository, subPath, query, user, refusal, mayChangeWorkflows } = request;
  const { headers } = message;
  const env: Record<string, string> = {
    ...gitEnvironment(),
    GIT_PROJECT_ROOT: repository.directory,
    GIT_HTTP_EXPORT_ALL: '1',
    PATH_INFO: subPath,
    QUERY_STRING: query,
    REQUEST_METHOD: message.method ?? 'GET',
    REMOTE_USER: user,
    REMOTE_ADDR: '127.0.0.1',
    LOCAL_GITHUB_PROTECTED: [...repository.protectedBranches].join('\n'),
    LOCAL_GITHUB_REFUSAL: refusal ?? '',
    LOCAL_GITHUB_WORKFLOWS: mayChangeWorkflows ? 'write' : '',
  };
  const optional = {
    CONTENT_TYPE: headers['content-type'],
    CONTENT_LENGTH: headers['content-length'],
    HTTP_CONTENT_ENCODING: headers['content-encoding'],
    GIT_PROTOCOL: headers['git-protocol'],
  };
  for (const [name, value] of Object.entries(optional)) if (typeof value === 'string') env[name] = value;
  return env;
}

/** Splits CGI output into a status with headers (up to the blank line) and a body. */
function createCgiParser(answer: GitAnswer): { feed(chunk: Buffer): void; end(problem: string): void } {
  let pending: Buffer | null = Buffer.alloc(0);
  return {
    feed(chunk) {
      if (pending === null) return answer.write(chunk);
      pending = Buffer.concat([pending, chunk]);
      const blank = pending.indexOf('\r\n\r\n');
      if (blank < 0) return;
      const headers: Record<string, string> = {};
      for (const line of pending.toString('latin1', 0, blank).split('\r\n')) {
        const colon = line.indexOf(':');
        headers[line.slice(0, colon).toLowerCase()] = line.slice(colon + 1).trim();
      }
      const { status = '200', ...rest } = headers;
      answer.head(Number.parseInt(status, 10), rest);
      const body = pending.subarray(blank + 4);
      pending = null;
      if (body.length > 0) answer.write(body);
    },
    /** An end before the headers is a failure of git itself, such as a package without http-backend. */
    end(problem) {
      if (pending === null) return;
      answer.head(500, { 'content-type': 'text/plain' });
      answer.write(Buffer.from(problem));
    },
  };
}
