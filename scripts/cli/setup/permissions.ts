import { type Command, Option } from 'commander';
import { withEnvironment, withJson } from '../options.ts';

/** Defines `permissions`. */
export function definePermissions(command: Command): void {
  withJson(withEnvironment(command))
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
