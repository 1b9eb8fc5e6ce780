import { UNTOUCHED_PROJECT_CONFIG } from '../core/config.ts';
import type { Intrinsic } from './cfn/intrinsics.ts';
import type { OutputValues, Resource, Scope } from './cfn/scope.ts';
import type { CoreOutputs } from './core.ts';
import { nameOf } from './stack-names.ts';

export type SecretsOutputs = OutputValues<
  'GitHubTokenSecretArn' | 'GitCredentialsSecretArn' | 'KiroApiKeySecretArn' | 'GitHubProjectConfigParameterName'
>;

/** Adds the secrets, empty until somebody puts a value in, and the project configuration, untouched until somebody edits it. */
export function addSecrets(scope: Scope, { core }: { core: Pick<CoreOutputs, 'KmsKeyArn'> }): SecretsOutputs {
  const add = (logicalId: string, name: Intrinsic, description: string) =>
    addEmptySecret(scope, { logicalId, name, description, keyArn: core.KmsKeyArn });
  const token = add('GitHubTokenSecret', nameOf('githubTokenSecret'), 'GitHub token of the worker: the bare token');
  const credentials = add(
    'GitCredentialsSecret',
    nameOf('gitCredentialsSecret'),
    'Credentials for git over HTTPS: {"username","password"}',
  );
  const kiroKey = add('KiroApiKeySecret', nameOf('kiroApiKeySecret'), 'Kiro API key: the bare key');
  const config = scope.resource('GitHubProjectConfig', 'AWS::SSM::Parameter', {
    properties: {
      Name: nameOf('projectConfigParameter'),
      Description: 'Board, repository and columns of the Kiro worker; edit the value, every poll reads it',
      Type: 'String',
      Value: JSON.stringify(UNTOUCHED_PROJECT_CONFIG),
    },
  });
  return scope.outputs({
    GitHubTokenSecretArn: { value: token.ref, description: 'Put the GitHub token here' },
    GitCredentialsSecretArn: { value: credentials.ref, description: 'Put {"username","password"} here' },
    KiroApiKeySecretArn: { value: kiroKey.ref, description: 'Put the Kiro API key here' },
    GitHubProjectConfigParameterName: { value: config.ref, description: 'Edit board, repository and columns here' },
  });
}

/** Neither SecretString nor GenerateSecretString: the secret exists without a value, and the system says so clearly. */
function addEmptySecret(
  scope: Scope,
  {
    logicalId,
    name,
    description,
    keyArn,
  }: { logicalId: string; name: Intrinsic; description: string; keyArn: CoreOutputs['KmsKeyArn'] },
): Resource<'AWS::SecretsManager::Secret'> {
  return scope.resource(logicalId, 'AWS::SecretsManager::Secret', {
    onDelete: 'Delete',
    properties: { Name: name, Description: description, KmsKeyId: keyArn },
  });
}
