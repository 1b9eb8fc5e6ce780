import { CONTAINER_PART } from '../../../test/rehearsal/container/part.ts';
import { OPERATE_PARTS, STACK_PARTS, TERMINAL_PART } from '../../../test/rehearsal/stacks/parts.ts';
import { drillPart } from './drill-part.ts';
import { mochaPart } from './mocha-part.ts';
import type { Part } from './part.ts';
import { variationsPart } from './variations-part.ts';

const OF_ISOLATION = ['test/contract/isolation.test.ts', 'test/contract/sandbox.test.ts'];

/** What shows the worker at work, in its order. */
const OF_RUNS: readonly Part[] = [
  mochaPart({
    name: 'end-to-end',
    shows: 'every ending, kill and race, on real parts',
    globs: ['test/rehearsal/e2e/**/*.rehearsal.ts'],
    tools: ['git'],
  }),
  variationsPart({ without: OF_ISOLATION }),
  mochaPart({
    name: 'drill',
    shows: 'whole flows under faults of every service, kills and people: every promise kept, every planted bug noticed',
    globs: ['test/rehearsal/drill/*.rehearsal.ts'],
    tools: ['git'],
  }),
  mochaPart({
    name: 'isolation',
    shows: 'agent and tests kept apart without root: by bubblewrap, and the demo where nothing can',
    globs: ['test/rehearsal/isolation/*.rehearsal.ts', ...OF_ISOLATION],
    tools: ['git', 'bwrap', 'unshare'],
  }),
  drillPart({ area: 'trust', shows: 'hostile branches, agents, installs and tests: some 290 attempts' }),
  mochaPart({
    name: 'lock-contention',
    shows: 'one owner in each of many rounds, on both stores of one machine',
    globs: ['test/rehearsal/lock-contention.rehearsal.ts'],
    tools: [],
  }),
];

/** What needs tools, which they download into one folder, in its order: what needs the most of the machine comes last. */
const OF_TOOLS: readonly Part[] = [
  mochaPart({
    name: 'lock-store',
    shows: 'locks on DynamoDB Local',
    globs: ['test/rehearsal/lock-store.rehearsal.ts'],
    tools: ['java'],
  }),
  mochaPart({
    name: 'lambda',
    shows: 'both functions under the real runtime client',
    globs: ['test/rehearsal/lambda/*.rehearsal.ts'],
    tools: ['git', 'g++', 'make', 'cmake', 'python3'],
  }),
  mochaPart({
    name: 'gates',
    shows: 'the test-integrity gate on consecutive releases of published packages',
    globs: ['test/rehearsal/gates/*.rehearsal.ts'],
    tools: ['git', 'go', 'python3'],
  }),
  mochaPart({
    name: 'shells',
    shows: 'the lines of docs/deployment.md that fill in secrets, in sh, bash and zsh',
    globs: ['test/rehearsal/shells/*.rehearsal.ts'],
    tools: ['bash', 'zsh'],
  }),
  mochaPart({
    name: 'matrix',
    shows: 'real projects of many kinds, fetched by their package clients, through the whole worker',
    globs: ['test/rehearsal/matrix/*.rehearsal.ts'],
    tools: ['git', 'python3'],
  }),
  mochaPart({
    name: 'agents',
    shows: 'real agents of the Agent Client Protocol on a scripted model, from card to pull request',
    globs: ['test/rehearsal/agents/*.rehearsal.ts'],
    tools: ['git', 'ip', 'unshare'],
  }),
  ...OPERATE_PARTS,
  TERMINAL_PART,
  ...STACK_PARTS,
  CONTAINER_PART,
];

/** Parts of different lanes share nothing but installed tools, and so run side by side. */
export const LANES: readonly (readonly Part[])[] = [OF_RUNS, OF_TOOLS];

export const PARTS: readonly Part[] = LANES.flat();
