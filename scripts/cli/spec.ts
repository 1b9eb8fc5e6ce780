import type { Command } from 'commander';

/** Defines `spec check`. */
export function defineSpec(command: Command): void {
  command
    .command('check')
    .argument('<folder>', 'the folder of one spec')
    .option('--json', 'print JSON')
    .description('check whether the worker would accept the spec, and what it would do next')
    .action(async (folder, options) => {
      const { checkSpec } = await import('../commands/spec.ts');
      process.exitCode = await checkSpec({
        folder,
        json: options.json === true,
        writeOut: (text) => process.stdout.write(text),
        writeError: (text) => process.stderr.write(text),
      });
    });
}
