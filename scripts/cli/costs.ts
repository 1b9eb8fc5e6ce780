import type { Command } from 'commander';
import { withEnvironment, withJson } from './options.ts';

/** Registers `costs`. */
export function registerCosts(program: Command): void {
  withJson(withEnvironment(program.command('costs')))
    .description('what an environment cost, per service and day, with the credits of the agent')
    .option('--since <day>', 'first day, such as 2026-11-01 (default: the first of this month)')
    .option('--filter-file <file>', 'also write the filter for "aws ce get-cost-and-usage", such as cost-filter.json')
    .action(async (options) => {
      const { showCosts } = await import('../commands/operate/costs.ts');
      process.exitCode = await showCosts(options);
    });
}
