import type { OutcomeKind } from '../../../src/core/outcome.ts';
import { onceLogged } from '../../support/live-build.ts';
import { PLACE, WORKER_FILE } from '../../support/system/repository.ts';
import type { TestSystem, TestSystemOptions } from '../../support/system/test-system.ts';

const ONE = '- [ ] 1. One task\n';
const TARGET = 'For Implementation';
export const NEEDS_PERSON = 'Needs a person';
const BROKEN = "import test from 'node:test';\ntest('adds up', () => { throw new Error('no'); });\n";
const FIRST_TEST = "import test from 'node:test';\nimport '../src/slug.js';\ntest('loads', () => {});\n";

/** A way for a run to end, and what is to be seen then. */
export interface EndingCase {
  readonly kind: OutcomeKind;
  readonly how: string;
  readonly system?: TestSystemOptions;
  /** Changes the system before the poll. */
  readonly prepare?: (system: TestSystem) => unknown;
  readonly column: string;
  readonly tasks?: readonly string[];
  readonly words: RegExp;
  /** Variables of the build that the poll does not set. */
  readonly variables?: Readonly<Record<string, string>>;
}

/** An agent that writes these files for each task. */
function writing(files: Readonly<Record<string, string>>): string {
  return `export function work({ write }) {
    for (const [file, text] of Object.entries(${JSON.stringify(files)})) write(file, text);
  }`;
}

/** Runs just before the worker itself reads the branch; the poll has read it already. */
export const beforeCheckout = (run: (system: TestSystem) => Promise<unknown>) => (system: TestSystem) =>
  system.github.faults.next(
    { operation: 'InspectBranches', skip: 1 },
    { kind: 'before', run: async () => void (await run(system)) },
  );

