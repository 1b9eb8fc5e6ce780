import type { Command } from 'commander';
import { withIsolation, withJson } from './options.ts';

/** Defines `repository check`. */
export function defineRepository(command: Command): void {
  const check = command
    .command('check')
    .argument('[path]', 'folder of the repository', '.')
    .option('--branch <name>', 'look at this local branch; the rules are read from the folder all the same')
    .option('--run', 'really install, test and measure, as a build does before the agent starts')
    .description('show how the worker would install, test and measure a repository, and what to write where it cannot');
  withIsolation(withJson(check)).action(async (folder, options) => {
    const { checkRepository } = await import('../commands/repository/check.ts');
    process.exitCode = await checkRepository({
      folder,
      branch: options.branch,
      json: options.json === true,
      run: options.run === true,
      isolation: options.isolation,
      env: process.env,
      writeOut: (text) => process.stdout.write(text),
      writeError: (text) => process.stderr.write(text),
    });
  });
}
