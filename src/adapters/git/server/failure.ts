import { WorkerError } from '../../../core/errors.ts';
import { type GitAnswer, gitFailed } from '../git-process.ts';
import type { HttpAnswer } from './http-trace.ts';

/** A fault of the server, or of the way to it, that may pass by itself. */
interface ServerFault {
  readonly command: string;
  /** What git said, without progress. */
  readonly said: string;
  readonly retryAfterSeconds: number | null;
}

/** Thrown by one attempt, so that another one follows. */
export class PassingFault extends Error {
  readonly fault: ServerFault;

  constructor(fault: ServerFault) {
    super(fault.said);
    this.fault = fault;
  }
}

/** What the failure of a command that talks to the server means. Only what is known to be final is: anything else may pass. */
export type ServerFailure =
  /** The server answered, and git ended at what it said. */
  | { readonly kind: 'answered' }
  /** The server was not asked, or this machine could not keep what it gave. */
  | { readonly kind: 'own' }
  | { readonly kind: 'passing'; readonly retryAfterSeconds: number | null }
  | { readonly kind: 'token-refused' }
  | { readonly kind: 'forbidden' }
  | { readonly kind: 'not-found' }
  | { readonly kind: 'too-large' }
  | { readonly kind: 'redirected'; readonly location: string | null };

/** Returns what the failure means by its HTTP status, if it has one. */
export function failureOf({ stderr, http }: Pick<GitAnswer, 'stderr' | 'http'>): ServerFailure {
  // What the server says in words of its own is no word of this machine's git.
  const said = stderr
    .split(/[\r\n]+/)
    .filter((line) => !line.startsWith('remote:'))
    .join('\n');
  const status = statusIn(said);
  if (OWN_FAULT.test(said)) return { kind: 'own' };
  if (status === null && CONNECTION_FAULT.test(said)) return PASSING;
  if (status === null) return { kind: http === null ? 'own' : 'answered' };
  const answer = http?.status === status ? http : null;
  if (status >= 300 && status < 400) return { kind: 'redirected', location: answer?.headers.get('location') ?? null };
  if (status === 401) return { kind: 'token-refused' };
  if (status === 404) return { kind: 'not-found' };
  if (status === 413) return { kind: 'too-large' };
  if (status === 403 && !isLimited(answer, stderr)) return { kind: 'forbidden' };
  return { kind: 'passing', retryAfterSeconds: retryAfterOf(answer) };
}

const PASSING = { kind: 'passing', retryAfterSeconds: null } as const;

/** Git's own words (http.c, remote-curl.c), which do not change with the language: it runs with LC_ALL=C. */
function statusIn(stderr: string): number | null {
  const status = /(?:requested URL returned error: |RPC failed; HTTP )(\d{3})/.exec(stderr)?.[1];
  if (status !== undefined) return Number(status);
  if (/Authentication failed for|could not read (?:Username|Password) for/.test(stderr)) return 401;
  return /^fatal: repository '.*' not found$/m.test(stderr) ? 404 : null;
}

/** Words of git and curl for a connection that was not made, or ended too early, also because git itself was ended. */
const CONNECTION_FAULT =
  /unable to access|RPC failed|hung up unexpectedly|early EOF|unexpected (?:disconnect|flush)|connection (?:reset|timed out)|took longer than|was killed with/i;

const OWN_FAULT = /no space left on device|disk quota exceeded|read-only file system/i;

/** GitHub's limits come as 403 with one of these; a right that is missing comes without
 *  (docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api). */
function isLimited(answer: HttpAnswer | null, stderr: string): boolean {
  const { headers } = answer ?? { headers: new Map<string, string>() };
  return (
    headers.has('retry-after') || headers.get('x-ratelimit-remaining') === '0' || /\brate limit|\babuse\b/i.test(stderr)
  );
}

function retryAfterOf(answer: HttpAnswer | null): number | null {
  const value = answer?.headers.get('retry-after') ?? '';
  return /^\d{1,6}$/.test(value) ? Number(value) : null;
}

