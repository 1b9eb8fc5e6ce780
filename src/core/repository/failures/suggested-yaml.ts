import { dump } from 'js-yaml';
import { commandText, writtenCommand, writtenSteps } from '../written-commands.ts';
import type { SuggestedSettings } from './sign.ts';

/** Returns lines for a `.kiro-worker.yml` as people write them; null where there is nothing to set, or no line can say it. A
 *  folder other than the root stands with them: only a file that names it keeps it. */
export function formatSettings(settings: SuggestedSettings, folder: string): string | null {
  const { install, test, coverage, reports, timeouts } = settings;
  const steps = install?.map(commandText);
  if (steps !== undefined && steps.length > 1 && steps.includes(null)) return null;
  const value = {
    ...(folder !== '.' && { folder }),
    ...(install !== undefined && { install: writtenSteps(install) }),
    ...(test !== undefined && { test: writtenCommand(test) }),
    ...(coverage !== undefined && { coverage: writtenCommand(coverage) }),
    ...(reports !== undefined && { reports }),
    ...(timeouts !== undefined && { timeouts }),
  };
  return Object.keys(settings).length === 0 ? null : dump(value, { lineWidth: -1, noRefs: true }).trimEnd();
}
