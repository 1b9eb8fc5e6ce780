import * as z from 'zod';
import { errorMessage, isWorkerError, WorkerError } from '../../core/errors.ts';
import type { PullRequest, PullRequests } from '../../core/ports/github.ts';
import type { GitHubClient } from './client.ts';
import { CONVERT_TO_DRAFT, MARK_READY, READ_DRAFT_STATE } from './documents.ts';
import { graphQlErrorsOf, isLostAnswer, statusOf } from './failure.ts';
import { isNotFound, lookAgain, refusable, settled } from './refusal.ts';

export interface PullRequestSettings {
  readonly client: GitHubClient;
  /** `owner/name`. */
  readonly repository: string;
  /** For pull requests that are opened here. */
  readonly labels?: readonly string[];
}

interface Located extends PullRequestSettings {
  readonly owner: string;
  readonly repo: string;
}

/** Makes the pull requests of one repository. A branch of a fork is never taken for ours. */
export function createGitHubPullRequests(settings: PullRequestSettings): PullRequests {
  const [owner = '', repo = ''] = settings.repository.split('/');
  const located = { ...settings, owner, repo };
  return {
    find: (branch) => find(located, branch),
    get: (number) => get(located, number),
    createDraft: (request) => refusable(located.client, () => createDraft(located, request)),
    updateBody: (number, change) => refusable(located.client, () => updateBody(located, { number, change })),
    setDraft: (number, draft) => refusable(located.client, () => setDraft(located, { number, draft })),
  };
}

async function find({ client, owner, repo, repository }: Located, branch: string): Promise<PullRequest | null> {
  const all = await client.rest({
    route: 'GET /repos/{owner}/{repo}/pulls',
    parameters: { owner, repo, head: `${owner}:${branch}`, state: 'open', per_page: 100 },
    answer: z.array(PullRequestAnswer),
  });
  // GitHub ignores a head that it does not understand and then lists every pull request.
  const own = all.filter(({ headRef, headRepository }) => headRef === branch && same(headRepository, repository));
  if (own.length <= 1) return own[0] ?? null;
  const numbers = own.map(({ number }) => `#${number}`).join(' and ');
  throw new WorkerError({
    code: 'PULL_REQUEST_AMBIGUOUS',
    what: `The branch "${branch}" has several open pull requests: ${numbers}.`,
    remedy: 'Close all but one of them.',
  });
}

async function get({ client, owner, repo }: Located, number: number): Promise<PullRequest | null> {
  try {
    return await settled(client, () =>
      client.rest({
        route: 'GET /repos/{owner}/{repo}/pulls/{pull_number}',
        parameters: { owner, repo, pull_number: number },
        answer: OpenPullRequestAnswer,
      }),
    );
  } catch (error) {
    if (isNotFound(error)) return null;
    throw error;
  }
}

type Draft = Parameters<PullRequests['createDraft']>[0];
type Created = Awaited<ReturnType<PullRequests['createDraft']>>;

/** How often a pull request is asked for while answers get lost. */
const TRIES = 3;
/** Seconds before further tries while GitHub does not know the pushed head yet. */
const PAUSES = [1, 2, 4, 8] as const;

/** A lost answer is resolved by looking, never by opening a second pull request. */
async function createDraft(located: Located, request: Draft): Promise<Created> {
  const { client } = located;
  const pauses = [...PAUSES];
  let draft = true;
  for (let lostAnswers = 0; ; ) {
    try {
      return await labelled(located, await create(located, { ...request, draft }));
    } catch (error) {
      if (draft && isDraftUnsupported(error)) {
        client.log.warn('this repository has no draft pull requests; an ordinary one is opened', {});
        draft = false;
        continue;
      }
      if (isHeadUnknown(error)) {
        const seconds = pauses.shift();
        if (seconds === undefined) throw notYet(error);
        await client.pause(seconds);
        continue;
      }
      const lost = isLostAnswer(error);
      if (!lost && !isAlreadyThere(error)) throw error;
      const existing = await lookAgain(client, { look: () => find(located, request.branch) });
      if (existing !== null) return labelled(located, existing);
      if (lost) lostAnswers += 1;
      if (!lost || lostAnswers >= TRIES) throw lost ? error : notYet(error);
    }
  }
}

async function create({ client, owner, repo }: Located, request: Draft & { draft: boolean }): Promise<PullRequest> {
  const { branch, base, title, body, draft } = request;
  return client.rest({
    route: 'POST /repos/{owner}/{repo}/pulls',
    parameters: { owner, repo, head: branch, base, title, body, draft },
    answer: PullRequestAnswer,
    repeatable: false,
  });
}

