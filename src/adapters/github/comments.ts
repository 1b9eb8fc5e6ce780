import * as z from 'zod';
import { WorkerError } from '../../core/errors.ts';
import type { Comments } from '../../core/ports/github.ts';
import { type GraphQlError, GraphQlFailure, isNothingThere } from './answer.ts';
import type { GitHubClient } from './client.ts';
import { ADD_COMMENT, EDIT_COMMENT, FIND_COMMENTS } from './documents.ts';
import { isLostAnswer } from './failure.ts';
import { isNotFound, lookAgain, refusable, settled } from './refusal.ts';

/** Pages of 50 comments that are looked through, the newest first. */
const MAX_PAGES = 20;
/** How often a comment is asked for while answers get lost. */
const TRIES = 3;
interface Thread {
  readonly client: GitHubClient;
  readonly owner: string;
  readonly name: string;
  readonly number: number;
}

/** Makes the comments of one repository's issues and pull requests. Ours is the one that has the marker and that the
 *  token's own account wrote, since anybody can paste a marker. */
export function createGitHubComments({ client, repository }: { client: GitHubClient; repository: string }): Comments {
  const [owner = '', name = ''] = repository.split('/');
  return {
    upsert: ({ number, marker, body }) => {
      const text = body.includes(marker) ? body : `${marker}\n${body}`;
      return refusable(client, () => upsert({ client, owner, name, number }, { marker, body: text }));
    },
  };
}

async function upsert(thread: Thread, { marker, body }: { marker: string; body: string }): Promise<string> {
  const { subjectId, ours } = await settled(thread.client, () => findOurs(thread, marker));
  // One that was added a moment ago may not be visible yet.
  const known = ours ?? (await lookAgain(thread.client, { look: () => findNewest(thread, marker), looks: [3] }));
  if (known === null) return add(thread, { subjectId, marker, body });
  try {
    return await edit(thread.client, { ours: known, body });
  } catch (error) {
    // Somebody deleted it in between.
    if (!isNotFound(error)) throw error;
    return add(thread, { subjectId, marker, body });
  }
}

interface Comment {
  readonly id: string;
  readonly body: string;
  readonly url: string;
}

async function findOurs(thread: Thread, marker: string): Promise<{ subjectId: string; ours: Comment | null }> {
  let before: string | null = null;
  for (let page = 1; ; page += 1) {
    const { id, comments } = await readPage(thread, before);
    const ours = oursOn({ comments }, marker);
    const { hasPreviousPage, startCursor } = comments.pageInfo;
    if (ours !== null || !hasPreviousPage || page >= MAX_PAGES) return { subjectId: id, ours };
    before = startCursor;
  }
}

/** Looks at the newest page alone, where a comment of a moment ago is. */
async function findNewest(thread: Thread, marker: string): Promise<Comment | null> {
  return oursOn(await readPage(thread, null), marker);
}

function oursOn({ comments }: Pick<z.infer<typeof SubjectAnswer>, 'comments'>, marker: string): Comment | null {
  return comments.nodes.findLast((node) => node?.viewerDidAuthor && node.body.includes(marker)) ?? null;
}

const SubjectAnswer = z.object({
  id: z.string(),
  comments: z.object({
    pageInfo: z.object({ hasPreviousPage: z.boolean(), startCursor: z.string().nullable() }),
    nodes: z.array(
      z.object({ id: z.string(), body: z.string(), url: z.string(), viewerDidAuthor: z.boolean() }).nullable(),
    ),
  }),
});

async function readPage(thread: Thread, before: string | null): Promise<z.infer<typeof SubjectAnswer>> {
  const { client, owner, name, number } = thread;
  const { repository } = await client.graphql({
    document: FIND_COMMENTS,
    variables: { owner, name, number, before },
    answer: z.object({ repository: z.object({ issueOrPullRequest: SubjectAnswer.nullable() }).nullable() }),
    allow: (error) => isNothingThere(error, ['repository', 'issueOrPullRequest']) || isOfAnother(error),
  });
  const subject = repository?.issueOrPullRequest;
  if (subject) return subject;
  const what = `${owner}/${name} has no issue or pull request #${number} to comment on.`;
  throw new WorkerError({
    code: 'GITHUB_FAILED',
    what,
    remedy: 'Nothing if it was deleted or moved to another repository; otherwise give the token access to Issues.',
    cause: new GraphQlFailure([{ type: 'NOT_FOUND', message: what }]),
  });
}

/** A comment that this token may not see is none that it wrote. */
function isOfAnother({ type, path = [] }: GraphQlError): boolean {
  const [, , comments, nodes, index] = path;
  const isOne = comments === 'comments' && nodes === 'nodes' && typeof index === 'number';
  return isOne && (type === 'FORBIDDEN' || type === 'NOT_FOUND');
}

async function edit(client: GitHubClient, { ours, body }: { ours: Comment; body: string }): Promise<string> {
  if (ours.body === body) return ours.url;
  const { updateIssueComment } = await client.graphql({
    document: EDIT_COMMENT,
    variables: { id: ours.id, body },
    answer: z.object({ updateIssueComment: z.object({ issueComment: z.object({ url: z.string() }) }) }),
  });
  return updateIssueComment.issueComment.url;
}

/** A lost answer is resolved by looking, never by posting a second comment blindly. */
async function add(
  thread: Thread,
  { subjectId, marker, body }: { subjectId: string; marker: string; body: string },
): Promise<string> {
  const { client } = thread;
  for (let tries = 1; ; tries += 1) {
    try {
      const { addComment } = await client.graphql({
        document: ADD_COMMENT,
        variables: { subjectId, body },
        answer: z.object({ addComment: z.object({ commentEdge: z.object({ node: z.object({ url: z.string() }) }) }) }),
        repeatable: false,
      });
      return addComment.commentEdge.node.url;
    } catch (error) {
      if (tries >= TRIES || !isLostAnswer(error)) throw error;
      const ours = await lookAgain(client, { look: () => findNewest(thread, marker) });
      if (ours !== null) return edit(client, { ours, body });
    }
  }
}
