import * as z from 'zod';
import { TRAILERS } from '../../core/names.ts';
import type { HeadCommit } from '../../core/ports/github.ts';

/** Of the commit at a branch's head: who made it, as git and as GitHub know it. */
export const HEAD_COMMIT = `
fragment HeadCommit on Commit {
  message
  author { name email user { login } }
  committer { name email user { login } }
}`;

// GitHub knows an account by the address alone: null for an address that belongs to none, and for a bot's.
const Actor = z
  .object({ name: z.string().nullish(), email: z.string().nullish(), user: z.object({ login: z.string() }).nullish() })
  .nullish();

/** A target that is no commit has none of the fields. */
export const HeadCommitAnswer = z.object({
  oid: z.string(),
  message: z.string().nullish(),
  author: Actor,
  committer: Actor,
});

/** Returns whose commit it is. A person's is one whose author's address belongs to an account; a name or address that says
 *  `[bot]`, the committer's too, is none. */
export function toHeadCommit({ message, author, committer }: z.infer<typeof HeadCommitAnswer>): HeadCommit {
  const buildId = BUILD.exec(message ?? '')?.[1] ?? null;
  const isByPerson = buildId === null && Boolean(author?.user) && !isBot(author) && !isBot(committer);
  return { isByPerson, buildId };
}

const BUILD = new RegExp(`^${TRAILERS.build}: *(\\S+)\\s*$`, 'm');

function isBot(actor: z.infer<typeof Actor>): boolean {
  return [actor?.name, actor?.email, actor?.user?.login].some((text) => /\[bot\]/i.test(text ?? ''));
}
