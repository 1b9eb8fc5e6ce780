import { expect } from 'chai';
import type { AgentStreamSummary } from './stream.ts';
import { type AgentRun, judgeAgentRun } from './verdict.ts';

const stream: AgentStreamSummary = {
  finish: { status: 'success', stopReason: 'end_turn' },
  error: null,
  denials: [],
  looksLikeLogin: false,
  hasBegun: true,
  credits: null,
  finalText: 'Done.',
  transcript: '',
  records: 3,
  unreadableLines: 0,
};
const process = { exitCode: 0, signal: null, endedBy: 'exit', stderrTail: '' } as const;
const limits = { timeoutMs: 1_800_000, silenceMs: 90_000, creditLimit: 5, toolCalls: 7, outputBytes: 2 ** 21 };

function judge(change: {
  process?: Partial<AgentRun['process']>;
  stream?: Partial<AgentStreamSummary>;
  limit?: AgentRun['limit'];
  isSilent?: boolean;
}) {
  return judgeAgentRun({
    process: { ...process, ...change.process },
    stream: { ...stream, ...change.stream },
    limits,
    limit: change.limit ?? null,
    isSilent: change.isSilent ?? false,
  });
}

describe('verdict on a run of the agent', () => {
  it('is finished only when everything says so', () => {
    expect(judge({}).kind).to.equal('finished');
    const flaws: Array<Parameters<typeof judge>[0]> = [
      { process: { exitCode: 1 } },
      { process: { exitCode: null, signal: 'SIGSEGV' } },
      { process: { endedBy: 'timeout' } },
      { process: { endedBy: 'silence' } },
      { process: { endedBy: 'abort' } },
      { process: { endedBy: 'spawn-failure' } },
      { stream: { finish: null } },
      { stream: { finish: { status: 'error', stopReason: 'end_turn' } } },
      { stream: { finish: { status: null, stopReason: 'end_turn' } } },
      { stream: { finish: { status: 'success', stopReason: 'cancelled' } } },
      { stream: { finish: { status: 'success', stopReason: null } } },
      { stream: { error: 'no' } },
      { stream: { denials: ['x'] } },
      { stream: { looksLikeLogin: true, records: 0, hasBegun: false } },
      { isSilent: true },
      { limit: 'credits' },
      { limit: 'calls' },
      { limit: 'output' },
    ];
    for (const flaw of flaws) expect(judge(flaw).kind, JSON.stringify(flaw)).not.to.equal('finished');
  });

  it('names the limit that was passed', () => {
    expect(judge({ process: { endedBy: 'timeout' } }).detail).to.equal('It was not done after 30 minutes.');
    expect(judge({ process: { endedBy: 'silence' } }).detail).to.equal('It wrote nothing for 90 s.');
    expect(judge({ stream: { credits: 5.5 }, limit: 'credits', process: { endedBy: 'abort' } })).to.deep.equal({
      kind: 'credits',
      detail: 'It used 5.5 credits; 5 were left.',
    });
  });

  it('blames the key only when the agent got nowhere', () => {
    const line = 'WARN telemetry off\nerror: You are not logged in, please log in with kiro-cli login\n';
    expect(
      judge({ process: { stderrTail: line }, stream: { finish: null, records: 0, hasBegun: false } }),
    ).to.deep.equal({
      kind: 'not-authenticated',
      detail: 'Kiro did not accept the API key: error: You are not logged in, please log in with kiro-cli login',
    });
    expect(judge({ process: { stderrTail: line } }).kind).to.equal('finished');
    expect(judge({ process: { stderrTail: line }, stream: { finish: null } }).kind).to.equal('failed');
    const failed = { stderrTail: line, exitCode: 1 };
    expect(judge({ process: failed, stream: { finish: null, hasBegun: false } }).kind).to.equal('not-authenticated');
    // A package registry that wants a login, in a program that the agent ran.
    expect(judge({ process: failed, stream: { finish: null } }).kind).to.equal('failed');
    expect(judge({ process: { stderrTail: 'out of memory', exitCode: 1 }, stream: { finish: null } })).to.deep.equal({
      kind: 'failed',
      detail: 'It ended with exit code 1: out of memory',
    });
  });

  it('takes only what the agent itself said for a word of its service', () => {
    const said: Array<readonly [words: string, cause: string]> = [
      ['The request was throttled by the service (request_id: 1)', 'throttled'],
      ['The monthly usage limit has been reached (request_id: 2)', 'quota used up'],
      ['Kiro rate limit reached: Request quota exceeded. Please wait a moment and try again.', 'throttled'],
      ['You have used up your credits: insufficient credits', 'quota used up'],
      ['ServiceUnavailableException: no capacity for this model', 'no capacity'],
      ['connect ECONNREFUSED 192.0.2.1:443', 'down or out of reach'],
    ];
    const begun = { finish: null, hasBegun: true };
    for (const [words, cause] of said) {
      expect(judge({ process: { exitCode: 1 }, stream: { ...begun, error: words } }).kind).to.equal('unavailable');
      const silent = { finish: null, records: 1, hasBegun: false };
      expect(judge({ process: { stderrTail: `note\n${words}\n` }, stream: silent })).to.deep.equal({
        kind: 'unavailable',
        detail: `Kiro takes no requests (${cause}): ${words}`,
      });
      // Of a program that the agent ran.
      expect(judge({ process: { stderrTail: words, exitCode: 1 }, stream: begun }).kind).to.equal('failed');
      expect(judge({ process: { stderrTail: words } }).kind).to.equal('finished');
    }
    expect(judge({ stream: { ...begun, error: 'The plan could not be made.' } }).kind).to.equal('failed');
  });

  it('takes a line that looks like a login for one only when the agent itself said nothing', () => {
    expect(judge({ stream: { looksLikeLogin: true } }).kind).to.equal('finished');
    const waiting = { looksLikeLogin: true, finish: null };
    expect(judge({ isSilent: true, stream: waiting }).kind).to.equal('silence');
    expect(judge({ isSilent: true, stream: { ...waiting, records: 0, hasBegun: false } }).kind).to.equal(
      'not-authenticated',
    );
  });
});
