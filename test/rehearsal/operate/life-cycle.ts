import {
  GetFunctionConfigurationCommand,
  type LambdaClient,
  UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda';
import { ENV } from '../../../src/core/names.ts';
import type { FunctionScene } from '../../support/scenes/function.ts';
import type { Clone } from '../stacks/clone.ts';
import type { Operator } from './operator.ts';

/** What the steps of one environment's life share. */
export interface LifeCycle {
  readonly operator: Operator;
  /** The repository, for a next version. */
  readonly clone: Clone;
  /** A GitHub with a board, and a build service whose builds run until they are stopped: the emulator's end at once. */
  readonly scene: FunctionScene;
}

/** For whoever signs requests to the emulator. */
export function clientSettings({ operator }: LifeCycle) {
  const credentials = { accessKeyId: '111111111111', secretAccessKey: 'rehearsal' };
  return { region: 'us-east-1', endpoint: operator.proxy.endpoint, credentials };
}

/** Variables that say where GitHub and the builds are. */
export function placeVariables({ scene: { github, codeBuild } }: LifeCycle) {
  return {
    AWS_ENDPOINT_URL_CODEBUILD: codeBuild.url,
    [ENV.githubApiUrl]: github.apiUrl,
    [ENV.githubGraphqlUrl]: github.graphqlUrl,
    [ENV.githubServerUrl]: github.serverUrl,
  };
}

/** Sets what no template sets: the functions use GitHub and build service of the scene. */
export async function pointFunctions(
  cycle: LifeCycle,
  { lambda, names }: { lambda: LambdaClient; names: readonly string[] },
): Promise<void> {
  for (const FunctionName of names) {
    const { Environment } = await lambda.send(new GetFunctionConfigurationCommand({ FunctionName }));
    const Variables = { ...Environment?.Variables, ...placeVariables(cycle) };
    await lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName, Environment: { Variables } }));
  }
}