/** Labels are optional: the pull request is complete without them. */
async function labelled(located: Located, created: PullRequest): Promise<Created> {
  const { client, owner, repo, labels = [] } = located;
  const { number } = created;
  if (labels.length === 0) return created;
  try {
    await client.rest({
      route: 'POST /repos/{owner}/{repo}/issues/{issue_number}/labels',
      parameters: { owner, repo, issue_number: number, labels },
      answer: z.array(z.object({ name: z.string() })),
    });
    return created;
  } catch (error) {
    client.log.warn('the pull request could not be labelled', { number, labels, error: errorMessage(error) });
    return { ...created, unlabelled: `Pull request #${number} could not be labelled: ${firstLine(error)}` };
  }
}

/** There is no compare-and-set for a body: it is read again right before it is written. */
async function updateBody(
  { client, owner, repo }: Located,
  { number, change }: { number: number; change: (body: string) => string },
): Promise<PullRequest> {
  const parameters = { owner, repo, pull_number: number };
  const current = await settled(client, () =>
    client.rest({ route: 'GET /repos/{owner}/{repo}/pulls/{pull_number}', parameters, answer: PullRequestAnswer }),
  );
  const body = change(current.body);
  if (body === current.body) return current;
  return client.rest({
    route: 'PATCH /repos/{owner}/{repo}/pulls/{pull_number}',
    parameters: { ...parameters, body },
    answer: PullRequestAnswer,
  });
}

async function setDraft(
  { client, owner, repo }: Located,
  { number, draft }: { number: number; draft: boolean },
): Promise<void> {
  const { repository } = await settled(client, () =>
    client.graphql({
      document: READ_DRAFT_STATE,
      variables: { owner, name: repo, number },
      answer: z.object({ repository: z.object({ pullRequest: z.object({ id: z.string(), isDraft: z.boolean() }) }) }),
    }),
  );
  const { id, isDraft } = repository.pullRequest;
  if (isDraft === draft) return;
  const changed = z.object({ pullRequest: z.object({ isDraft: z.literal(draft) }) });
  try {
    if (draft) {
      const answer = z.object({ convertPullRequestToDraft: changed });
      await client.graphql({ document: CONVERT_TO_DRAFT, variables: { id }, answer });
    } else {
      const answer = z.object({ markPullRequestReadyForReview: changed });
      await client.graphql({ document: MARK_READY, variables: { id }, answer });
    }
  } catch (error) {
    if (!isDraftUnsupported(error)) throw error;
    client.log.warn('this repository has no draft pull requests; it stays as it is', { number });
  }
}

const Shape = z.object({
  node_id: z.string(),
  number: z.int(),
  html_url: z.string(),
  draft: z.boolean().optional(),
  title: z.string(),
  body: z.string().nullable(),
  head: z.object({ ref: z.string(), repo: z.object({ full_name: z.string() }).nullable() }),
  base: z.object({ ref: z.string() }),
});

const PullRequestAnswer = Shape.transform(toPullRequest);

/** Null when it is not open. */
const OpenPullRequestAnswer = Shape.extend({ state: z.string() }).transform((answer) =>
  answer.state === 'open' ? toPullRequest(answer) : null,
);

function toPullRequest(answer: z.output<typeof Shape>): PullRequest {
  return {
    id: answer.node_id,
    number: answer.number,
    url: answer.html_url,
    isDraft: answer.draft ?? false,
    headRef: answer.head.ref,
    headRepository: answer.head.repo?.full_name ?? null,
    baseRef: answer.base.ref,
    title: answer.title,
    body: answer.body ?? '',
  };
}

function same(a: string | null, b: string): boolean {
  return a?.toLowerCase() === b.toLowerCase();
}

function isAlreadyThere(error: unknown): boolean {
  return statusOf(error) === 422 && /pull request already exists/i.test(errorMessage(error));
}

/** The API lags behind git: right after a push it may know neither the branch nor its commits. */
function isHeadUnknown(error: unknown): boolean {
  if (statusOf(error) !== 422) return false;
  const said = errorMessage(error);
  const isHeadField = /"field":\s*"head"/.test(said) && /"code":\s*"invalid"/.test(said);
  return (
    isHeadField ||
    /no commits between|head (?:ref|sha)\b.*(?:must be a branch|can't be blank)|not all refs are readable/i.test(said)
  );
}

/** Worded as a refusal, but a later try may be taken. */
function notYet(error: unknown): WorkerError {
  return new WorkerError({
    code: 'GITHUB_FAILED',
    what: 'GitHub does not open the pull request yet.',
    why: isWorkerError(error) ? (error.why ?? error.what) : errorMessage(error),
    remedy: 'Nothing if it passes by itself; otherwise open the pull request by hand.',
  });
}

function firstLine(error: unknown): string {
  return (isWorkerError(error) ? (error.why ?? error.what) : errorMessage(error)).split('\n')[0] ?? '';
}

/** Private repositories on some plans have no drafts. */
function isDraftUnsupported(error: unknown): boolean {
  const refused = statusOf(error) === 422 || graphQlErrorsOf(error).length > 0;
  return refused && /draft pull requests are not supported/i.test(errorMessage(error));
}
