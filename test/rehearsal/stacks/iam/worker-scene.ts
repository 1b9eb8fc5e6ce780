import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ENV } from '../../../../src/core/names.ts';
import type { LocalGitHub } from '../../../../src/fakes/github/server.ts';
import { listOf, recordOf } from '../../../stacks/json.ts';
import { releaseOfWorker } from '../../../support/releases.ts';
import type { FunctionScene } from '../../../support/scenes/function.ts';
import { openFunctionScene } from '../../../support/scenes/function.ts';
import { placeAgent } from '../../../support/system/scene.ts';
import type { Functions } from './deployed-functions.ts';
import { bundleFunctions } from './deployed-functions.ts';
import type { DeployedStacks } from './deployed-stacks.ts';
import { PLACE_IN_AWS } from './deployed-stacks.ts';
import type { RecordingProxy } from './recording-proxy.ts';
import { openRecordingProxy } from './recording-proxy.ts';

/** Both functions and the worker as deployed: every one on its AWS adapters, with the variables that the stacks set. */
export interface WorkerScene {
  readonly scene: FunctionScene;
  readonly proxy: RecordingProxy;
  readonly functions: Functions;
  close(): Promise<void>;
}

export async function openWorkerScene(stacks: DeployedStacks): Promise<WorkerScene> {
  const root = await mkdtemp(join(tmpdir(), 'worker-scene-'));
  // The agent's user must find its program below here.
  await chmod(root, 0o755);
  const setAgent = await placeAgent(join(root, 'agent'));
  await setAgent('finish');
  const [proxy, release] = await Promise.all([openRecordingProxy(), releaseOfWorker()]);
  // A build has the machine to itself; here others may run, and the worker takes a user that is free.
  const { [ENV.untrustedUser]: _, ...variables } = buildVariables(stacks);
  const buildsFor = (github: LocalGitHub) => ({
    releaseZip: release.zip,
    region: PLACE_IN_AWS.region,
    projectVariables: {
      ...variables,
      ...proxy.variablesOf('BuildRole'),
      [ENV.kiroCliPath]: join(root, 'agent', 'kiro.mjs'),
      [ENV.githubApiUrl]: github.apiUrl,
      [ENV.githubGraphqlUrl]: github.graphqlUrl,
      [ENV.githubServerUrl]: github.serverUrl,
    },
  });
  const scene = await openFunctionScene(buildsFor);
  const { secrets } = scene.stored;
  const token = secrets.get(scene.variables[ENV.githubTokenSecretArn] ?? '') ?? '';
  const credentials = { username: 'x-access-token', password: token };
  secrets.set(variables[ENV.gitCredentialsSecretArn] ?? '', JSON.stringify(credentials));
  secrets.set(variables[ENV.kiroApiKeySecretArn] ?? '', 'ksk_key-of-the-worker-scene');
  const functions = await bundleFunctions(scene, proxy);
  return {
    scene,
    proxy,
    functions,
    async close() {
      await functions.close();
      await scene.close();
      await proxy.close();
      await rm(root, { recursive: true, force: true });
    },
  };
}

/** Returns the variables that the build project sets for every build. */
function buildVariables(stacks: DeployedStacks): Readonly<Record<string, string>> {
  const listed = listOf(stacks.property(['CodeBuild', 'Project'], 'Environment.EnvironmentVariables'));
  return Object.fromEntries(listed.map(recordOf).map(({ Name, Value }) => [String(Name), String(Value)]));
}
