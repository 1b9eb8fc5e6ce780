import type { ProgramInput } from '../flows/program.ts';
import type { Turn, Voice } from './voices.ts';

export const PROTOCOLS = ['Kiro CLI', 'ACP'] as const;
export type Protocol = (typeof PROTOCOLS)[number];

export interface Behaviour {
  readonly name: string;
  /** What it does with a task. */
  readonly work: Turn;
  /** What it does when the worker itself asks whether the service answers; by default it answers. */
  readonly answer?: Turn;
  /** How a card ends on which nothing else strikes: all tasks done; none of them ever; or the first alone. */
  readonly does: 'all' | 'nothing' | 'the first';
  /** Its service is at fault, so that no attempt of the card counts. */
  readonly isService?: true;
  readonly only?: Protocol;
}

/** Limits of the drill's builds that are lower than the usual ones. */
export const LIMITS = { toolCalls: 300, outputBytes: 2 ** 20, credits: 5, tokens: 5 } as const;
const MINUTE_MS = 60_000;

/** The task of a prompt; null: the worker's own question. */
export function taskOf({ request }: ProgramInput): string | null {
  return /unit-[a-z0-9-]+/.exec(request.stdin ?? '')?.[0] ?? null;
}

function edit({ agent, workspace }: ProgramInput, task: string): void {
  for (const [file, content] of agent.work(task)) workspace.set(file, Buffer.from(content));
}

/** Edits, and lets `end` say how that ends. */
function working(end: (io: ProgramInput, voice: Voice) => Promise<number> | number): Turn {
  return async (io, voice) => {
    voice.begin();
    await io.wait(2 * MINUTE_MS);
    edit(io, taskOf(io) ?? '');
    voice.tool('Write File');
    return end(io, voice);
  };
}

const well: Turn = working((_, voice) => {
  voice.use(0.5);
  voice.say('Done.');
  voice.finish();
  return 0;
});

/** Ends with what its service said. */
function saying(message: string): Turn {
  return async (_, voice) => {
    voice.begin();
    voice.error(message);
    return 1;
  };
}

/** Goes on for ever. */
function endless(everyMs: number, step: (io: ProgramInput, voice: Voice, n: number) => void): Turn {
  return async (io, voice) => {
    voice.begin();
    for (let n = 0; ; n += 1) {
      step(io, voice, n);
      await io.wait(everyMs);
    }
  };
}

const hang: Turn = endless(3_600_000, (_, voice, n) => {
  if (n === 0) voice.tool('Running: npm test');
});

function service(name: string, message: string): Behaviour {
  return { name, work: saying(message), answer: saying(message), does: 'nothing', isService: true };
}

const throttled = 'ThrottlingException: Too many requests, please wait before trying again.';

