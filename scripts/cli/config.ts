import type { Command } from 'commander';

/** Registers `config schema`. */
export function registerConfig(program: Command): void {
  program
    .command('config')
    .description('the configuration file')
    .command('schema')
    .description('print its JSON schema, for editors')
    .action(async () => {
      const { formatProjectConfigSchema } = await import('../../src/core/config.ts');
      process.stdout.write(formatProjectConfigSchema());
    });
}
