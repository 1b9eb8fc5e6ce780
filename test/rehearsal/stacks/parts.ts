import { mochaPart } from '../../../scripts/dev/rehearsal/mocha-part.ts';
import type { Part } from '../../../scripts/dev/rehearsal/part.ts';
import { missingGuard } from './cfn-guard.ts';
import { missingSimulator } from './iam/simulator.ts';
import { missingPython } from './tools.ts';

/** The parts of the rehearsal that prove the stacks; each names its own tools. */
export const STACK_PARTS: readonly Part[] = [
  withPython(
    mochaPart({
      name: 'stacks-lint',
      shows: 'templates before and after the transform: cfn-lint twice, sam validate, checkov, Control Tower',
      globs: ['test/rehearsal/stacks/lint.rehearsal.ts'],
      tools: ['git', 'python3', 'flock'],
    }),
  ),
  withPython(
    mochaPart({
      name: 'stacks-build',
      shows: 'sam build on a clean clone, offline and without esbuild on the PATH; what the transform keeps',
      globs: ['test/rehearsal/stacks/{build,transform}.rehearsal.ts'],
      tools: ['git', 'python3', 'flock'],
    }),
  ),
  withPython(
    mochaPart({
      name: 'stacks-deploy',
      shows: 'five stacks and the sandbox on an emulator by the real sam deploy; the steps of docs/deployment.md',
      globs: ['test/rehearsal/stacks/deploy.rehearsal.ts'],
      tools: ['git', 'python3', 'flock'],
    }),
  ),
  withSimulator(
    mochaPart({
      name: 'stacks-iam',
      shows: 'every call that the runs make is allowed by the roles of the templates, and every right is used',
      globs: ['test/rehearsal/stacks/iam/*.rehearsal.ts'],
      tools: ['git'],
    }),
  ),
];

/** What an operator types, against an emulator behind what AWS refuses. */
export const OPERATE_PARTS: readonly Part[] = [
  operatePart('operate', {
    shows:
      'the life of an environment: doctor, deploy, diff, configure, board, permissions, verify, status, logs, pause, resume, retry, cancel, unlock, redrive, costs, release, rollback, recover, destroy',
    files: '{life-cycle,stack-service}',
  }),
  operatePart('operate-parity', {
    shows:
      'all five stacks by sam deploy, then ours, then sam deploy: nothing changes but code locations and metadata of SAM',
    files: 'parity',
  }),
  operatePart('operate-refusals', {
    shows:
      'refused: two at once, foreign stack, other account, stale plan, unknown names, export in use; a third stack that fails, throttling, lost answers, expired credentials, Ctrl-C',
    files: 'refusals',
  }),
  operatePart('operate-slow', {
    shows:
      'a stack at work for long: its events, a second deployment, Ctrl-C half way, recover that waits, and going on',
    files: 'interruptions',
  }),
  operatePart('operate-stuck', {
    shows:
      'UPDATE_ROLLBACK_FAILED, by a log group deleted by hand: what is in the way, what may be left out, and the way out',
    files: 'stuck-roll-back',
  }),
  operatePart('operate-production', {
    shows:
      'production: from reviewed plans and a clean checkout alone, protected, destroyed only with --allow-production',
    files: 'production',
  }),
  operatePart('operate-trial', {
    shows: 'the environment for a trial, one stack, by the same commands',
    files: 'sandbox',
  }),
  operatePart('operate-plain', {
    shows: 'every plain aws and sam line that docs/deployment.md and docs/operations.md give beside our commands',
    files: 'plain-lines',
  }),
];

function operatePart(name: string, { shows, files }: { shows: string; files: string }): Part {
  const globs = [`test/rehearsal/operate/${files}.rehearsal.ts`];
  return withPython(mochaPart({ name, shows, globs, tools: ['git', 'python3', 'flock'] }));
}

/** What a person at a terminal sees and types. */
export const TERMINAL_PART: Part = withPython(
  mochaPart({
    name: 'terminal',
    shows: 'questions, colours and Ctrl-C in a terminal; the captures of the documents are what comes out',
    globs: ['test/rehearsal/terminal/*.rehearsal.ts'],
    tools: ['git', 'python3', 'flock', 'tmux'],
  }),
);

function withPython(part: Part): Part {
  return { ...part, missing: async () => (await part.missing()) ?? (await missingPython()) ?? missingGuard() };
}

function withSimulator(part: Part): Part {
  return { ...part, missing: async () => (await part.missing()) ?? (await missingSimulator()) };
}
