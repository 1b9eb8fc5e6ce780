import type { Command } from 'commander';

/** Defines `synth`. */
export function defineSynth(command: Command): void {
  command
    .option('--check', 'compare with what is committed, write nothing')
    .option('--env <name>', 'write what this environment would deploy, into --out')
    .option('--out <folder>', 'folder of --env')
    .option('--json', 'print JSON')
    .action(async (options) => {
      const { synth } = await import('../commands/synth.ts');
      process.exitCode = await synth(options);
    });
}
