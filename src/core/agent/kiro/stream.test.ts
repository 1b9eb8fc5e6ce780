import { expect } from 'chai';
import fc from 'fast-check';
import { createAgentStream } from './stream.ts';

const line = (type: string, data: unknown) => JSON.stringify({ type, data });
const update = (value: object, sessionId = 's') => line('sessionUpdate', { sessionId, update: value });
const talk = (text: string) => update({ sessionUpdate: 'agent_message_chunk', content: { type: 'text', text } });
const turn = (usage: unknown, unit?: string, sessionId?: string) =>
  update(
    {
      sessionUpdate: 'session_info_update',
      _meta: { kiro: { kind: 'turn_completion', promptTurnSummaries: [{ usage, unit }] } },
    },
    sessionId,
  );

function read(lines: string[]) {
  const progress: string[] = [];
  const stream = createAgentStream((text) => progress.push(text));
  for (const each of lines) stream.push(each);
  return { ...stream.summary(), progress };
}

describe('agent stream', () => {
  it('takes the final text from the last record, else from the messages', () => {
    expect(read([talk('Hel'), talk('lo')]).finalText).to.equal('Hello');
    expect(read([talk('Hello'), line('runFinished', { finalText: 'Bye' })]).finalText).to.equal('Bye');
  });

  it('reports tools by their title and file, each once', () => {
    const call = { sessionUpdate: 'tool_call', toolCallId: '1', locations: [{ path: '/w/src/deep/a.ts' }] };
    const { progress } = read([
      update({ ...call, title: 'Read File', kind: 'read' }),
      update({ sessionUpdate: 'tool_call_update', toolCallId: '1', status: 'completed' }),
      update({ sessionUpdate: 'tool_call', kind: 'execute' }),
      update({ sessionUpdate: 'tool_call', title: `Running: echo\n${'x'.repeat(500)}` }),
    ]);
    expect(progress.slice(0, 2)).to.deep.equal(['Read File deep/a.ts', 'execute']);
    expect(progress[2])
      .to.match(/^Running: echo x+\.\.\.$/)
      .and.have.length(120);
  });

  it('counts credits of both engines: totals so far, per session, in credits only', () => {
    const metadata = (value: unknown) =>
      line('metadata', { sessionId: 's', meteringUsage: [{ value }, { value: 0.5 }] });
    expect(read([metadata(1), metadata(2), metadata(2)]).credits).to.equal(2.5);
    expect(read([turn(1.5), turn(1.5), turn(3), turn(900, 'token'), turn(2, 'credit', 'sub-agent')]).credits).to.equal(
      5,
    );
    expect(read([turn('many'), turn(-1), turn(null), line('metadata', { meteringUsage: 'free' })]).credits).to.equal(
      null,
    );
  });

  it('distinguishes a denied tool from a failed one', () => {
    const failed = (text: string) =>
      update({ sessionUpdate: 'tool_call_update', status: 'failed', title: 'Run', content: [{ content: { text } }] });
    const words = [
      'Denied by policy rule 3',
      'User denied tool execution',
      'refused: non-interactive mode (no user to approve)',
    ];
    for (const text of words) expect(read([failed(text)]).denials, text).to.have.length(1);
    const ordinary = [
      'sh: permission denied',
      'HTTP 403: access denied',
      'test "login denied" failed',
      'assert: rejected promise',
    ];
    for (const text of ordinary) expect(read([failed(text)]).denials, text).to.have.length(0);
    const byState = update({
      sessionUpdate: 'tool_call',
      status: 'pending',
      _meta: { kiro: { decision: 'Rejected' } },
    });
    expect(read([byState]).denials).to.have.length(1);
    expect(
      read([update({ sessionUpdate: 'tool_call_update', status: 'completed', rawOutput: 'denied by policy' })]).denials,
    ).to.have.length(0);
  });

  it('passes over what it does not know and counts what it cannot read', () => {
    const odd = ['', '   ', '{"type":"news","data":{}}', '{}', 'null', '[1]', '"x"', '{"type":', 'Confirm nothing'];
    const { records, unreadableLines, looksLikeLogin } = read([...odd, `\u001b[2K${line('runStarted', {})}`]);
    expect({ records, unreadableLines, looksLikeLogin }).to.deep.equal({
      records: 3,
      unreadableLines: 5,
      looksLikeLogin: false,
    });
    expect(read(['Confirm the following code in the browser']).looksLikeLogin).to.equal(true);
  });

  it('sees a login that redraws its line and never ends it, on either stream, before the agent has begun', () => {
    const spinner = '\r▰▱▱ Opening browser... | Press (^) + C to cancel\r▰▰▱ Opening browser...';
    const onStderr = createAgentStream(() => {});
    onStderr.note(spinner);
    const begun = createAgentStream(() => {});
    begun.push(talk('Hello'));
    begun.note(spinner);
    begun.push('Open this URL: https://example.com to see the report');
    const seen = [read([spinner]), onStderr.summary(), begun.summary()].map(({ looksLikeLogin }) => looksLikeLogin);
    expect(seen).to.deep.equal([true, true, false]);
  });

  it('takes only records that the protocol knows for a sign of life', () => {
    const { push } = createAgentStream(() => {});
    expect([line('runStarted', {}), talk('x'), line('metadata', {})].map(push)).to.deep.equal([true, true, true]);
    expect([line('progress', { percent: 3 }), '{"level":30}', 'still compiling', '\r▰▱'].map(push)).to.deep.equal([
      false,
      false,
      false,
      false,
    ]);
  });

  it('takes any line without an error and stays bounded', () => {
    const anyRecord = fc.record({
      type: fc.constantFrom('sessionUpdate', 'metadata', 'runFinished', 'runError', 'x'),
      data: fc.oneof(
        fc.jsonValue(),
        fc.record({
          sessionId: fc.jsonValue(),
          meteringUsage: fc.jsonValue(),
          update: fc.record({
            sessionUpdate: fc.constantFrom(
              'tool_call',
              'tool_call_update',
              'agent_message_chunk',
              'session_info_update',
            ),
            status: fc.jsonValue(),
            title: fc.jsonValue(),
            content: fc.jsonValue(),
            locations: fc.jsonValue(),
            _meta: fc.jsonValue(),
          }),
        }),
      ),
    });
    fc.assert(
      fc.property(
        fc.array(
          fc.oneof(
            anyRecord.map((each) => JSON.stringify(each)),
            fc.string(),
          ),
          { maxLength: 20 },
        ),
        (lines) => {
          const { progress, denials } = read(lines);
          expect([...progress, ...denials].every((text) => text.length <= 200 && !/\p{Cc}/u.test(text))).to.equal(true);
        },
      ),
    );
    const stream = createAgentStream(() => {});
    for (let n = 0; n < 40; n++) stream.push(talk(`${'x'.repeat(100_000)}\n`));
    expect(stream.summary().transcript.length).to.be.lessThan(1_048_700);
    expect(stream.summary().finalText.length).to.be.within(60_000, 65_536);
  });
});
