import type { Fault } from '../faults.ts';

type RejectRef = Extract<Fault, { kind: 'rejectRef' }>;

/** What GitHub answers to pushes that a rule of the repository refuses, in its words. Sources: docs.github.com, "Working with push
 *  protection from the command line", "Available rules for rulesets", "About large files on GitHub"; public reports of the texts. */
export const RULE_REFUSALS = {
  /** A secret in a commit: 8 lines of reason, then a block per secret. */
  pushProtection: (secrets: number): RejectRef =>
    ruleViolation([
      '- GITHUB PUSH PROTECTION',
      `  ${'—'.repeat(41)}`,
      '    Resolve the following violations before pushing again',
      '',
      '    - Push cannot contain secrets',
      '',
      '',
      '     (?) Learn how to resolve a blocked push',
      '     https://docs.github.com/code-security/secret-scanning/working-with-push-protection#resolving-a-blocked-push',
      '',
      '',
      ...Array.from({ length: secrets }, (_, index) => secretBlock(index + 1)).flat(),
    ]),
  signatures: (): RejectRef =>
    ruleViolation([
      'Review all repository rules at https://github.com/acme/slugs/rules?ref=refs%2Fheads%2Ffeature%2Fslugs',
      '',
      '- Commits must have verified signatures.',
      '  Found 1 violation:',
      '',
      `  ${'a1'.repeat(20)}`,
    ]),
  largeFile: (): RejectRef =>
    rejected('pre-receive hook declined', [
      'error: Trace: 0123456789abcdef',
      'error: See https://gh.io/lfs for more information.',
      'error: File dist/model.bin is 123.45 MB; this exceeds GitHub’s file size limit of 100.00 MB',
      'error: GH001: Large files detected. You may want to try Git Large File Storage - https://git-lfs.github.com.',
    ]),
  mergeQueue: (): RejectRef =>
    rejected('protected branch hook declined', [
      'error: GH006: Protected branch update failed for refs/heads/feature/slugs.',
      'error: A pull request for this branch has been added to a merge queue. Branches that are queued cannot be updated.',
    ]),
  workflowScope: (): RejectRef =>
    rejected(
      'refusing to allow a Personal Access Token to create or update workflow `.github/workflows/ci.yml` without `workflow` scope',
      [],
    ),
  organizationHook: (): RejectRef =>
    rejected('pre-receive hook declined', ['error: Every commit must name a ticket; correct it and try again.']),
  /** Words that stand for faults elsewhere. */
  hookWithOddWords: (): RejectRef =>
    rejected('pre-receive hook declined', [
      'error: Unable to create release notes: the ticket was killed with "connection timed out", no space left on device.',
    ]),
} as const;

/** What GitHub and git answer when the server itself failed to take a push; the same push succeeds later. Sources:
 *  tuna-os/tunaOS#1513 and isaacs/github#1253 (texts of GitHub), builtin/receive-pack.c of git. */
export const SERVER_REJECTIONS = {
  internalError: (): RejectRef => rejected('Internal Server Error', []),
  internalErrorOfHook: (): RejectRef => rejected('hook declined', ['error: Internal Server Error']),
  failedToUpdate: (): RejectRef => rejected('failed to update ref', []),
  cannotLock: (): RejectRef =>
    rejected('failed to update ref', [
      "error: cannot lock ref 'refs/heads/feature/slugs': Unable to create 'refs/heads/feature/slugs.lock': File exists.",
    ]),
  commitRefs: (): RejectRef => rejected('failure', ['fatal error in commit_refs']),
  diskFull: (): RejectRef =>
    rejected('unpacker error', ['error: unable to write file: No space left on device', 'fatal: unpack-objects error']),
  unheardOf: (): RejectRef => rejected('something new', []),
} as const;

function ruleViolation(lines: readonly string[]): RejectRef {
  const head = 'error: GH013: Repository rule violations found for refs/heads/feature/slugs.';
  return rejected('push declined due to repository rule violations', [head, '', ...lines]);
}

function rejected(reason: string, lines: readonly string[]): RejectRef {
  return { kind: 'rejectRef', reason, remote: lines.join('\n') };
}

function secretBlock(n: number): string[] {
  return [
    `      —— Kind of secret number ${n} ————————————`,
    '       locations:',
    `         - commit: ${'a1b2c3d4'.repeat(5)}`,
    `           path: src/config-${n}.js:34`,
    '',
    '       (?) To push, remove secret from commit(s) or follow this URL to allow the secret.',
    `       https://github.com/acme/slugs/security/secret-scanning/unblock-secret/${n}`,
    '',
    '',
  ];
}
