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

/** What an operator types, against an emulator. */
export const OPERATE_PART: Part = withPython(
  mochaPart({
    name: 'operate',
    shows:
      'the life of an environment by the commands of an operator on an emulator, behind what AWS refuses; parity with sam',
    globs: ['test/rehearsal/operate/*.rehearsal.ts'],
    tools: ['git', 'python3', 'flock'],
  }),
);

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
