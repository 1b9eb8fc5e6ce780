import type { AgentRequest, AgentResult } from '../../../src/core/ports/agent.ts';
import type { PlantedBug } from '../area.ts';
import type { Replacements } from '../flows/world.ts';
import { BEHAVIOURS, type Protocol } from './behaviours.ts';
import { performPlay } from './whole-run.ts';

/** A bug, the behaviour that brings it out, and what must be said of it. */
interface Plant {
  readonly name: string;
  readonly behaviour: string;
  readonly protocol?: Protocol;
  readonly ask?: (request: AgentRequest) => AgentRequest;
  readonly change?: (result: AgentResult) => AgentResult;
  readonly expects: RegExp;
}

const asFinished = (result: AgentResult): AgentResult => ({ ...result, kind: 'finished' });

const PLANTS: readonly Plant[] = [
  {
    name: 'whatever ended well enough counts as finished',
    behaviour: 'edits, and never says that it is done',
    change: asFinished,
    expects: /^(?:ticks|verdict)/,
  },
  { name: 'a refusal counts as finished', behaviour: 'is refused', change: asFinished, expects: /^(?:ticks|verdict)/ },
  {
    name: 'a denied tool is overlooked',
    behaviour: 'is denied a tool',
    protocol: 'ACP',
    change: asFinished,
    expects: /^(?:ticks|verdict)/,
  },
  {
    name: 'the exit code is overlooked',
    behaviour: 'edits, and exits with 4',
    change: asFinished,
    expects: /^(?:ticks|verdict)/,
  },
  {
    name: "the service's fault is the agent's",
    behaviour: 'has used up its quota',
    change: (result) => (result.kind === 'unavailable' ? { ...result, kind: 'failed' } : result),
    expects: /^service/,
  },
  {
    name: 'nobody ends an agent that goes on and on',
    behaviour: 'talks for ever',
    ask: (request) => ({ ...request, timeoutMs: 2 * request.timeoutMs }),
    expects: /^limits/,
  },
];

/** Runs each behaviour with its bug and without: the drill must say so with it, and keep silent without. */
export async function findPlantedBugs(): Promise<PlantedBug[]> {
  const found: PlantedBug[] = [];
  for (const { name, behaviour: wanted, protocol = 'Kiro CLI', ask, change, expects } of PLANTS) {
    const behaviour = BEHAVIOURS.find((one) => one.name === wanted);
    if (behaviour === undefined) throw new Error(`No agent ${wanted}.`);
    const play = { seed: 1, protocol, behaviour, disturbance: null };
    const agent: Replacements['agent'] = (real) => ({
      ...real,
      async run(request) {
        const result = await real.run(ask?.(request) ?? request);
        return change?.(result) ?? result;
      },
    });
    const [planted, clean] = [await performPlay(play, { agent }), await performPlay(play)];
    const without = clean.violations.some((violation) => expects.test(violation));
    const caughtBy = without ? null : (planted.violations.find((violation) => expects.test(violation)) ?? null);
    found.push({ name, caughtBy });
  }
  return found;
}
