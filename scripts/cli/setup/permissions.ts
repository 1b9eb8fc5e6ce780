import { type Command, Option } from 'commander';
import { withEnvironment, withJson } from '../options.ts';

/** Registers `permissions`. */
export function registerPermissions(program: Command): void {
  withJson(withEnvironment(program.command('permissions')))
    .description('the exact IAM policies of those who deploy, operate and watch an environment')
    .addOption(
      new Option('--role <role>', 'only this one (default: all three)').choices(['deployer', 'operator', 'viewer']),
    )
    .option('--check', 'ask IAM what your credentials lack; nothing is changed')
    .option('--out <folder>', 'also write each policy to a file there, for "aws iam create-policy"')
    .action(async (options) => {
      const { permissions } = await import('../../commands/setup/permissions.ts');
      process.exitCode = await permissions(options);
    });
}
