import type { Command } from 'commander';
import { withEnvironment, withJson } from './options.ts';

/** Defines `release publish` (the default), `release list` and `release use`. */
export function defineRelease(command: Command): void {
  withPlace(command.command('publish', { isDefault: true }))
    .description('bundle the worker; new builds run it')
    .action(async (options) => {
      const { publish } = await import('../commands/release.ts');
      process.exitCode = await publish(options);
    });
  withPlace(command.command('list'))
    .description('what was published, and which of it new builds run')
    .action(async (options) => {
      const { showReleases } = await import('../commands/release.ts');
      process.exitCode = await showReleases(options);
    });
  withPlace(command.command('use').argument('<hash>', 'content hash of a release, or its first digits'))
    .description('make new builds run a release that was published before')
    .action(async (hash, options) => {
      const { useRelease } = await import('../commands/release.ts');
      process.exitCode = await useRelease(hash, options);
    });
}

function withPlace(command: Command): Command {
  return withJson(
    withEnvironment(command).option(
      '--bucket <name>',
      'artifacts bucket (default: ARTIFACTS_BUCKET_NAME, else the one that builds read)',
    ),
  );
}
