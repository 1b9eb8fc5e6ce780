import { expect } from 'chai';
import type { AcpSummary } from './session.ts';
import { type AcpRun, judgeAcpRun, type TurnEnd } from './verdict.ts';

const session: AcpSummary = {
  rejections: [],
  hasRecovered: true,
  looksLikeLogin: false,
  hasBegun: true,
  tokens: null,
  credits: null,
  toolCalls: 0,
  finalText: 'Done.',
  transcript: '',
};
const process = { exitCode: 0, signal: null, endedBy: 'exit', stderrTail: '' } as const;
const limits = {
  ...{ timeoutMs: 1_800_000, silenceMs: 90_000, creditLimit: 5, tokenLimit: 100 },
  ...{ toolCalls: 20, outputBytes: 2 ** 20 },
};
const stopped = (stopReason: string): TurnEnd => ({ kind: 'stopped', stopReason });
const error = (message: string, more: Partial<Extract<TurnEnd, { kind: 'error' }>> = {}): TurnEnd => ({
  ...{ kind: 'error', stage: 'prompt', code: -32603, message },
  ...more,
});

interface Change {
  readonly process?: Partial<AcpRun['process']>;
  readonly session?: Partial<AcpSummary>;
  readonly turn?: TurnEnd;
  readonly limit?: AcpRun['limit'];
  readonly isSilent?: boolean;
}

const judge = (change: Change) =>
  judgeAcpRun({
    process: { ...process, ...change.process },
    session: { ...session, ...change.session },
    turn: change.turn === undefined ? stopped('end_turn') : change.turn,
    limits,
    limit: change.limit ?? null,
    isSilent: change.isSilent ?? false,
  });

describe('verdict on a run of an ACP agent', () => {
  const before = { hasBegun: false };
  const rows: Array<[name: string, change: Change, kind: string, detail: RegExp]> = [
    ['its turn ended', {}, 'finished', /finished its turn/],
    ['its program broke when the turn was over', { process: { exitCode: 1, stderrTail: 'EPIPE' } }, 'finished', /turn/],
    [
      'its program was ended when the turn was over',
      { process: { exitCode: null, signal: 'SIGTERM', endedBy: 'abort' } },
      'finished',
      /turn/,
    ],
    ['it went on after a rejection', { session: { rejections: ['Write x'] } }, 'finished', /turn/],
    [
      'it gave up after a rejection',
      { session: { rejections: ['Write x'], hasRecovered: false } },
      'denied',
      /Write x/,
    ],
    ['it refused', { turn: stopped('refusal') }, 'refused', /refused the task: Done/],
    ['its model had no tokens left', { turn: stopped('max_tokens') }, 'out-of-tokens', /max_tokens/],
    ['its turn had too many requests', { turn: stopped('max_turn_requests') }, 'out-of-requests', /max_turn_requests/],
    ['its turn was cancelled', { turn: stopped('cancelled') }, 'cancelled', /nobody asked/],
    ['its turn ended for a new reason', { turn: stopped('tea\ntime') }, 'failed', /not known: tea time/],
    [
      'it used too many credits',
      { limit: 'credits', session: { credits: 5.5 }, turn: null },
      'credits',
      /5\.5 credits; 5 were left/,
    ],
    [
      'it used too many tokens',
      { limit: 'tokens', session: { tokens: 101 }, turn: null },
      'tokens',
      /101 tokens; 100 were left/,
    ],
    ['it called too many tools', { limit: 'calls', turn: null }, 'calls', /more than 20 tools/],
    ['it wrote too much', { limit: 'output', turn: null }, 'output', /more than 1 MiB/],
    ['it read nothing', { limit: 'unread', turn: null }, 'failed', /read no answer/],
    ['it was silent', { isSilent: true, turn: null, process: { endedBy: 'abort' } }, 'silence', /nothing for 90 s/],
    ['it took too long', { turn: null, process: { endedBy: 'timeout' } }, 'timeout', /30 minutes/],
    ['it was stopped', { turn: null, process: { endedBy: 'abort' } }, 'aborted', /was stopped/],
    [
      'it did not start',
      { turn: null, process: { endedBy: 'spawn-failure', stderrTail: 'ENOENT' } },
      'failed',
      /not be started: ENOENT/,
    ],
    [
      'it asked for a login',
      { turn: null, isSilent: true, session: { ...before, looksLikeLogin: true } },
      'not-authenticated',
      /log in/,
    ],
    [
      'it began, and a program looked like a login',
      { turn: null, isSilent: true, session: { looksLikeLogin: true } },
      'silence',
      /nothing/,
    ],
    [
      'it wants a login',
      { turn: error('Authentication required', { code: -32000, stage: 'session' }) },
      'not-authenticated',
      /not let in/,
    ],
    [
      'its service does not know the key',
      { turn: error('401: invalid x-api-key, authentication_error') },
      'not-authenticated',
      /not let in/,
    ],
    ['its service throttles', { turn: error('429 rate limit reached') }, 'unavailable', /takes no requests/],
    ['its service is gone', { turn: error('connect ECONNREFUSED 192.0.2.1:443') }, 'unavailable', /ECONNREFUSED/],
    ['it reports an error', { turn: error('no such tool') }, 'failed', /in its turn \(-32603\): no such tool/],
    [
      'it does not know a setting',
      { turn: error('unknown api key option', { stage: 'setting', code: null }) },
      'failed',
      /at its settings: unknown/,
    ],
    [
      'its program ended',
      { turn: null, process: { exitCode: 3, stderrTail: 'x\nboom\n' } },
      'failed',
      /exit code 3 before its turn did: boom/,
    ],
    [
      'a signal ended its program',
      { turn: null, process: { exitCode: null, signal: 'SIGSEGV' } },
      'failed',
      /signal SIGSEGV/,
    ],
    [
      'its program said why at once',
      { turn: null, session: before, process: { exitCode: 1, stderrTail: 'error: invalid API key' } },
      'not-authenticated',
      /invalid API key/,
    ],
    [
      'its program could not reach the service',
      { turn: null, session: before, process: { exitCode: 1, stderrTail: 'getaddrinfo ENOTFOUND' } },
      'unavailable',
      /ENOTFOUND/,
    ],
    [
      'a program of the branch spoke of a key',
      { turn: null, process: { exitCode: 1, stderrTail: 'npm error: authentication required' } },
      'failed',
      /exit code 1/,
    ],
  ];
  for (const [name, change, kind, detail] of rows) {
    it(`${kind}: ${name}`, () => {
      const verdict = judge(change);
      expect(verdict.kind).to.equal(kind);
      expect(verdict.detail).to.match(detail).and.to.not.include('\n');
    });
  }
});
