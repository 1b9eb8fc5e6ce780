import type { TaskLimits } from '../../../src/core/agent/limits.ts';
import type { OutcomeKind } from '../../../src/core/outcome.ts';
import type { AgentRequest, AgentResult } from '../../../src/core/ports/agent.ts';

/** What one agent does in a row: the scenario of its fixture program, and how that must end; or why it cannot do so. */
export type Cell<Ending> =
  | { readonly scenario: string; readonly ends: Ending; readonly words: RegExp }
  | { readonly notApplicable: string };

interface Row<Ending> {
  readonly what: string;
  readonly kiro: Cell<Ending>;
  readonly acp: Cell<Ending>;
}

/** What the adapter decides by itself. */
export interface AdapterRow extends Row<AgentResult['kind']> {
  readonly request?: Partial<AgentRequest>;
  readonly limits?: TaskLimits;
}

type Ends = AgentResult['kind'];

function both(ends: Ends, words: RegExp, scenarios: string | readonly [kiro: string, acp: string]) {
  const [kiro, acp] = typeof scenarios === 'string' ? [scenarios, scenarios] : scenarios;
  return { kiro: { scenario: kiro, ends, words }, acp: { scenario: acp, ends, words } };
}

const FINE = /finished its turn/;
const ANY_OUTPUT = 4 * 2 ** 30;

/** Rows that the agent's adapter decides; the telling ones first. */
export const ADAPTER_ROWS: readonly AdapterRow[] = [
  { what: 'finishes well', ...both('finished', FINE, 'finish') },
  {
    what: 'exits with 0 and an empty standard output',
    kiro: { scenario: 'empty-output', ends: 'failed', words: /without saying that it had finished/ },
    acp: { scenario: 'empty-output', ends: 'failed', words: /exit code 0 before its turn did/ },
  },
  {
    what: 'edits, and exits without saying that it is done (no runFinished)',
    ...both('failed', /without saying|before its turn did/, ['no-finish', 'early-exit']),
  },
  { what: 'reports an error (runError)', ...both('failed', /The plan could not be made/, ['run-error', 'error']) },
  {
    what: 'says that its quota is used up',
    ...both('unavailable', /takes no requests \(quota used up\): .*monthly/i, 'quota-used-up'),
  },
  {
    what: 'shows a login prompt without a line end, and waits',
    request: { silenceMs: 2_500 },
    ...both('not-authenticated', /asked a person to log in/, 'login-without-line-end'),
  },
  { what: 'is refused the task by its model', ...both('refused', /I cannot help/, 'refusal') },
  { what: 'is denied a tool', ...both('denied', /not allowed to do what it wanted/, 'denial') },
  { what: 'is throttled', ...both('unavailable', /takes no requests \(throttled\)/, 'throttled') },
  { what: 'finds no capacity', ...both('unavailable', /takes no requests \(no capacity\)/, 'no-capacity') },
  { what: 'has a key that is not accepted', ...both('not-authenticated', /not accept|not let in/, 'bad-key') },
  { what: 'writes garbage between its messages', ...both('finished', FINE, ['broken-json', 'garbage']) },
  {
    what: 'writes nothing but garbage',
    ...both('failed', /without saying|before its turn did/, 'only-garbage'),
  },
  { what: 'hangs silently', request: { silenceMs: 2_000 }, ...both('silence', /wrote nothing for 2 s/, 'hang') },
  {
    what: 'shows a spinner for ever',
    request: { silenceMs: 2_000 },
    ...both('silence', /wrote nothing for 2 s/, 'spinner'),
  },
  {
    what: 'talks for ever',
    request: { timeoutMs: 2_500 },
    ...both('timeout', /not done after 3 s/, 'busy'),
  },
  {
    what: 'ignores SIGTERM',
    request: { timeoutMs: 2_500 },
    ...both('timeout', /not done after 3 s/, 'ignore-sigterm'),
  },
  { what: 'leaves a grandchild that holds the pipes', ...both('finished', FINE, 'grandchild') },
  {
    what: 'exits with 4 after editing (named agent not available)',
    kiro: { scenario: 'exit-4-after-edit', ends: 'failed', words: /named agent is not available/ },
    acp: { notApplicable: 'a turn that has ended counts, whatever its program exits with' },
  },
  { what: 'prints its key', ...both('finished', FINE, 'print-key') },
  { what: 'reports no use (no credits, no tokens)', ...both('finished', FINE, ['no-credits', 'no-usage']) },
  { what: 'leaves a bounded fork bomb', ...both('finished', FINE, 'fork-bomb') },
  { what: 'writes 300,000 lines', ...both('finished', FINE, 'many-lines') },
  {
    what: 'uses more than it may',
    request: { creditLimit: 3, tokenLimit: 250 },
    kiro: { scenario: 'spend', ends: 'credits', words: /used 4 credits; 3 were left/ },
    acp: { scenario: 'spend-tokens', ends: 'tokens', words: /used 300 tokens; 250 were left/ },
  },
  {
    what: 'calls tools without end',
    limits: { toolCalls: 50, outputBytes: ANY_OUTPUT },
    ...both('calls', /more than 50 tools/, 'many-calls'),
  },
  {
    what: 'writes without end',
    limits: { toolCalls: 50, outputBytes: 2 ** 20 },
    ...both('output', /more than 1 MiB/, 'many-lines'),
  },
];

/** What only the worker can tell, since it is about the repository: shown by whole runs. */
export type RunRow = Row<OutcomeKind>;

function runs(scenario: string, ends: OutcomeKind, words: RegExp): Pick<RunRow, 'kiro' | 'acp'> {
  return { kiro: { scenario, ends, words }, acp: { scenario, ends, words } };
}

const DONE = /1 task implemented/;

/** Rows that the worker decides by the repository. */
export const RUN_ROWS: readonly RunRow[] = [
  {
    what: 'says end_turn with nothing written',
    ...runs('change-nothing', 'agent-changed-nothing', /without changing a file/),
  },
  {
    what: 'ticks tasks without a diff',
    ...runs('tick-without-diff', 'agent-changed-nothing', /without changing a file/),
  },
  { what: 'edits outside the workspace', ...runs('edit-outside', 'completed', DONE) },
  { what: 'commits by itself', ...runs('commit-itself', 'completed', DONE) },
  { what: 'pushes by itself', ...runs('push-itself', 'completed', DONE) },
  { what: 'rewrites history', ...runs('rewrite-history', 'completed', DONE) },
  { what: 'deletes `.git`', ...runs('delete-git', 'completed', DONE) },
  { what: 'changes hooks and git configuration', ...runs('spoil-git', 'completed', DONE) },
];
