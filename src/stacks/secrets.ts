import { UNTOUCHED_PROJECT_CONFIG } from '../core/config.ts';
import type { ConditionName, Intrinsic } from './cfn/intrinsics.ts';
import type { OutputValues, Resource, Scope } from './cfn/scope.ts';
import type { CoreOutputs } from './core.ts';
import { addAgentKeyChoice } from './resources/agent-key.ts';
import { nameOf } from './stack-names.ts';

export type SecretsOutputs = OutputValues<
  | 'GitHubTokenSecretArn'
  | 'GitCredentialsSecretArn'
  | 'KiroApiKeySecretArn'
  | 'AgentKeySecretArn'
  | 'GitHubProjectConfigParameterName'
>;

/** Adds the secrets, created empty, and the project configuration, a placeholder until somebody edits it. */
export function addSecrets(scope: Scope, { core }: { core: Pick<CoreOutputs, 'KmsKeyArn'> }): SecretsOutputs {
  const add = (logicalId: string, secret: { name: Intrinsic; description: string; condition?: ConditionName }) =>
    addEmptySecret(scope, { logicalId, keyArn: core.KmsKeyArn, ...secret });
  const token = add('GitHubTokenSecret', {
    name: nameOf('githubTokenSecret'),
    description: 'GitHub token of the worker: the bare token',
  });
  const credentials = add('GitCredentialsSecret', {
    name: nameOf('gitCredentialsSecret'),
    description: 'Credentials for git over HTTPS: {"username","password"}',
  });
  const kiroKey = add('KiroApiKeySecret', {
    name: nameOf('kiroApiKeySecret'),
    description: 'Kiro API key: the bare key',
  });
  const hasAgentKey = addAgentKeyChoice(scope);
  const agentKey = add('AgentKeySecret', {
    name: nameOf('agentKeySecret'),
    description: 'Key of an agent other than Kiro: the bare key',
    condition: hasAgentKey,
  });
  const config = scope.resource('GitHubProjectConfig', {
    type: 'AWS::SSM::Parameter',
    properties: {
      Name: nameOf('projectConfigParameter'),
      Description: 'Board, repository and columns of the Kiro worker; every poll reads the value, so edit it here',
      Type: 'String',
      Value: JSON.stringify(UNTOUCHED_PROJECT_CONFIG),
    },
  });
  return scope.outputs({
    GitHubTokenSecretArn: { value: token.ref, description: 'Put the GitHub token here' },
    GitCredentialsSecretArn: { value: credentials.ref, description: 'Put {"username","password"} here' },
    KiroApiKeySecretArn: { value: kiroKey.ref, description: 'Put the Kiro API key here' },
    AgentKeySecretArn: {
      value: agentKey.ref,
      description: 'Put the key of an agent other than Kiro here',
      condition: hasAgentKey,
    },
    GitHubProjectConfigParameterName: { value: config.ref, description: 'Edit board, repository and columns here' },
  });
}

/** Without SecretString and GenerateSecretString the secret exists but has no value; a poll then reports an incomplete setup. */
function addEmptySecret(
  scope: Scope,
  {
    logicalId,
    name,
    description,
    keyArn,
    condition,
  }: {
    logicalId: string;
    name: Intrinsic;
    description: string;
    keyArn: CoreOutputs['KmsKeyArn'];
    condition?: ConditionName;
  },
): Resource<'AWS::SecretsManager::Secret'> {
  return scope.resource(logicalId, {
    type: 'AWS::SecretsManager::Secret',
    onDelete: 'Delete',
    ...(condition && { condition }),
    properties: { Name: name, Description: description, KmsKeyId: keyArn },
  });
}
