import { dump } from 'js-yaml';
import type { Argv } from '../argv.ts';
import type { Commands } from '../commands.ts';
import type { RepositorySettings } from '../repository-file.ts';
import { STRICT_BASELINE } from './baseline-rules.ts';

const HEAD = '# .kiro-worker.yml on the default branch\n';
/** Words that need no quotes where a command is written as one text. */
const PLAIN = /^[\w@%+=:,./-]+$/;

/** Returns the text of a `.kiro-worker.yml` that says what these commands are, and keeps what else the present one sets. Its `baseline`
 *  allows these tests to fail, or a coverage below the threshold. */
export function suggestFile(
  commands: Commands,
  { present, allow }: { present: RepositorySettings | null; allow?: readonly string[] | 'below-threshold' | null },
): string {
  const { folder, install, test, coverage, reports } = commands;
  const { protectedPaths = [], coverageThreshold = null, timeouts = {} } = present ?? {};
  const given = Object.entries(timeouts).filter(([, minutes]) => minutes !== null);
  const shown = Object.entries(reports).filter(([, patterns]) => patterns.length > 0);
  return format({
    ...(folder !== '.' && { folder }),
    install: install.length === 0 ? false : formatSteps(install),
    test: formatCommand(test),
    coverage: coverage === null ? false : formatCommand(coverage),
    ...(shown.length > 0 && { reports: Object.fromEntries(shown) }),
    ...(protectedPaths.length > 0 && { protectedPaths }),
    ...(coverageThreshold !== null && { coverageThreshold }),
    ...baselineOf(present, allow ?? null),
    ...(given.length > 0 && { timeouts: Object.fromEntries(given) }),
  });
}

function format(value: object): string {
  return `${HEAD}${dump(value, { flowLevel: 1, lineWidth: -1 })}`;
}

function formatSteps(steps: readonly Argv[]): string | readonly string[] {
  const [only, ...others] = steps;
  if (only !== undefined && others.length === 0) return formatCommand(only);
  return `${steps.map((step) => step.map(quote).join(' ')).join('\n')}\n`;
}

function formatCommand(command: Argv): string | readonly string[] {
  return command.every((word) => PLAIN.test(word)) &&
    !/^(?:true|false|yes|no|on|off|none|null)$/i.test(command.join(' '))
    ? command.join(' ')
    : command;
}

function quote(word: string): string {
  if (PLAIN.test(word)) return word;
  return word.includes("'") ? `"${word.replace(/["\\$`]/g, '\\$&')}"` : `'${word}'`;
}

function baselineOf(present: RepositorySettings | null, allow: readonly string[] | 'below-threshold' | null) {
  const { allowFailures, allowKnownFailures, allowBelowThreshold } = present?.baseline ?? STRICT_BASELINE;
  const names = [...new Set([...allowFailures, ...(allow === 'below-threshold' || allow === null ? [] : allow)])];
  const baseline = {
    ...(names.length > 0 && { allowFailures: names }),
    ...(allowKnownFailures && { allowKnownFailures }),
    ...((allowBelowThreshold || allow === 'below-threshold') && { allowBelowThreshold: true }),
  };
  return Object.keys(baseline).length > 0 ? { baseline } : {};
}
