import type { Command } from 'commander';
import { withEnvironment, withJson } from './options.ts';

/** Defines `costs`. */
export function defineCosts(command: Command): void {
  withJson(withEnvironment(command))
    .option('--since <day>', 'first day, such as 2026-11-01 (default: the first of this month)')
    .option('--filter-file <file>', 'also write the filter for "aws ce get-cost-and-usage", such as cost-filter.json')
    .action(async (options) => {
      const { showCosts } = await import('../commands/operate/costs.ts');
      process.exitCode = await showCosts(options);
    });
}
