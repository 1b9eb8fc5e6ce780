import { GitHubError } from './github-error.ts';

/** Why GitHub does not do or show something, as it stands in `errors`; REST names the field. */
export interface Refusal {
  readonly type: string;
  readonly message: string;
  readonly extensions?: Readonly<Record<string, unknown>>;
  readonly field?: string;
  readonly code?: string;
}

/** What GitHub refuses beyond requests that are broken: one named rule each, with the source of its words. */
export const REFUSALS = {
  /** A right that the token lacks, whoever owns it (semantic-release/github#221; docs: "Permissions required for
   *  fine-grained personal access tokens"). */
  'token-lacks-right': { type: 'FORBIDDEN', message: 'Resource not accessible by personal access token' },
  /** A conversation that somebody has locked (renovatebot/renovate#6215). */
  'locked-conversation': { type: 'FORBIDDEN', message: 'Unable to create comment because issue is locked' },
  /** The limit on creating content, worded as a refusal of the content (cli/cli#4801); it passes. */
  'too-quickly': { type: 'UNPROCESSABLE', message: 'was submitted too quickly' },
  /** The branch of a pull request that was pushed a moment ago (AndyMik90/Aperant#1928); it passes. */
  'head-not-known': { type: 'UNPROCESSABLE', message: 'Head ref must be a branch', field: 'head', code: 'invalid' },
  /** An item of a board that was archived (gr2m/github-project#96). */
  'archived-item': { type: 'UNPROCESSABLE', message: 'The item is archived and cannot be updated' },
  /** GitHub's limit on titles of issues and pull requests (docs: issues and pull requests have 256 characters). */
  'title-too-long': { type: 'UNPROCESSABLE', message: 'Title is too long (maximum is 256 characters)' },
  /** GitHub's limit on bodies of issues, pull requests and comments (renovatebot/renovate#4800). */
  'body-too-long': { type: 'UNPROCESSABLE', message: 'Body is too long (maximum is 65536 characters)' },
  /** A pull request that its state keeps from being marked as ready. */
  'ready-refused': { type: 'UNPROCESSABLE', message: 'Could not mark the pull request as ready for review' },
  /** Single sign-on: cli/cli#2661 shows `extensions.saml_failure`. */
  'single-sign-on': {
    type: 'FORBIDDEN',
    message:
      'Resource protected by organization SAML enforcement. You must grant your Personal Access token access to this organization.',
    extensions: { saml_failure: true },
  },
  /** Something that the token may not see looks as if it were not there. */
  'not-found': { type: 'NOT_FOUND', message: 'Could not resolve to a node.' },
} as const satisfies Record<string, Refusal>;

export type RefusalName = keyof typeof REFUSALS;

/** Returns the error of a refusal, or of a named rule. */
export function refusal(reason: RefusalName | Refusal): GitHubError {
  const { type, message, extensions }: Refusal = typeof reason === 'string' ? REFUSALS[reason] : reason;
  return Object.assign(new GitHubError(type, message), { extensions });
}
