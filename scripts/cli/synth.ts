import type { Command } from 'commander';

/** Registers `synth`. */
export function registerSynth(program: Command): void {
  program
    .command('synth')
    .description('write templates, samconfig.toml and generated documents from the sources')
    .option('--check', 'compare with what is committed, write nothing')
    .option('--env <name>', 'write what this environment would deploy, into --out')
    .option('--out <folder>', 'folder of --env')
    .option('--json', 'print JSON')
    .action(async (options) => {
      const { synth } = await import('../commands/synth.ts');
      process.exitCode = await synth(options);
    });
}
