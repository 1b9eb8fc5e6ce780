import type { Target } from './targets.ts';

/** What a call needs: IAM's actions (which are not always named like the call) on one kind of target. */
export interface Need {
  readonly actions: readonly string[];
  readonly on: Target;
  /** The action is granted only then. */
  readonly when?: Condition;
}

/** Exactly one: a key is asked through a service (its name), a role is passed to one (its principal), or the target bears the tags of
 *  the environment. */
export type Condition =
  | { readonly through: KeyService }
  | { readonly passedTo: 'lambda.amazonaws.com' | 'codebuild.amazonaws.com' }
  | { readonly tagged: true };

/** Services that ask the key in the name of their caller. */
export type KeyService = 's3' | 'dynamodb' | 'secretsmanager' | 'sqs';

/** The roles of people, each with the commands that it is for; `permissions` is for all of them. */
export const COMMANDS_OF = {
  deployer: ['deploy', 'diff', 'release', 'rollback', 'recover', 'destroy'],
  operator: ['doctor', 'verify', 'configure', 'board', 'pause', 'retry', 'redrive'],
  viewer: ['status', 'logs', 'costs'],
} as const;

export type PersonRole = keyof typeof COMMANDS_OF;
export type AwsCommand = (typeof COMMANDS_OF)[PersonRole][number] | 'permissions';

export const PERSON_ROLES: readonly PersonRole[] = ['deployer', 'operator', 'viewer'];
