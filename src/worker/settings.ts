import { type BuildVariables, parseBuildVariables } from '../core/build-variables.ts';
import { WorkerError } from '../core/errors.ts';
import {
  type AgentSettings,
  type BuildSettings,
  type Environment,
  type Places,
  parseEnvironment,
} from './environment.ts';

/** What one run is asked to do, and within which limits. */
export interface RunSettings extends BuildVariables, BuildSettings {}

/** Settings of the worker's process: its run, where its resources are, and which agent it uses. */
export interface WorkerSettings extends RunSettings {
  readonly places: Places;
  readonly agent: AgentSettings;
}

/** Returns the worker's settings from its whole environment; see core/names.ts for the variables. Throws CONFIG_INVALID
 *  naming every variable that is missing or wrong, with its value. */
export function parseWorkerSettings(env: Readonly<Record<string, string | undefined>>): WorkerSettings {
  const asked = parseBuildVariables(env);
  const given = parseEnvironment(env);
  if ('problems' in asked || 'problems' in given) {
    throw invalid([asked, given].flatMap((parsed) => ('problems' in parsed ? parsed.problems : [])));
  }
  const run = asked.values;
  const { build, places, agent } = given.values;
  return { ...run, itemTitle: run.itemTitle || run.branch, ...build, places, agent };
}

/** Returns what every build of an environment is given, for one that works on no card. Throws CONFIG_INVALID like the other. */
export function parseEnvironmentSettings(env: Readonly<Record<string, string | undefined>>): Environment {
  const given = parseEnvironment(env);
  if ('problems' in given) throw invalid(given.problems);
  return given.values;
}

function invalid(problems: readonly string[]): WorkerError {
  return new WorkerError({
    code: 'CONFIG_INVALID',
    what: "The worker's environment variables are not valid:",
    problems,
    remedy:
      'Stacks and poll set them; deploy again, and start builds through the poll ("npx kiro-worker local poll" in the checkout).',
  });
}
