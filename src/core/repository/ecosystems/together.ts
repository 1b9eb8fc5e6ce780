import { USUAL_COVERAGE_REPORTS } from '../../gates/coverage/formats.ts';
import { USUAL_TEST_REPORTS } from '../../gates/tests.ts';
import type { Argv } from '../argv.ts';
import { pathIn } from '../file-tree.ts';
import { shellWords } from '../shell-words.ts';
import type { Ecosystem, FolderCommands } from './ecosystem.ts';

/** A tool chain and the folder that it is in, relative to the repository. */
export interface Placed {
  readonly folder: string;
  readonly ecosystem: Ecosystem;
}

/** Returns the commands that run several tool chains one after the other, from the folder `.`: all have to pass, and the reports of
 *  all count. */
export function runTogether(all: readonly Placed[]): FolderCommands {
  const commands = all.map(({ folder, ecosystem }) => inFolder(folder, ecosystem));
  const coverages = commands.map(({ coverage, test }) => coverage ?? test);
  return {
    install: commands.flatMap(({ install }) => install),
    test: oneAfterTheOther(commands.map(({ test }) => test)),
    coverage: commands.every(({ coverage }) => coverage === null) ? null : oneAfterTheOther(coverages),
    reports: {
      tests: [...new Set(commands.flatMap(({ reports }) => reports.tests))],
      coverage: [...new Set(commands.flatMap(({ reports }) => reports.coverage))],
    },
  };
}

function inFolder(folder: string, { install, test, coverage, reports }: FolderCommands): FolderCommands {
  const below = (paths: readonly string[]) => paths.map((one) => pathIn(folder, one));
  const inside = (argv: Argv): Argv =>
    folder === '.' ? argv : ['sh', '-c', `cd ${shellWords([folder])} && ${shellText(argv)}`];
  return {
    install: install.map(inside),
    test: inside(test),
    coverage: coverage === null ? null : inside(coverage),
    reports: {
      tests: below(reports.tests.length > 0 ? reports.tests : USUAL_TEST_REPORTS),
      coverage: below(reports.coverage.length > 0 ? reports.coverage : USUAL_COVERAGE_REPORTS),
    },
  };
}

function oneAfterTheOther(commands: readonly Argv[]): Argv {
  return ['sh', '-c', commands.map((command) => `(${shellText(command)})`).join(' && ')];
}

/** A script of ours is put in as it is, so that no quotes pile up. */
function shellText(argv: Argv): string {
  return argv[0] === 'sh' && argv[1] === '-c' && argv.length === 3 ? (argv[2] ?? '') : shellWords(argv);
}