/** Throws what a failure means for fetch and ls-remote: a PassingFault, or the final error. */
export function throwFailure(command: string, answer: Pick<GitAnswer, 'stderr' | 'http'>): never {
  const failure = failureOf(answer);
  const said = withoutProgress(answer.stderr);
  throw failure.kind === 'answered' ? passing(command, said) : failureError(failure, { command, said });
}

/** Returns the fault of an attempt whose answer is not known to be final. */
export function passing(command: string, said: string): PassingFault {
  return new PassingFault({ command, said, retryAfterSeconds: null });
}

/** Returns the error for a failure that has a status. */
export function failureError(
  failure: Exclude<ServerFailure, { kind: 'answered' }>,
  { command, said }: { command: string; said: string },
): Error {
  switch (failure.kind) {
    case 'passing':
      return new PassingFault({ command, said, retryAfterSeconds: failure.retryAfterSeconds });
    case 'own':
      return gitFailed([command], said);
    case 'redirected':
      return repositoryMoved(failure.location, said);
    case 'token-refused':
      return new WorkerError({
        code: 'SECRET_INVALID',
        what: `The git server refused the credentials (git ${command}, 401).`,
        why: said,
        remedy: 'Put a valid token into the git-credentials secret (one machine: GITHUB_TOKEN); it may have expired.',
      });
    default:
      return new WorkerError({
        code: 'SETUP_INCOMPLETE',
        what:
          failure.kind === 'not-found'
            ? 'The git server knows no such repository, or hides it from this token (404).'
            : `The git server refused git ${command} for good.`,
        why: said,
        remedy:
          'Correct "repository" in the project configuration, or give the token these rights: Contents read and write, Metadata read.',
      });
  }
}

function repositoryMoved(location: string | null, said: string): WorkerError {
  const place = location === null ? null : /^(.*?)(?:\.git)?\/(?:info\/refs|git-[a-z-]+)(?:\?|$)/.exec(location)?.[1];
  const name = place?.split('/').slice(-2).join('/');
  return new WorkerError({
    code: 'REPOSITORY_MOVED',
    what: `The repository was renamed or moved${place ? ` to ${name} (${place})` : ''}; the worker follows no redirect.`,
    why: said,
    remedy: `Correct "repository" in the project configuration${name ? ` to ${name}, if that is yours` : ''}.`,
  });
}

/** Returns the error for a fault that did not pass in time. */
export function serverUnavailable(
  { command, said }: ServerFault,
  { attempts, seconds }: { attempts: number; seconds: number },
): WorkerError {
  const tries = `${attempts} attempt${attempts === 1 ? '' : 's'} in ${Math.round(seconds)} s`;
  return new WorkerError({
    code: 'GIT_UNAVAILABLE',
    isPassing: true,
    what: `The git server could not be used (git ${command}, ${tries}).`,
    why: said,
    remedy: remedyOf(said),
  });
}

function remedyOf(said: string): string {
  if (/certificate|SSL|TLS/.test(said))
    return 'Name the certificates that this machine trusts in SSL_CERT_FILE or GIT_SSL_CAINFO; nothing else if it passes.';
  if (/could not resolve|failed to connect|proxy/i.test(said))
    return 'Check network and HTTPS_PROXY of this machine; nothing else if it passes.';
  return 'Nothing if it passes: the next build tries again. https://www.githubstatus.com lists outages.';
}

const PROGRESS =
  /^(?:remote: )?(?:Enumerating|Counting|Compressing|Receiving|Resolving|Writing|Unpacking|Total|Delta) /;

/** Returns what git said without its lines of progress. */
export function withoutProgress(stderr: string): string {
  const lines = stderr.split(/[\r\n]+/).map((line) => line.trimEnd());
  return lines.filter((line) => line !== '' && !PROGRESS.test(line)).join('\n');
}
