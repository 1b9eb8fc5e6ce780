import { createAcpAgent } from '../../../src/adapters/agents/acp/acp.ts';
import { createKiroAgent } from '../../../src/adapters/agents/kiro.ts';
import { TRAILERS } from '../../../src/core/names.ts';
import type { Agent } from '../../../src/core/ports/agent.ts';
import type { DrillResult } from '../area.ts';
import type { Fault } from '../flows/faults.ts';
import type { Program } from '../flows/program.ts';
import { createRandom } from '../flows/random.ts';
import { performScenario } from '../flows/run.ts';
import type { EventKind, Scenario } from '../flows/scenario.ts';
import type { Replacements, World } from '../flows/world.ts';
import { type Behaviour, LIMITS, type Protocol, taskOf } from './behaviours.ts';
import { acpProgram, kiroProgram, type Turn } from './voices.ts';

const MINUTE_MS = 60_000;
const TASK_MS = 30 * MINUTE_MS;
const SILENCE_MS = 10 * MINUTE_MS;
const BRANCH = 'work/one';

/** What strikes beside the agent. */
const FAULTS = [
  ['git push', 'once'],
  ['git push', 'lost answer'],
  ['agent', 'once'],
  ['agent', 'for a while'],
  ['agent', 'slow'],
  ['lock writes', 'once'],
  ['artifacts', 'twice'],
  ['breaker writes', 'once'],
] as const satisfies readonly (readonly [Fault['surface'], Fault['kind']])[];
const EVENTS = ['a worker is killed', 'a build is stopped', 'the event of a build is lost', 'a person pushes'] as const;

export const DISTURBANCES: readonly string[] = [...FAULTS.map(([surface, kind]) => `${surface}: ${kind}`), ...EVENTS];

export interface Play {
  readonly seed: number;
  readonly protocol: Protocol;
  readonly behaviour: Behaviour;
  /** Which of the disturbances strikes; null: none. */
  readonly disturbance: number | null;
}

interface Call {
  readonly task: string | null;
  readonly ms: number;
}

/** Runs one card whose agent behaves so through polls, builds and finalizers, and returns what does not hold. */
export async function performPlay(play: Play, planted: Replacements = {}): Promise<DrillResult> {
  const { protocol, behaviour } = play;
  const calls: Call[] = [];
  const { violations, struck } = await performScenario(scenarioOf(play), {
    agentProgram: programOf(play, calls),
    settings: { agentTimeoutMs: TASK_MS, agentSilenceMs: SILENCE_MS, agentCreditLimit: LIMITS.credits },
    createAgent: ({ sandbox, apiKey }) => {
      const agent =
        protocol === 'ACP'
          ? createAcpAgent({ sandbox, key: apiKey, config: ACP_CONFIG, limits: LIMITS })
          : createKiroAgent({ sandbox, apiKey, cliPath: process.execPath, engine: 'v3', limits: LIMITS });
      // The configuration of the drill is Kiro's: what it uses is limited here.
      const limited: Agent = { ...agent, run: (request) => agent.run({ ...request, tokenLimit: LIMITS.tokens }) };
      return planted.agent?.(limited) ?? limited;
    },
    findMore: (world) => findViolations(world, { play, calls }),
  });
  return {
    // While its service takes nothing, the card waits; and while a key is refused, for an operator.
    violations: violations.filter((words) => !(behaviour.isService && /^explained: \S+ waits/.test(words))),
    struck: [
      ...(calls.some(({ task }) => task !== null) ? [`${behaviour.name}: ${protocol}`] : []),
      ...struck.filter((key) => DISTURBANCES.includes(key)),
    ],
  };
}

const ACP_CONFIG = { command: [process.execPath, '--acp'], environment: {}, keyVariable: 'AGENT_SERVICE_KEY' };

function scenarioOf({ seed, behaviour, disturbance }: Play): Scenario {
  const random = createRandom(seed);
  const fault = disturbance === null ? undefined : FAULTS[disturbance];
  const event: EventKind | undefined = disturbance === null ? undefined : EVENTS[disturbance - FAULTS.length];
  const lasting = behaviour.isService ? 12 : 2;
  return {
    seed,
    cards: [
      {
        ...{ title: 'Card one', branch: BRANCH, units: ['unit-one-1', 'unit-one-2'], quality: 'good' },
        ...{ agentMinutes: lasting, hasPullRequest: random.chance(0.5), isCheating: false, hasTwin: false },
      },
    ],
    isStrict: false,
    capacity: 1,
    faults: fault === undefined ? [] : [{ surface: fault[0], kind: fault[1], nth: 1, flavour: random.below(12) }],
    events:
      event === undefined ? [] : [{ kind: event, atMinute: 1 + random.below(8), card: 0, call: 20 + random.below(40) }],
  };
}

