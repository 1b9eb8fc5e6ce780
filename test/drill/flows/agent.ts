import type { Program, ProgramInput } from './program.ts';

/** kiro-cli's messages when its service refuses; what it says is on standard error, or in its protocol. */
const SERVICE_FAILURES: readonly ((io: ProgramInput) => Promise<number>)[] = [
  async ({ out, err }) => {
    record(out, 'runError', { stage: 'engine', message: 'You have reached the monthly usage limit of your plan.' });
    err('error: Monthly request limit reached');
    return 1;
  },
  async ({ out }) => {
    record(out, 'runError', {
      stage: 'engine',
      message: 'ThrottlingException: Too many requests, please wait before trying again.',
    });
    return 1;
  },
  async ({ err }) => {
    err('error: dispatch failure: io error: Connection reset by peer');
    return 1;
  },
  async ({ out }) => {
    record(out, 'runError', {
      stage: 'engine',
      message: 'InternalServerException: Encountered an unexpected error (500).',
    });
    return 1;
  },
];

class ServiceFailure extends Error {
  readonly flavour: number;

  constructor(flavour: number) {
    super('The agent lost its service.');
    this.flavour = flavour;
  }
}

/** One turn of the agent: it reads its prompt, works for minutes, writes a file and says that it is done. A prompt without a
 *  task is the worker's own question whether the service answers. */
export const chat: Program = async (io) => {
  const { process, request, out } = io;
  const task = taskOf(request.stdin ?? '');
  record(out, 'runStarted', { engine: 'v3', payloadSchema: 'acp', acpProtocolVersion: 1 });
  try {
    const failure = (flavour: number) => new ServiceFailure(flavour);
    await process.call('agent', () => (task === undefined ? answer(io) : work(io, task)), {
      failure,
      signal: request.signal ?? null,
    });
  } catch (error) {
    if (!(error instanceof ServiceFailure)) throw error;
    return SERVICE_FAILURES[error.flavour % SERVICE_FAILURES.length]?.(io) ?? 1;
  }
  record(out, 'runFinished', {
    status: 'success',
    stopReason: 'end_turn',
    finalText: 'Done.',
    finalTextTruncated: false,
  });
  return 0;
};

function taskOf(prompt: string): string | undefined {
  const [, round] = /\(repair (\d+) of at most/.exec(prompt) ?? [];
  return round === undefined ? /unit-[a-z0-9-]+/.exec(prompt)?.[0] : `repair-${round}`;
}

async function answer({ out }: ProgramInput): Promise<void> {
  update(out, { sessionUpdate: 'agent_message_chunk', content: { type: 'text', text: 'OK' } });
}

async function work({ agent, workspace, wait, out, request }: ProgramInput, task: string): Promise<void> {
  agent.onStart(task);
  try {
    for (let minute = 0; minute < agent.minutes; minute += 1) {
      update(out, { sessionUpdate: 'agent_message_chunk', content: { type: 'text', text: `Working on ${task}. ` } });
      await wait(60_000);
    }
    for (const [file, content] of agent.work(task)) workspace.set(file, Buffer.from(content));
    // Its own key is in its environment, and models do print what they see.
    update(out, {
      sessionUpdate: 'agent_message_chunk',
      content: { type: 'text', text: request.env.KIRO_API_KEY ?? '' },
    });
    const usage = { usage: 0.5, unit: 'credit' };
    update(out, {
      sessionUpdate: 'session_info_update',
      _meta: { kiro: { kind: 'turn_completion', promptTurnSummaries: [usage] } },
    });
  } finally {
    agent.onEnd(task);
  }
}

function record(out: (line: string) => void, type: string, data: unknown): void {
  out(JSON.stringify({ type, data }));
}

function update(out: (line: string) => void, value: unknown): void {
  record(out, 'sessionUpdate', { sessionId: 'sess_drill', update: value });
}
