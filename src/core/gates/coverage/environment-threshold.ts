import * as z from 'zod';
import { describeIssue } from '../../config-problems.ts';
import { WorkerError } from '../../errors.ts';
import { ENV } from '../../names.ts';

/** COVERAGE_THRESHOLD: percent of lines. */
export const Threshold = z
  .string()
  .regex(/^\d{1,3}(?:\.\d{1,6})?$/, 'must be a number from 0 to 100')
  .transform(Number)
  .pipe(z.number().max(100, 'must be a number from 0 to 100'))
  .default(80);

/** Returns the environment's threshold in percent of lines, the default where none is set. Throws CONFIG_INVALID. */
export function readThresholdPct(env: Readonly<Record<string, string | undefined>>): number {
  const set = { [ENV.coverageThreshold]: env[ENV.coverageThreshold] || undefined };
  const parsed = z.object({ [ENV.coverageThreshold]: Threshold }).safeParse(set);
  if (parsed.success) return parsed.data[ENV.coverageThreshold];
  throw new WorkerError({
    code: 'CONFIG_INVALID',
    what: 'The environment is not valid:',
    problems: parsed.error.issues.flatMap((issue) => describeIssue(issue, set)),
    remedy: `Correct ${ENV.coverageThreshold}, or leave it out.`,
  });
}
