import { dump } from 'js-yaml';
import { type Argv, parseCommand } from '../argv.ts';
import { shellWords } from '../shell-words.ts';
import type { FolderCommands } from './ecosystem.ts';

/** Returns the text of a repository file that says these commands, ready to be pasted. */
export function formatRepositoryFile({
  folder,
  install,
  test,
  coverage,
  reports,
}: FolderCommands & { folder: string }): string {
  const named = Object.entries(reports).filter(([, paths]) => paths.length > 0);
  const value = {
    ...(folder !== '.' && { folder }),
    install: formatSteps(install),
    test: formatCommand(test),
    ...(coverage !== null && { coverage: formatCommand(coverage) }),
    ...(named.length > 0 && {
      reports: Object.fromEntries(named.map(([name, paths]) => [name, paths.length === 1 ? paths[0] : paths])),
    }),
  };
  return dump(value, { lineWidth: -1, noRefs: true });
}

/** Each line is a step. */
function formatSteps(steps: readonly Argv[]): string | false | readonly string[] {
  const [only] = steps;
  if (only === undefined) return false;
  return steps.length === 1 ? formatCommand(only) : steps.map((step) => shellWords(step)).join('\n');
}

/** One text where it reads back as the same command, else a list. */
function formatCommand(command: Argv): string | readonly string[] {
  const text = shellWords(command);
  const parsed = parseCommand(text);
  return 'argv' in parsed && parsed.argv.join('\0') === command.join('\0') ? text : command;
}
