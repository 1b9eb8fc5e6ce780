import type { Command } from 'commander';

/** Defines `config schema`. */
export function defineConfig(command: Command): void {
  command
    .command('schema')
    .description('print its JSON schema, for editors')
    .action(async () => {
      const { formatProjectConfigSchema } = await import('../../src/core/config.ts');
      process.stdout.write(formatProjectConfigSchema());
    });
}
