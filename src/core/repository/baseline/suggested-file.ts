import { dump } from 'js-yaml';
import { DEFAULT_ROUNDS } from '../../lifecycle/repair-rounds.ts';
import type { Commands } from '../commands.ts';
import type { RepositorySettings } from '../repository-file.ts';
import { writtenCommand, writtenSteps } from '../written-commands.ts';
import { MOST_ALLOWED, STRICT_BASELINE } from './baseline-rules.ts';

const HEAD = '# .kiro-worker.yml on the default branch\n';

/** Returns the text of a `.kiro-worker.yml` that says what these commands are, and keeps what else the present one sets. Its `baseline`
 *  allows these tests to fail, or a coverage below the threshold. */
export function suggestFile(
  commands: Pick<Commands, 'folder' | 'install' | 'test' | 'coverage' | 'reports'>,
  { present, allow }: { present: RepositorySettings | null; allow?: readonly string[] | 'below-threshold' | null },
): string {
  const { folder, install, test, coverage, reports } = commands;
  const { protectedPaths = [], coverageThreshold = null, timeouts = {}, tools = {}, gates = {} } = present ?? {};
  const given = Object.entries(timeouts).filter(([, minutes]) => minutes !== null);
  const shown = Object.entries(reports).filter(([, patterns]) => patterns.length > 0);
  return format({
    ...(folder !== '.' && { folder }),
    install: writtenSteps(install),
    test: writtenCommand(test),
    coverage: coverage === null ? false : writtenCommand(coverage),
    ...(shown.length > 0 && { reports: Object.fromEntries(shown) }),
    ...(protectedPaths.length > 0 && { protectedPaths }),
    ...(coverageThreshold !== null && { coverageThreshold }),
    ...baselineOf(present, allow ?? null),
    ...(given.length > 0 && { timeouts: Object.fromEntries(given) }),
    ...(Object.keys(tools).length > 0 && { tools }),
    ...(Object.keys(gates).length > 0 && { gates }),
    ...finishOf(present),
  });
}

function finishOf(present: RepositorySettings | null) {
  const { repairRounds = DEFAULT_ROUNDS, repeatFailedTests = false, verifyEachTask = false } = present ?? {};
  return {
    ...(repairRounds !== DEFAULT_ROUNDS && { repairRounds }),
    ...(repeatFailedTests && { repeatFailedTests }),
    ...(verifyEachTask && { verifyEachTask }),
  };
}

function format(value: object): string {
  return `${HEAD}${dump(value, { flowLevel: 1, lineWidth: -1, noRefs: true })}`;
}

function baselineOf(present: RepositorySettings | null, allow: readonly string[] | 'below-threshold' | null) {
  const { allowFailures, allowKnownFailures, allowBelowThreshold } = present?.baseline ?? STRICT_BASELINE;
  const all = [...new Set([...allowFailures, ...(allow === 'below-threshold' || allow === null ? [] : allow)])];
  const areTooMany = all.length > MOST_ALLOWED;
  const names = areTooMany ? allowFailures : all;
  const baseline = {
    ...(names.length > 0 && { allowFailures: names }),
    ...((allowKnownFailures || areTooMany) && { allowKnownFailures: true }),
    ...((allowBelowThreshold || allow === 'below-threshold') && { allowBelowThreshold: true }),
  };
  return Object.keys(baseline).length > 0 ? { baseline } : {};
}
