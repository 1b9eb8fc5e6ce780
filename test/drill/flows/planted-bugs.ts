import { WorkerError } from '../../../src/core/errors.ts';
import type { AgentResult } from '../../../src/core/ports/agent.ts';
import type { Repository } from '../../../src/core/ports/repository.ts';
import type { PlantedBug } from '../area.ts';
import type { Fault } from './faults.ts';
import { performScenario } from './run.ts';
import type { CardPlan, Scenario } from './scenario.ts';
import type { Replacements, World } from './world.ts';

/** A bug, the scenario that brings it out, and what must be said of it. */
interface Plant {
  readonly name: string;
  readonly replacements: Replacements;
  readonly scenario: Scenario;
  readonly expects: RegExp;
}

/** Runs each scenario with its bug and without: the drill must say so with it, and keep silent without. */
export async function findPlantedBugs(): Promise<PlantedBug[]> {
  const found: PlantedBug[] = [];
  for (const { name, replacements, scenario, expects } of PLANTS) {
    const [planted, clean] = [await performScenario(scenario, replacements), await performScenario(scenario)];
    const without = clean.violations.some((violation) => expects.test(violation));
    const caughtBy = without ? null : (planted.violations.find((violation) => expects.test(violation)) ?? null);
    found.push({ name, caughtBy });
  }
  return found;
}

const CARD: CardPlan = {
  title: 'Card one',
  branch: 'work/one',
  units: ['unit-one-1'],
  quality: 'good',
  agentMinutes: 2,
  hasPullRequest: true,
  isCheating: false,
  hasTwin: false,
};

function scenarioOf({ card = {}, ...more }: Partial<Scenario> & { card?: Partial<CardPlan> } = {}): Scenario {
  return { seed: 0, cards: [{ ...CARD, ...card }], isStrict: true, capacity: 1, faults: [], events: [], ...more };
}

function fault(surface: Fault['surface'], kind: Fault['kind'], nth = 1): Fault {
  return { surface, kind, nth, flavour: 0 };
}

const PLANTS: readonly Plant[] = [
  {
    name: 'a push that failed once is told as refused',
    scenario: scenarioOf({ faults: [fault('git push', 'once')] }),
    expects: /^blame: .*push-refused/,
    replacements: { repository: (repository, world) => withPush(repository, (push) => refusedOnFailure(world, push)) },
  },
  {
    name: 'a file that cannot be read counts as not there',
    scenario: scenarioOf({ card: { quality: 'thin' }, faults: [fault('git read', 'once')] }),
    expects: /^proof: .*% are covered/,
    replacements: { repository: absentOnFailure },
  },
  {
    name: 'a refused comment holds card and lock',
    scenario: scenarioOf({ faults: [fault('comment write', 'refused')] }),
    expects: /^(explained: .*stands in|locks free)/,
    replacements: { github: (github) => ({ ...github, ...oneChain(github) }) },
  },
  {
    name: "the agent's used-up quota counts as an attempt of the card",
    scenario: scenarioOf({ faults: [fault('agent', 'for ever')] }),
    expects: /^blame: faults of services moved/,
    replacements: { agent: (agent) => ({ ...agent, run: async (request) => asFailed(await agent.run(request)) }) },
  },
  {
    name: 'a card that is not found once cancels its build',
    scenario: scenarioOf({ faults: [fault('card', 'not there', 4)] }),
    expects: /^blame: .*was cancelled/,
    replacements: {
      github: (github) => ({ ...github, board: { ...github.board, findCard: async () => undefined } }),
    },
  },
  {
    name: "a twin's head is taken for the branch's",
    scenario: scenarioOf({ card: { hasTwin: true } }),
    expects: /^(blame: .*branch-moved|caps)/,
    replacements: { repository: (repository, world) => withPush(repository, (push) => twinFirst(world, push)) },
  },
  {
    name: 'the rules come from the branch that is judged',
    scenario: scenarioOf({ card: { quality: 'thin', isCheating: true } }),
    expects: /^proof: .*% are covered/,
    replacements: { repository: rulesOfBranch },
  },
  {
    name: 'nobody looks for secrets in what is committed',
    scenario: scenarioOf({ card: { quality: 'leaking' } }),
    expects: /^no secret: pushed blob/,
    replacements: { committedSecrets: [] },
  },
];

type Push = () => ReturnType<Repository['push']>;

function withPush(repository: Repository, push: (real: Push) => ReturnType<Repository['push']>): Repository {
  return delegate(repository, {
    push: (...args) => push(() => repository.push(...args)),
    tryPush: (...args) => push(() => repository.tryPush(...args)),
  });
}

/** The same object with some methods in the place of its own. */
function delegate<T extends object>(target: T, own: Partial<T>): T {
  return new Proxy(target, {
    get(_, key) {
      const value: unknown = Reflect.get(key in own ? own : target, key);
      return typeof value === 'function' ? value.bind(key in own ? own : target) : value;
    },
  });
}

async function refusedOnFailure({ faults }: World, push: Push): ReturnType<Push> {
  const refused = { kind: 'refused', because: 'rule', text: '502', detail: '502', remedy: '' } as const;
  return faults.next('git push').kind === 'fail' ? refused : push();
}

function absentOnFailure(repository: Repository): Repository {
  return delegate(repository, {
    find: (...args) => repository.find(...args).catch(() => null),
    read: (...args) => repository.read(...args).catch(() => null),
  });
}

/** Once a comment was refused, nothing more is written in this process. */
function oneChain(github: Parameters<NonNullable<Replacements['github']>>[0]): Partial<typeof github> {
  let isBroken = false;
  const unbroken = () => {
    if (isBroken) throw new WorkerError({ code: 'GITHUB_FAILED', what: 'The comment was refused.', remedy: 'None.' });
  };
  return {
    comments: delegate(github.comments, {
      upsert: async (request) => {
        isBroken = true;
        const url = await github.comments.upsert(request);
        isBroken = false;
        return url;
      },
    }),
    board: delegate(github.board, {
      move: async (...args) => {
        unbroken();
        return github.board.move(...args);
      },
    }),
  };
}

/** What later kinds of endings tell apart was all a failure of the agent. */
function asFailed(result: AgentResult): AgentResult {
  return result.kind === 'finished' ? result : { ...result, kind: 'failed' };
}

/** Takes the first line of what ls-remote lists. */
async function twinFirst({ git }: World, push: Push): ReturnType<Push> {
  const twin = git.refs.get(`refs/heads/refs/heads/${CARD.branch}`);
  return twin === undefined ? push() : { kind: 'moved', head: twin, by: 'Robin Example <robin@example.com>' };
}

function rulesOfBranch(repository: Repository, world: World): Repository {
  const at = (commit: string, file: string) =>
    file === '.kiro-worker.yml' ? (world.git.refs.get(`refs/heads/${CARD.branch}`) ?? commit) : commit;
  return delegate(repository, {
    find: (commit, file) => repository.find(at(commit, file), file),
    read: (commit, file) => repository.read(at(commit, file), file),
  });
}
