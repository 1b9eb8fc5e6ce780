import { ENV } from '../names.ts';
import { formatList } from '../text-lists.ts';
import type { Commands } from './commands.ts';
import type { RepositorySettings } from './repository-file.ts';

type Name = 'install' | 'test' | 'coverage';

/** Returns where each command comes from, a clause for people: `written in .kiro-worker.yml on main`, `set by TEST_COMMAND`, or
 *  `detected from package-lock.json`. */
export function originsOf(
  commands: Pick<Commands, 'source' | 'detectedBy'>,
  {
    repositoryFile,
    env,
  }: { repositoryFile: RepositorySettings | null; env: Readonly<Record<string, string | undefined>> },
): Readonly<Record<Name, string>> {
  const detected =
    commands.detectedBy.length > 0 ? `detected from ${formatList(commands.detectedBy)}` : `found by ${commands.source}`;
  const of = (name: Name, variable: string | null) => {
    if (repositoryFile !== null && repositoryFile[name] !== null) return `written in ${repositoryFile.source}`;
    return variable !== null && env[variable]?.trim() ? `set by ${variable}` : detected;
  };
  return {
    install: of('install', null),
    test: of('test', ENV.testCommand),
    coverage: of('coverage', ENV.coverageCommand),
  };
}
