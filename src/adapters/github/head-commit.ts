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

/** Returns whose commit it is. A person's is one whose author's address belongs to an account; where a name, address or account,
 *  the committer's too, is that of a program, it is none. */
export function toHeadCommit({ message, author, committer }: z.infer<typeof HeadCommitAnswer>): HeadCommit {
  const buildId = BUILD.exec(message ?? '')?.[1] ?? null;
  const isByPerson = buildId === null && Boolean(author?.user) && !isProgram(author) && !isProgram(committer);
  return { isByPerson, buildId };
}

const BUILD = new RegExp(`^${TRAILERS.build}: *(\\S+)\\s*$`, 'm');

/** Accounts of programs are users like any other: GitHub shows what a workflow commits as `GitHub Actions` by one that is called
 *  actions-user (github.com/actions-user). A person who is taken for a program can still move the card. */
function isProgram(actor: z.infer<typeof Actor>): boolean {
  const mailbox = (actor?.email ?? '').replace(/@[^@]*$/, '').replace(/^\d+\+/, '');
  return [actor?.name, mailbox, actor?.user?.login].some((text) => PROGRAM.test(text ?? ''));
}

const PROGRAM =
  /(?<![a-z])(?:ro)?bots?(?![a-z])|(?<![a-z])(?:github[ -]?actions?|jenkins|renovate|weblate)(?![a-z])|^(?:actions?(?:-user)?|ci)$/i;
