import type { PushRefusal } from '../../../core/ports/repository.ts';
import type { GitAnswer } from '../git-process.ts';
import { failureError, failureOf, passing, withoutProgress } from './failure.ts';

/** Longest part of a refusal that people are shown; the whole of it stands in the log. */
const TELLING_CHARS = 2800;

/** Returns why the server refused a push for good. Throws a PassingFault for anything that is not known to be final, SECRET_INVALID and
 *  REPOSITORY_MOVED. */
export function refusalOf(answer: GitAnswer, branch: string): PushRefusal {
  const text = withoutProgress(`${answer.stdout.toString('utf8')}\n${answer.stderr}`);
  // A branch may be called like a rule.
  const [said, reasons] = [remoteLines(text), reasonsIn(text)].map((lines) => lines.join('\n').replaceAll(branch, ''));
  const words = `${said}\n${reasons}`;
  if (NUMBERED_RULE.test(words)) return refusal('rule', text);
  const failure = failureOf(answer);
  switch (failure.kind) {
    case 'answered':
      if (SERVERS_OWN.test(words) || SERVERS_REASON.test(reasons ?? '') || !RULE.test(words))
        throw passing('push', text);
      return refusal('rule', text);
    case 'forbidden':
    case 'not-found':
      return refusal('rights', text);
    case 'too-large':
      return refusal('rule', text);
    default:
      throw failureError(failure, { command: 'push', said: text });
  }
}

/** GitHub numbers its rules: GH001, GH006, GH013 … */
const NUMBERED_RULE = /\bGH\d{3}\b|\bpack exceeds maximum allowed size\b/;

/** Words of git and of GitHub for a rule that says no. */
const RULE =
  /\bdeclined\b|\bprotected branch\b|\brule violations?\b|\brefusing to\b|\bscope\b|\bnot allowed\b|\bprohibited\b/i;

/** The server's own failures, which also come as a rejected ref, of GitHub and of the hooks of an Enterprise Server. */
const SERVERS_OWN = /internal server error|fatal error in commit_refs|service unavailable|exceeded \S+ timeout/i;

/** The reasons of git for them (builtin/receive-pack.c); in the text of a hook such words mean nothing. */
const SERVERS_REASON =
  /failed to update ref|cannot lock ref|unable to (?:create|write|migrate)|commit_refs|unpacker error|^failure$/im;

function refusal(because: PushRefusal['because'], text: string): PushRefusal {
  return { kind: 'refused', because, text, detail: tellingPart(text), remedy: remedyOf(because, text) };
}

function remedyOf(because: PushRefusal['because'], text: string): string {
  if (because === 'rights') return 'Give the token the right to write contents of the repository.';
  return REMEDIES.find(([pattern]) => pattern.test(text))?.[1] ?? 'Do what the rule says, then move the card back.';
}

/** By what the refusal says. Sources: docs.github.com on push protection, large files, commit signatures, merge queues and workflow
 *  permissions. */
const REMEDIES: ReadonlyArray<readonly [RegExp, string]> = [
  [
    /PUSH PROTECTION|contain secrets/i,
    'Take each secret out of the branch (or allow it at the address that GitHub names), then move the card back.',
  ],
  [/\bworkflows?\b[^\n]*(?:scope|permission)/i, 'Let a person push the workflow files, then move the card back.'],
  [/verified signature/i, "Exempt the worker's account from the rule on signatures, then move the card back."],
  [/GH001|large file/i, 'Take the large file out of the branch or store it with Git LFS, then move the card back.'],
  [/merge queue/i, 'Take the pull request out of the merge queue, then move the card back.'],
  [/protected branch|rule violations/i, 'Let the account of the worker push to this branch, then move the card back.'],
];

/** Returns what the server itself said, and git's reason where it said nothing, without frames and without git's own summary. */
function tellingPart(text: string): string {
  const said = remoteLines(text)
    .map((line) => line.trim().replace(/^error: /, ''))
    .filter((line) => !FRAME.test(line));
  const errors = text
    .split('\n')
    .filter((line) => /^(?:error|fatal):/.test(line) && !/failed to push some refs/.test(line));
  const telling = [...new Set([...said, ...(said.length === 0 ? errors : []), ...reasonsIn(text)])].join('\n');
  return telling.length <= TELLING_CHARS ? telling : `${telling.slice(0, TELLING_CHARS)} … (the rest is in push.log)`;
}

/** Blank lines, rules of dashes, and what git itself adds about its hooks. */
const FRAME = /^[\s—–_=-]*$|^hook declined to update /;

function remoteLines(text: string): string[] {
  return text.split('\n').flatMap((line) => (line.startsWith('remote:') ? [line.slice('remote:'.length)] : []));
}

/** What stands in brackets behind a ref that was rejected. */
function reasonsIn(text: string): string[] {
  return text.split('\n').flatMap((line) => /\[(?:remote )?rejected\] \((.*)\)$/.exec(line)?.[1] ?? []);
}