export const ENDING_CASES: readonly EndingCase[] = [
  { kind: 'completed', how: 'all is well', column: 'In Review', tasks: ['1', '2'], words: /2 tasks implemented/ },
  {
    kind: 'partial',
    how: 'the agent fails at the second task',
    system: { agent: 'Drop accents=run-error;finish' },
    column: TARGET,
    tasks: ['1'],
    words: /did not finish 2 Drop accents/,
  },
  {
    kind: 'partial',
    how: 'the second task takes too long',
    system: { agent: 'Drop accents=busy;finish' },
    variables: { BUILD_TIMEOUT: '10000' },
    column: TARGET,
    tasks: ['1'],
    words: /time limit/i,
  },
  {
    kind: 'nothing-to-do',
    how: 'every required task is ticked already',
    system: { tasks: '- [x] 1. One task\n- [ ]* 2. Optional\n' },
    column: 'In Review',
    words: /no open required task/,
  },
  {
    kind: 'setup-incomplete',
    how: 'the agent does not take the key',
    system: { agent: 'bad-key' },
    column: TARGET,
    words: /could not log in/,
  },
  {
    kind: 'spec-invalid',
    how: 'design.md goes between poll and checkout',
    prepare: beforeCheckout(({ github, repository }) =>
      github.moveBranch(repository, { branch: PLACE.branch, files: { [`${PLACE.specFolder}/design.md`]: null } }),
    ),
    column: NEEDS_PERSON,
    words: /design\.md is missing/,
  },
  {
    kind: 'setup-failed',
    how: 'a program of the commands is not there',
    system: { files: { '.kiro-worker.yml': WORKER_FILE.replace('install: false', 'install: no-such-program --all') } },
    column: TARGET,
    words: /no-such-program/,
  },
  {
    kind: 'baseline-failed',
    how: 'a test fails before the agent',
    system: { tasks: ONE, branchFiles: { 'test/broken.test.js': BROKEN } },
    column: TARGET,
    words: /1 of 3 tests failed.*allowFailures/s,
  },
  {
    kind: 'baseline-failed',
    how: 'the install command fails',
    system: {
      files: {
        '.kiro-worker.yml': WORKER_FILE.replace(
          'install: false',
          `install: [node, -e, "console.error('no registry'); process.exit(3)"]`,
        ),
      },
    },
    column: TARGET,
    words: /no registry|exit(?:ed| code| status)? .*3/i,
  },
  {
    kind: 'agent-failed',
    how: 'the agent reports an error',
    system: { agent: 'run-error' },
    column: TARGET,
    words: /The plan could not be made/,
  },
  {
    kind: 'agent-failed',
    how: 'the agent ends without a last record',
    system: { agent: 'no-finish' },
    column: TARGET,
    words: /did not finish 1 Lower the case/,
  },
  {
    kind: 'agent-changed-nothing',
    how: 'the agent only ticks',
    system: { agent: 'tick-without-diff' },
    column: NEEDS_PERSON,
    words: /without changing a file/,
  },
  {
    kind: 'agent-touched-protected',
    how: 'the agent writes a workflow',
    system: { agent: 'Drop accents=edit-protected;finish' },
    column: NEEDS_PERSON,
    tasks: ['1'],
    words: /added(?:\\)?\.yml is protected/,
  },
  {
    kind: 'agent-touched-protected',
    how: 'the agent changes the requirements',
    system: { agent: 'edit-spec' },
    column: NEEDS_PERSON,
    words: /requirements(?:\\)?\.md belongs to the spec/,
  },
  {
    kind: 'agent-touched-protected',
    how: 'the agent writes its key into a file',
    system: { agent: 'Drop accents=write-key;finish' },
    column: NEEDS_PERSON,
    tasks: ['1'],
    words: /environment(?:\\)?\.json contains a secret/,
  },
  {
    kind: 'tests-failed',
    how: 'a test of the agent fails',
    system: { tasks: ONE, agentScript: writing({ 'test/broken.test.js': BROKEN }) },
    column: NEEDS_PERSON,
    tasks: ['1'],
    words: /1 of 3 tests failed/,
  },
  {
    kind: 'resources-exhausted',
    how: 'the kernel ends the tests',
    system: { tasks: ONE, agentScript: writing({ 'test/large.test.js': "process.kill(process.pid, 'SIGKILL');\n" }) },
    column: NEEDS_PERSON,
    tasks: ['1'],
    words: /a signal \(killed\)/,
  },
  {
    kind: 'coverage-below',
    how: 'the threshold is higher than the figure, which the base line may be',
    system: {
      tasks: ONE,
      config: { coverageThreshold: 99 },
      files: { '.kiro-worker.yml': `${WORKER_FILE}baseline: allow-below-threshold\nrepairRounds: 0\n` },
    },
    column: NEEDS_PERSON,
    tasks: ['1'],
    words: /93\.3.*99/s,
  },
  {
    kind: 'gate-failed',
    how: 'no test executes the new code',
    system: { tasks: ONE, agentScript: writing({ 'src/untested.js': 'export const two = () => 2;\n' }) },
    column: NEEDS_PERSON,
    tasks: ['1'],
    words: /0 of 1 changed lines/,
  },
  {
    kind: 'coverage-unknown',
    how: 'no report is written for the first tests',
    system: {
      tasks: ONE,
      agentScript: writing({ 'test/slug.test.js': FIRST_TEST }),
      files: {
        'test/slug.test.js': null,
        '.kiro-worker.yml': WORKER_FILE.replace('--test-reporter=lcov', '--test-reporter=tap'),
      },
    },
    column: NEEDS_PERSON,
    tasks: ['1'],
    words: /lcov\.info/,
  },
  {
    kind: 'branch-moved',
    how: 'a person changes the spec just before the worker pushes',
    system: { tasks: ONE },
    prepare: ({ github, repository }) =>
      github.faults.next(
        { git: 'receive-pack', method: 'POST' },
        {
          kind: 'before',
          run: async () => {
            const author = { name: 'Robin Example', email: 'robin@example.com' };
            const files = { [`.kiro/specs/${PLACE.branch}/requirements.md`]: '# Requirements\n\nSomething else.\n' };
            await github.moveBranch(repository, { branch: PLACE.branch, files, author });
          },
        },
      ),
    column: TARGET,
    words: /Robin Example/,
  },
  {
    kind: 'push-refused',
    how: 'a rule of the repository refuses the push',
    system: { tasks: ONE },
    prepare: ({ github }) =>
      github.faults.next(
        { git: 'receive-pack' },
        { kind: 'refusePush', message: 'GH013: Repository rule violations found' },
      ),
    column: NEEDS_PERSON,
    words: /GH013: Repository rule violations found/,
  },
  {
    kind: 'setup-incomplete',
    how: 'the token may only read',
    system: { tasks: ONE },
    prepare: (system) => {
      // It must still be able to say so.
      const may = (permission: 'READ' | 'WRITE') => async () => {
        system.repository.permission = permission;
      };
      beforeCheckout(may('READ'))(system);
      system.github.faults.next({ path: /\/pulls\?/ }, { kind: 'before', run: may('WRITE') });
    },
    column: TARGET,
    words: /may not push/,
  },
  {
    kind: 'time-limit',
    how: 'the first task takes too long',
    system: { agent: 'busy' },
    variables: { BUILD_TIMEOUT: '10000' },
    column: TARGET,
    words: /time limit/i,
  },
  {
    kind: 'cancelled',
    how: 'a person moves the card away',
    prepare: (system) =>
      onceLogged(system, {
        wanted: ({ phase }) => phase === 'implement',
        act: () => system.github.state.moveCard(system.item, 'Done'),
      }),
    column: 'Done',
    tasks: ['1'],
    words: /"Done"/,
  },
  {
    kind: 'service-unavailable',
    how: "the agent's service takes no requests",
    system: { agent: 'throttled' },
    column: TARGET,
    words: /throttled by the service/,
  },
  {
    kind: 'internal-error',
    how: 'GitHub answers with a part only',
    prepare: ({ github }) =>
      github.faults.next({ operation: 'InspectBranches', skip: 1 }, { kind: 'partialData', path: ['repository'] }),
    column: TARGET,
    words: /InspectBranches|GitHub answered/,
  },
  {
    kind: 'service-unavailable',
    how: 'GitHub is down while the worker asks for the pull request',
    prepare: ({ github }) => github.faults.next({ path: /\/pulls\?/, times: 8 }, { kind: 'http502' }),
    column: TARGET,
    words: /502/,
  },
];
