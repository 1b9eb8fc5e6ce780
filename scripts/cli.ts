#!/usr/bin/env node
import { Command, CommanderError, Option } from 'commander';
import packageJson from '../package.json' with { type: 'json' };
import { errorMessage, isWorkerError } from '../src/core/errors.ts';
import { cleanText } from '../src/core/markdown.ts';

const { version: VERSION } = packageJson as { version: string };

/** The command line: one line per command here, one file per command beside this one, loaded when it is used. */
function createProgram(): Command {
  const program = new Command('kiro-worker')
    .description('A card moved to "For Implementation" becomes a tested, covered, review-ready pull request.')
    .version(VERSION)
    .exitOverride()
    .showHelpAfterError('(add --help for the options)');
  program
    .command('demo')
    .description('run the whole job on this machine, on embedded parts')
    .option('--json', 'print one JSON document on stdout and nothing else there')
    .option('--keep', 'leave the local GitHub running to look around')
    .addOption(isolationOption())
    .action(async (options) => exit(await (await import('./demo.ts')).demo(options)));

  const local = program.command('local').description('the real thing for a small team, on this machine');
  for (const [name, text] of [
    ['poll', 'one poll, then its builds to the end'],
    ['watch', 'poll on the configured interval until Ctrl-C'],
  ] as const) {
    withConfig(local.command(name).description(text))
      .addOption(isolationOption())
      .action(async (options) => exit(await (await import('./local.ts')).runLocal(name, options)));
  }
  withConfig(program.command('explain').argument('[item]', 'id, title or branch of one card'))
    .description('why each card would or would not be picked now; writes nothing')
    .action(async (item, options) => exit(await (await import('./explain.ts')).explainCards(item, options)));
  withConfig(program.command('status').description('locks and builds of this machine')).action(async (options) =>
    exit(await (await import('./status.ts')).showStatus(options)),
  );

  program
    .command('synth')
    .description('write templates, samconfig.toml and generated documents from src/stacks')
    .option('--check', 'compare with what is committed, write nothing')
    .option('--env <name>', 'write what this environment would deploy, into --out')
    .option('--out <folder>', 'folder of --env')
    .option('--json', 'print JSON')
    .action(async (options) => exit(await (await import('./synth.ts')).synth(options)));

  const release = program.command('release').description('what builds run: publish it, list it, go back');
  withPlace(release.command('publish', { isDefault: true }).description('bundle the worker; new builds run it')).action(
    async (options) => exit(await (await import('./release.ts')).publish(options)),
  );
  withPlace(release.command('list').description('what was published, and which of it new builds run')).action(
    async (options) => exit(await (await import('./release.ts')).showReleases(options)),
  );
  withPlace(release.command('use').argument('<hash>', 'content hash of a release, or its first digits'))
    .description('make new builds run a release that was published before')
    .action(async (hash, options) => exit(await (await import('./release.ts')).useRelease(hash, options)));

  program
    .command('config')
    .description('the configuration file')
    .command('schema')
    .description('print its JSON schema, for editors')
    .action(async () => {
      const { formatConfigSchema } = await import('./config-schema.ts');
      process.stdout.write(formatConfigSchema());
    });

  const spec = program.command('spec').description('Kiro specs');
  spec
    .command('check')
    .argument('<folder>', 'the folder of one spec')
    .option('--json', 'print JSON')
    .description('tell whether the worker would accept the spec, and what it would do next')
    .action(async (folder, options) => {
      const { checkSpec } = await import('./spec.ts');
      exit(
        await checkSpec({
          folder,
          json: options.json === true,
          writeOut: (text) => process.stdout.write(text),
          writeError: (text) => process.stderr.write(text),
        }),
      );
    });
  return program;
}

function withConfig(command: Command): Command {
  return command
    .option('--config <file>', 'configuration file', 'kiro-worker.config.json')
    .option('--data <folder>', 'folder of locks, builds and artifacts', '.kiro-worker')
    .option('--json', 'print one JSON document on stdout and nothing else there');
}

function isolationOption(): Option {
  return new Option('--isolation <kind>', 'none: agent, install and tests run as you, even as root').choices(['none']);
}

function withPlace(command: Command): Command {
  return command
    .option('--env <environment>', 'environment (default: DEPLOY_ENV, else test)')
    .option('--bucket <name>', 'artifacts bucket (default: ARTIFACTS_BUCKET_NAME, else the one that builds read)')
    .option('--json', 'print one JSON document on stdout and nothing else there');
}

function exit(code: number): void {
  process.exitCode = code;
}

try {
  await createProgram().parseAsync();
} catch (error) {
  if (error instanceof CommanderError) {
    // Commander has written its message already; help and version are no failures.
    process.exitCode = error.exitCode === 0 ? 0 : 2;
  } else {
    const words = isWorkerError(error) ? error.message : (error as Error)?.stack || errorMessage(error);
    process.stderr.write(`${cleanText(words)}\n`);
    process.exitCode = 1;
  }
}
