import { dump } from 'js-yaml';
import { writtenCommand, writtenSteps } from '../written-commands.ts';
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
    install: writtenSteps(install),
    test: writtenCommand(test),
    ...(coverage !== null && { coverage: writtenCommand(coverage) }),
    ...(named.length > 0 && {
      reports: Object.fromEntries(named.map(([name, paths]) => [name, paths.length === 1 ? paths[0] : paths])),
    }),
  };
  return dump(value, { lineWidth: -1, noRefs: true });
}
