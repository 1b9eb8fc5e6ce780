import type { Program, ProgramInput } from '../flows/program.ts';

/** How an agent's program says things, whatever its protocol is. */
export interface Voice {
  /** The agent answers: it was let in. */
  begin(): void;
  say(text: string): void;
  tool(title: string): void;
  /** Asks for what nobody allows it. */
  beDenied(): Promise<void>;
  /** Credits or tokens that it has used so far, in the same number. */
  use(total: number): void;
  finish(stopReason?: string): void;
  error(message: string): void;
}

/** What an agent does in one turn; returns the exit code of its program. */
export type Turn = (io: ProgramInput, voice: Voice) => Promise<number>;

/** Returns the program of a Kiro that takes this turn. */
export function kiroProgram(turn: Turn): Program {
  return (io) => {
    const record = (type: string, data: unknown) => io.out(JSON.stringify({ type, data }));
    const update = (value: unknown) => record('sessionUpdate', { sessionId: 'sess_drill', update: value });
    const tool = (title: string, end: object = { status: 'completed' }) => {
      update({ sessionUpdate: 'tool_call', toolCallId: title, title, kind: 'edit', status: 'pending' });
      update({ sessionUpdate: 'tool_call_update', toolCallId: title, ...end });
    };
    return turn(io, {
      begin: () => record('runStarted', { engine: 'v3', payloadSchema: 'acp', acpProtocolVersion: 1 }),
      say: (text) => update({ sessionUpdate: 'agent_message_chunk', content: { type: 'text', text } }),
      tool,
      beDenied: async () => tool('Write File /etc/hosts', { status: 'failed', _meta: { kiro: { consent: 'deny' } } }),
      use: (usage) =>
        update({
          sessionUpdate: 'session_info_update',
          _meta: { kiro: { kind: 'turn_completion', promptTurnSummaries: [{ usage, unit: 'credit' }] } },
        }),
      finish: (stopReason = 'end_turn') =>
        record('runFinished', { status: 'success', stopReason, finalText: 'Done.', finalTextTruncated: false }),
      error: (message) => record('runError', { stage: 'engine', message }),
    });
  };
}

/** Returns the program of an ACP agent that takes this turn for each prompt, and greets whoever only opens a session. */
export function acpProgram(turn: Turn): Program {
  return async (io) => {
    const inbox = createInbox(io);
    const send = (message: object) => io.out(JSON.stringify({ jsonrpc: '2.0', ...message }));
    for (;;) {
      const message = await inbox.next();
      if (message === null) return 0;
      const { id, method, params } = message;
      if (method === 'initialize') send({ id, result: { protocolVersion: 1, agentCapabilities: {} } });
      else if (method === 'session/new') send({ id, result: { sessionId: 'sess_drill' } });
      else if (method === 'session/prompt') {
        const prompt = String(params?.prompt?.[0]?.text ?? '');
        const request = { ...io.request, stdin: prompt };
        const exitCode = await turn({ ...io, request }, acpVoice({ send, id, inbox }));
        if (exitCode !== 0 || !inbox.isAnswered) return exitCode;
      }
    }
  };
}

interface Message {
  readonly id?: unknown;
  readonly method?: string;
  readonly params?: { readonly prompt?: readonly { readonly text?: string }[] };
}

function acpVoice({
  send,
  id,
  inbox,
}: {
  send: (message: object) => void;
  id: unknown;
  inbox: ReturnType<typeof createInbox>;
}): Voice {
  const update = (value: unknown, more: object = {}) =>
    send({ method: 'session/update', params: { sessionId: 'sess_drill', update: value, ...more } });
  const chunk = (text: string, more: object = {}) =>
    update({ sessionUpdate: 'agent_message_chunk', content: { type: 'text', text }, ...more });
  let used = 0;
  return {
    begin: () => update({ sessionUpdate: 'available_commands_update', availableCommands: [] }),
    say: chunk,
    tool: (title) =>
      update({ sessionUpdate: 'tool_call', toolCallId: title, title, kind: 'edit', status: 'completed' }),
    async beDenied() {
      const toolCall = { toolCallId: 'denied', title: 'edit', kind: 'edit', locations: [{ path: '../../etc/hosts' }] };
      const options = [{ optionId: 'no', name: 'no', kind: 'reject_once' }];
      send({
        id: 'asked',
        method: 'session/request_permission',
        params: { sessionId: 'sess_drill', toolCall, options },
      });
      await inbox.next();
    },
    use(total) {
      chunk('', { _meta: { usage: { inputTokens: total - used, outputTokens: 0, totalTokens: total - used } } });
      used = total;
    },
    finish(stopReason = 'end_turn') {
      inbox.isAnswered = true;
      send({ id, result: { stopReason } });
    },
    error(message) {
      inbox.isAnswered = true;
      send({ id, error: { code: -32603, message: 'Internal error', data: { details: message } } });
    },
  };
}

/** The messages that come to a program; null once its input, or the program, has ended. */
function createInbox({ request, signal }: ProgramInput) {
  const messages: (Message | null)[] = [];
  let wake = () => {};
  const put = (message: Message | null) => {
    messages.push(message);
    wake();
  };
  request.onStdin?.({
    write(text) {
      for (const line of text.split('\n').filter((one) => one !== '')) put(JSON.parse(line));
      return 0;
    },
    end: () => put(null),
  });
  signal.addEventListener('abort', () => put(null), { once: true });
  return {
    isAnswered: false,
    async next(): Promise<Message | null> {
      while (messages.length === 0)
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      return messages.shift() ?? null;
    },
  };
}
