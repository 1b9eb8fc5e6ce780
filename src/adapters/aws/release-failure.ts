import { errorMessage, WorkerError } from '../../core/errors.ts';
import { fields } from '../../core/json-lines.ts';

/** Returns what AWS refused as a WorkerError: SETUP_INCOMPLETE with what to type where a person can fix it,
 *  RELEASE_STORE_FAILED elsewhere. `what` is the whole sentence of what could not be done. */
export function releaseFailure(what: string, error: unknown): WorkerError {
  const remedy = REMEDIES.find(({ matches }) => matches(factsOf(error)))?.remedy;
  return new WorkerError({
    code: remedy === undefined ? 'RELEASE_STORE_FAILED' : 'SETUP_INCOMPLETE',
    what,
    why: whyOf(error),
    remedy: remedy ?? 'Run the same command again: it goes on where this one ended.',
    cause: error,
  });
}

/** Returns the HTTP status of AWS's answer; undefined when there was none. */
export function httpStatusOf(error: unknown): number | undefined {
  const { httpStatusCode } = fields(fields(error).$metadata);
  return typeof httpStatusCode === 'number' ? httpStatusCode : undefined;
}

/** Names of what the SDK and AWS say to whoever has no valid credentials. */
const NOT_SIGNED_IN =
  /^(CredentialsProviderError|TokenProviderError|ExpiredToken(Exception)?|InvalidAccessKeyId|SignatureDoesNotMatch|InvalidClientTokenId|UnrecognizedClientException|InvalidSignatureException)$/;

/** Returns whether a request failed for want of valid credentials. */
export function isNotSignedIn(error: unknown): boolean {
  return error instanceof Error && NOT_SIGNED_IN.test(error.name);
}

interface Facts {
  readonly name: string;
  readonly status: number | undefined;
}

/** The first that matches. S3 answers HEAD without a body, so only the status is known; SSM refuses with 400. */
const REMEDIES: ReadonlyArray<{ readonly matches: (facts: Facts) => boolean; readonly remedy: string }> = [
  {
    matches: ({ name }) => NOT_SIGNED_IN.test(name),
    remedy: 'Sign in to AWS and try again (aws sso login, or AWS_PROFILE of a profile that works).',
  },
  {
    matches: ({ name, status }) => status === 403 || /^AccessDenied(Exception)?$/.test(name),
    // S3 answers 403 instead of 404 for a missing object to whoever may not list the bucket (documentation of HeadObject).
    remedy:
      'Use a role of the account of this environment that has the rights which docs/release.md lists; without s3:ListBucket S3 answers 403 also where there is nothing.',
  },
  {
    matches: ({ name, status }) => status === 404 || name === 'NoSuchBucket',
    remedy:
      'Deploy the Core stack first (docs/deployment.md); its output ArtifactsBucketName is what --bucket may name.',
  },
  {
    matches: ({ name, status }) => status === 301 || /^(PermanentRedirect|IllegalLocationConstraint.*)$/.test(name),
    remedy: 'The bucket is in another region: set the region of the environment in src/stacks/environments.ts.',
  },
];

function factsOf(error: unknown): Facts {
  return { name: error instanceof Error ? error.name : '', status: httpStatusOf(error) };
}

function whyOf(error: unknown): string {
  const { name, status } = factsOf(error);
  return `${name || 'Error'}${status === undefined ? '' : ` (HTTP ${status})`}: ${errorMessage(error)}`;
}
