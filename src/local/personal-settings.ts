import * as z from 'zod';
import { KIRO_ENGINES, KIRO_OPTION_NAME } from '../core/agent/kiro/options.ts';
import { describeIssue } from '../core/config-problems.ts';
import { WorkerError } from '../core/errors.ts';
import { ENV } from '../core/names.ts';

const wholeNumber = z.string().regex(/^\d{1,12}$/, 'must be a whole number');
const optionName = z.string().regex(KIRO_OPTION_NAME, 'must be a name as kiro-cli lists them');

const PersonalSettings = z
  .object({
    [ENV.kiroEngine]: z.enum(KIRO_ENGINES, `must be ${KIRO_ENGINES.join(' or ')}`),
    [ENV.kiroModel]: optionName,
    [ENV.kiroAgent]: optionName,
    [ENV.agentTimeoutMs]: wholeNumber,
    [ENV.agentSilenceMs]: wholeNumber,
    [ENV.agentCreditLimit]: wholeNumber,
  })
  .partial();

/** Checks the variables of this machine that every build is given: a build that cannot read them could report nothing. Throws
 *  CONFIG_INVALID with every problem (variable and value). */
export function checkPersonalSettings(env: Readonly<Record<string, string | undefined>>): void {
  const set = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value !== ''));
  const parsed = PersonalSettings.safeParse(set);
  if (parsed.success) return;
  throw new WorkerError({
    code: 'CONFIG_INVALID',
    what: 'No build could work with these environment variables:',
    problems: parsed.error.issues.flatMap((issue) => describeIssue(issue, set)),
    remedy: 'Correct them, or leave them out.',
  });
}