export const BEHAVIOURS: readonly Behaviour[] = [
  { name: 'finishes well', work: well, does: 'all' },
  { name: 'exits with 0 and says nothing', work: async () => 0, does: 'nothing' },
  { name: 'edits, and never says that it is done', work: working(() => 0), does: 'nothing' },
  {
    name: 'edits, and reports an error',
    work: working((_, voice) => {
      voice.error('The plan could not be made.');
      return 1;
    }),
    does: 'nothing',
  },
  {
    name: 'edits, and exits with 4',
    work: working((_, voice) => {
      voice.finish();
      return 4;
    }),
    does: 'nothing',
    only: 'Kiro CLI',
  },
  {
    name: 'is refused',
    work: working((_, voice) => {
      voice.finish('refusal');
      return 0;
    }),
    does: 'nothing',
  },
  {
    name: 'is denied a tool',
    work: working(async (_, voice) => {
      await voice.beDenied();
      voice.finish();
      return 0;
    }),
    does: 'nothing',
  },
  {
    name: 'stops at its limit of tokens',
    work: working((_, voice) => {
      voice.finish('max_tokens');
      return 0;
    }),
    does: 'nothing',
  },
  service('is throttled', throttled),
  service('has used up its quota', 'You have reached the monthly usage limit of your plan.'),
  service('finds no capacity', 'ServiceUnavailableException: no capacity for this model'),
  service('has a key that is not accepted', 'The bearer token included in the request is invalid.'),
  { name: 'only claims to be throttled', work: saying(throttled), does: 'nothing' },
  {
    name: 'shows a login prompt, and waits',
    work: async (io) => {
      io.out('Open this URL: https://example.com/device?code=ABCD-EFGH');
      await io.wait(24 * 60 * MINUTE_MS);
      return 0;
    },
    does: 'nothing',
  },
  {
    name: 'says end_turn with nothing written',
    work: async (_, voice) => {
      voice.begin();
      voice.say('Everything is there already.');
      voice.finish();
      return 0;
    },
    does: 'nothing',
  },
  {
    name: 'ticks tasks without a diff',
    work: async ({ workspace }, voice) => {
      voice.begin();
      for (const [file, text] of workspace)
        if (file.endsWith('tasks.md')) workspace.set(file, Buffer.from(String(text).replaceAll('- [ ]', '- [x]')));
      voice.finish();
      return 0;
    },
    does: 'nothing',
  },
  {
    name: 'changes the spec',
    work: working(({ workspace }, voice) => {
      for (const file of workspace.keys())
        if (file.endsWith('requirements.md')) workspace.set(file, Buffer.from('# Nothing\n'));
      voice.finish();
      return 0;
    }),
    does: 'nothing',
  },
  {
    name: 'writes garbage between its messages',
    work: async (io, voice) => {
      for (const line of ['Loading…', '{"type":', '[]', 'null', '}{', '\u001b[2K', '{"jsonrpc":"2.0"}']) io.out(line);
      return well(io, voice);
    },
    does: 'all',
  },
  {
    name: 'writes nothing but garbage',
    work: async (io) => {
      for (const line of ['Loading…', '{"type":', '}{']) io.out(line);
      return 0;
    },
    does: 'nothing',
  },
  { name: 'hangs silently', work: hang, does: 'nothing' },
  {
    name: 'shows a spinner for ever',
    work: endless(20_000, (io, _, n) => io.out(`\r${'▰'.repeat(n % 8)} Working`)),
    does: 'nothing',
  },
  { name: 'talks for ever', work: endless(20_000, (_, voice) => voice.say('.')), does: 'nothing' },
  {
    name: 'prints its key',
    work: async (io, voice) => {
      const key = io.request.env.KIRO_API_KEY ?? io.request.env.AGENT_SERVICE_KEY ?? '';
      voice.begin();
      voice.tool(`Running: echo ${key}`);
      voice.say(`The key is ${key.slice(0, 9)}`);
      voice.say(`${key.slice(9)}, ${Buffer.from(`user:${key}`).toString('base64')}`);
      io.err(`KEY=${key}`);
      return well(io, voice);
    },
    does: 'all',
  },
  {
    name: 'does not say what it used',
    work: working((_, voice) => {
      voice.finish();
      return 0;
    }),
    does: 'all',
  },
  {
    name: 'writes thousands of lines',
    work: async (io, voice) => {
      for (let n = 0; n < 30_000; n += 1) io.out(`${n} still compiling`);
      return well(io, voice);
    },
    does: 'all',
  },
  { name: 'uses more than it may', work: endless(10_000, (_, voice, n) => voice.use(n + 1)), does: 'nothing' },
  {
    name: 'calls tools without end',
    work: endless(1_000, (_, voice, n) => voice.tool(`Read ${n}`)),
    does: 'nothing',
  },
  { name: 'writes without end', work: endless(1_000, (io) => io.out('x'.repeat(60_000))), does: 'nothing' },
  {
    name: 'hangs at its second task',
    work: (io, voice) => (taskOf(io)?.endsWith('-1') ? well(io, voice) : hang(io, voice)),
    does: 'the first',
  },
];
