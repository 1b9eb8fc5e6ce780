import { expect } from 'chai';
import { createAcpSession } from './session.ts';

const talk = (text: string, more: object = {}) => ({
  update: { sessionUpdate: 'agent_message_chunk', content: { type: 'text', text }, ...more },
});
const call = (toolCallId: string, more: object) => ({ update: { sessionUpdate: 'tool_call', toolCallId, ...more } });
const change = (toolCallId: string, more: object) => ({
  update: { sessionUpdate: 'tool_call_update', toolCallId, ...more },
});

describe('what an agent sends in a session', () => {
  it('becomes a transcript for people, with its last words as its answer', () => {
    const progress: string[] = [];
    const session = createAcpSession((line) => progress.push(line));
    session.update(talk('I will '));
    session.update(talk('do it.'));
    session.update(call('1', { title: 'Write File', kind: 'edit', locations: [{ path: '/w/src/a.js' }] }));
    session.update(
      change('1', { status: 'failed', content: [{ type: 'content', content: { type: 'text', text: 'No space' } }] }),
    );
    session.note('\u001b[31mwarning\u001b[0m', 'stderr');
    session.note(' \r', 'stdout');
    session.update(talk('Done.'));
    const { finalText, transcript, toolCalls, hasBegun } = session.summary();
    expect({ finalText, toolCalls, hasBegun }).to.deep.equal({ finalText: 'Done.', toolCalls: 1, hasBegun: true });
    expect(progress).to.deep.equal(['Write File src/a.js']);
    expect(transcript).to.equal(
      'I will do it.\n[tool] Write File src/a.js\n[failed] Write File src/a.js: No space\n[stderr] warning\nDone.',
    );
  });

  it('survives whatever it does not know', () => {
    const session = createAcpSession(() => undefined);
    for (const params of [undefined, null, 5, [], {}, { update: null }, { update: { sessionUpdate: 'tool_call' } }])
      session.update(params);
    for (const update of [{ sessionUpdate: 'new' }, { sessionUpdate: 7 }, { sessionUpdate: 'plan', entries: 5 }])
      session.update({ update });
    session.update({ update: { sessionUpdate: 'agent_message_chunk', content: { type: 'image' } } });
    session.turnEnded(null);
    expect(session.summary()).to.include({ tokens: null, credits: null, finalText: '' });
  });

  it('remembers what was said of a tool call, for a request that is only an update of it', () => {
    const session = createAcpSession(() => undefined);
    session.update(call('1', { title: 'Edit', kind: 'edit', locations: [{ path: '/w/a' }] }));
    session.update(change('1', { status: 'in_progress' }));
    expect(session.toolCall({ toolCall: { toolCallId: '1' } })).to.deep.include({
      kind: 'edit',
      locations: [{ path: '/w/a' }],
    });
    for (let n = 0; n < 2_000; n += 1) session.update(call(`more ${n}`, { title: 'Read' }));
    expect(session.toolCall({ toolCall: { toolCallId: '1' } })).to.deep.equal({});
  });

  it('knows whether the agent went on after a rejection', () => {
    const session = createAcpSession(() => undefined);
    const asked = { toolCall: { toolCallId: '9', title: 'Write /etc/hosts' } };
    session.decided(asked, { kind: 'rejected', optionId: 'x' });
    expect(session.summary()).to.deep.include({ hasRecovered: false, rejections: ['Write /etc/hosts'] });
    session.update(call('2', { status: 'completed' }));
    expect(session.summary().hasRecovered).to.equal(true);
    for (let n = 0; n < 50; n += 1) session.decided(asked, { kind: 'cancelled' });
    expect(session.summary().rejections).to.have.length(20);
    session.decided(asked, { kind: 'allowed', optionId: 'x' });
    expect(session.summary().hasRecovered).to.equal(false);
  });

  it('notices what looks like a login only before the agent began', () => {
    const session = createAcpSession(() => undefined);
    session.update(talk('x'));
    session.note('Open this URL: https://example.com', 'stdout');
    expect(session.summary().looksLikeLogin).to.equal(false);
    const other = createAcpSession(() => undefined);
    other.note('Open this URL: https://example.com', 'stderr');
    expect(other.summary().looksLikeLogin).to.equal(true);
  });

  describe('of its use', () => {
    const tokensAfter = (result: unknown, chunks: readonly object[] = []) => {
      const session = createAcpSession(() => undefined);
      for (const usage of chunks) session.update(talk('', { _meta: { usage } }));
      session.turnEnded(result);
      return session.tokens();
    };
    const rows: Array<[name: string, result: unknown, chunks: readonly object[], tokens: number | null]> = [
      ['nothing', { stopReason: 'end_turn' }, [], null],
      ['the turn', { usage: { inputTokens: 5, outputTokens: 2, totalTokens: 7 } }, [], 7],
      [
        'the turn without a total, and what came from a cache',
        { usage: { inputTokens: 5, outputTokens: 2, cachedReadTokens: 100 } },
        [],
        107,
      ],
      [
        'single requests',
        {},
        [
          { inputTokens: 5, outputTokens: 2 },
          { inputTokens: 6, outputTokens: 1 },
        ],
        14,
      ],
      ['both: the larger', { usage: { totalTokens: 10 } }, [{ inputTokens: 50, outputTokens: 2 }], 52],
      ['the turn, in its _meta', { _meta: { usage: { input_tokens: 4, output_tokens: 1 } } }, [], 5],
      ['what is no number', { usage: { inputTokens: '5', outputTokens: Number.NaN, totalTokens: -1 } }, [], null],
    ];
    for (const [name, result, chunks, tokens] of rows) {
      it(`counts ${name}: ${tokens}`, () => expect(tokensAfter(result, chunks)).to.equal(tokens));
    }

    it('takes Kiro’s credits from its updates', () => {
      const session = createAcpSession(() => undefined);
      const kiro = (usage: number) => ({ kind: 'turn_completion', promptTurnSummaries: [{ usage, unit: 'credit' }] });
      for (const usage of [0.5, 1.25])
        session.update({ update: { sessionUpdate: 'session_info_update', _meta: { kiro: kiro(usage) } } });
      expect(session.credits()).to.equal(1.25);
    });
  });

  it('stays small, whatever comes', () => {
    const session = createAcpSession(() => undefined);
    for (let n = 0; n < 400; n += 1) session.update(talk('x'.repeat(50_000)));
    for (let n = 0; n < 5_000; n += 1) session.note('y'.repeat(5_000), 'stdout');
    const { finalText, transcript } = session.summary();
    expect(transcript.length).to.be.below(1024 * 1024 + 100);
    expect(finalText.length).to.be.at.most(64 * 1024);
  });
});
