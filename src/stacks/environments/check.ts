import { describeIssue } from '../../core/config-problems.ts';
import { WorkerError } from '../../core/errors.ts';
import type { EnvironmentConfig, Environments } from './config.ts';
import { EnvironmentSchema } from './config.ts';
import { relationProblems } from './relations.ts';
import { scheduleProblem } from './schedule.ts';

/** Throws CONFIG_INVALID with every problem of every environment, each naming environment, field and value. */
export function checkEnvironments({ environments, sandbox }: Environments): void {
  const all = { ...environments, [sandbox.environment]: sandbox };
  const problems = Object.entries(all).flatMap(([name, config]) =>
    environmentProblems(name, config).map((problem) => `${name}.${problem}`),
  );
  if (Object.hasOwn(environments, sandbox.environment)) {
    problems.push(`${sandbox.environment}: is the environment of the one-stack template; choose another name`);
  }
  if (problems.length === 0) problems.push(...relationProblems(all));
  if (problems.length === 0) return;
  throw new WorkerError({
    code: 'CONFIG_INVALID',
    what: `src/stacks/environments.ts is not valid (${problems.length} problem${problems.length === 1 ? '' : 's'}):`,
    problems,
    remedy: 'Correct them there, then run `npm run synth` again.',
  });
}

function environmentProblems(name: string, config: EnvironmentConfig): string[] {
  const parsed = EnvironmentSchema.safeParse(config);
  const problems = parsed.success ? [] : parsed.error.issues.flatMap((issue) => describeIssue(issue, config));
  const shown = (value: unknown) => `(it is ${JSON.stringify(value)})`;
  if (config.environment !== name) problems.push(`environment: must be "${name}" ${shown(config.environment)}`);
  if (typeof config.pollingInterval === 'string') {
    const problem = scheduleProblem(config.pollingInterval);
    if (problem !== null) problems.push(`pollingInterval: ${problem} ${shown(config.pollingInterval)}`);
  }
  return problems;
}