/** Every turn is one request to the agent's service, which may fail by itself. */
function programOf({ protocol, behaviour }: Play, calls: Call[]): Program {
  const answers: Turn = async (_, voice) => {
    voice.begin();
    voice.say('OK');
    voice.finish();
    return 0;
  };
  const turn: Turn = async (io, voice) => {
    const task = taskOf(io);
    const from = io.time.elapsedMs;
    if (task !== null) io.agent.onStart(task);
    try {
      const fails = new Error('The agent lost its service.');
      const isServed = await io.process
        .call('agent', async () => true, { failure: () => fails, signal: io.signal })
        .catch((error: unknown) => {
          if (error === fails) return false;
          throw error;
        });
      if (!isServed) {
        voice.begin();
        voice.error('dispatch failure: Connection reset by peer');
        return 1;
      }
      return await (task === null ? (behaviour.answer ?? answers) : behaviour.work)(io, voice);
    } finally {
      calls.push({ task, ms: io.time.elapsedMs - from });
      if (task !== null) io.agent.onEnd(task);
    }
  };
  return protocol === 'ACP' ? acpProgram(turn) : kiroProgram(turn);
}

async function findViolations(
  world: World,
  { play, calls }: { play: Play; calls: readonly Call[] },
): Promise<string[]> {
  const { behaviour, disturbance } = play;
  const [row] = await world.locks.list();
  const outcome = row?.lastOutcome ?? null;
  const ticked = tickedUnits(world);
  const column = world.github.state.columnOf(world.cards[0]?.item ?? never('a card'));
  const broken: string[] = [];
  const check = (holds: boolean, words: string) => {
    if (!holds) broken.push(words);
  };
  broken.push(...ticksWithoutWork(world));
  const most = { all: 2, nothing: 0, 'the first': 1 }[behaviour.does];
  check(ticked <= most, `ticks: ${ticked} tasks are ticked of an agent that does ${behaviour.does}`);
  if (behaviour.does !== 'all') check(outcome !== 'completed', 'verdict: a bad ending was called completed');
  const isQuiet = disturbance === null;
  if (isQuiet) check(ticked === most, `ticks: ${ticked} tasks are ticked instead of ${most}`);
  if (isQuiet && behaviour.does === 'all') check(outcome === 'completed', `verdict: good work ended with ${outcome}`);
  if (isQuiet && behaviour.isService) {
    check(outcome === 'service-unavailable' || outcome === 'setup-incomplete', `service: it ended with ${outcome}`);
    check(column === 'For Implementation', `service: its fault moved the card to "${column}"`);
    check((await attemptsOf(world)) === 0, "service: its fault counts against the card's attempts");
  }
  const longest = Math.max(0, ...calls.map(({ ms }) => ms));
  check(longest <= TASK_MS + MINUTE_MS, `limits: the agent worked ${longest / MINUTE_MS} minutes on one task`);
  return broken;
}

/** Attempts that the card has used up, as the next start would see them. */
async function attemptsOf(world: World): Promise<number> {
  const [row] = await world.locks.list();
  return row?.attempts ?? 0;
}

function tickedUnits({ git }: Pick<World, 'git'>): number {
  const head = git.refs.get(`refs/heads/${BRANCH}`) ?? never('a branch');
  const tasks = String(git.filesOf(head).get(`.kiro/specs/${BRANCH}/tasks.md`));
  return tasks.match(/- \[x\]/g)?.length ?? 0;
}

/** A tick stands only in a pushed commit that changes more than the spec. */
function ticksWithoutWork({ git }: World): string[] {
  const head = git.refs.get(`refs/heads/${BRANCH}`) ?? never('a branch');
  const commits = git.since(git.refs.get('refs/heads/main') ?? null, head);
  const ticking = commits.filter(({ message }) => message.includes(`${TRAILERS.task}: `));
  const empty = ticking.filter(({ id, parents: [parent = ''] }) =>
    git.changesBetween(parent, id).every(({ path }) => path.startsWith('.kiro/specs/')),
  );
  const count = tickedUnits({ git });
  return [
    ...empty.map(({ id }) => `ticks: commit ${id.slice(0, 8)} ticks a task and changes nothing else`),
    ...(count > ticking.length ? [`ticks: ${count} tasks are ticked by ${ticking.length} commits`] : []),
  ];
}

function never(what: string): never {
  throw new Error(`There is not ${what}.`);
}
