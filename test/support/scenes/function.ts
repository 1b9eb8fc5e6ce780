import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { strToU8, zipSync } from 'fflate';
import { createDynamoLockStore } from '../../../src/adapters/aws/dynamo-lock-store.ts';
import type { LockRow } from '../../../src/core/lock.ts';
import { lockKey } from '../../../src/core/lock.ts';
import { ENV, resourceNames } from '../../../src/core/names.ts';
import type { StateChangeEvent } from '../../../src/fakes/codebuild/json.ts';
import type { FakeCodeBuild } from '../../../src/fakes/codebuild/server.ts';
import { startFakeCodeBuild } from '../../../src/fakes/codebuild/server.ts';
import type { Issue, Item, PullRequest } from '../../../src/fakes/github/model.ts';
import type { LocalGitHub } from '../../../src/fakes/github/server.ts';
import { startLocalGitHub } from '../../../src/fakes/github/server.ts';
import type { LocalBuilds, LocalBuildsOptions } from '../../../src/local/builds/local-builds.ts';
import { createLocalBuilds } from '../../../src/local/builds/local-builds.ts';
import { createLocksTable, dynamoClientAt, startDynalite } from '../servers/dynamodb.ts';
import type { ParametersAndSecrets } from '../servers/parameters-and-secrets.ts';
import { startParametersAndSecrets } from '../servers/parameters-and-secrets.ts';
import { PLACE, REPOSITORY_FILES, specFiles, TASKS } from '../system/repository.ts';

const NAMES = resourceNames('test');
const TOKEN = 'ghp_token-of-the-function-scene';
const SECRET_ARN = `arn:aws:secretsmanager:us-east-1:123456789012:secret:${NAMES.githubTokenSecret}-AbCdEf`;
const RELEASE = 'ab'.repeat(32);

/** What an environment named test has once all five stacks are deployed and set up, on this machine: one ready card, one
 *  draft, builds that run until they are stopped. */
export interface FunctionScene {
  readonly github: LocalGitHub;
  readonly item: Item;
  readonly issue: Issue;
  readonly pullRequest: PullRequest;
  readonly builds: LocalBuilds;
  readonly codeBuild: FakeCodeBuild;
  readonly stored: ParametersAndSecrets;
  /** What CodeBuild sent to EventBridge so far. */
  readonly events: readonly StateChangeEvent[];
  /** Variables of both functions, named as the Poller stack names them. */
  readonly variables: Readonly<Record<string, string>>;
  /** Those, credentials, and the addresses of the stand-ins. */
  readonly env: Readonly<Record<string, string>>;
  /** The card's column on the board. */
  column(): string | null;
  /** The row that locks the card's branch. */
  lock(): Promise<LockRow | null>;
  /** Resolves once CodeBuild has sent so many changes. */
  waitForEvents(count: number): Promise<void>;
  close(): Promise<void>;
}

type Builds = Pick<LocalBuildsOptions, 'releaseZip' | 'projectVariables' | 'region'>;

/** Sets it all up; the token and the project configuration can be taken back through `stored`. Builds sleep until they
 *  are stopped, unless others are given. */
export async function openFunctionScene(
  buildsFor: (github: LocalGitHub) => Builds = sleepingBuilds,
): Promise<FunctionScene> {
  const root = await mkdtemp(join(tmpdir(), 'function-scene-'));
  // The untrusted user of a build works below here.
  await chmod(root, 0o755);
  const [github, dynalite, stored] = await Promise.all([
    startLocalGitHub({ tokens: [TOKEN], root: join(root, 'github') }),
    startDynalite({ oldItem: true }),
    startParametersAndSecrets(),
  ]);
  const client = dynamoClientAt(dynalite.endpoint);
  await createLocksTable(client, NAMES.locksTable);
  const locks = createDynamoLockStore({ client, tableName: NAMES.locksTable });
  const builds = createLocalBuilds({
    root: join(root, 'builds'),
    project: NAMES.buildProject,
    ...buildsFor(github),
    concurrentBuildLimit: 1,
    buildTimeoutMs: 600_000,
    stopGraceMs: 500,
  });
  const events: StateChangeEvent[] = [];
  let onEvent = () => {};
  const codeBuild = await startFakeCodeBuild({
    builds,
    onEvent: (event) => {
      events.push(event);
      onEvent();
    },
  });
  setUp(stored);
  const board = await fillBoard(github);
  const key = lockKey(PLACE.repository, PLACE.branch);
  return {
    ...board,
    github,
    builds,
    codeBuild,
    stored,
    events,
    variables: VARIABLES,
    env: {
      ...VARIABLES,
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
      AWS_REGION: 'us-east-1',
      // Whatever is not named below must fail at once, never reach AWS.
      AWS_ENDPOINT_URL: 'http://127.0.0.1:9',
      AWS_ENDPOINT_URL_DYNAMODB: dynalite.endpoint,
      AWS_ENDPOINT_URL_CODEBUILD: codeBuild.url,
      AWS_ENDPOINT_URL_SSM: stored.url,
      AWS_ENDPOINT_URL_SECRETS_MANAGER: stored.url,
      [ENV.githubApiUrl]: github.apiUrl,
      [ENV.githubGraphqlUrl]: github.graphqlUrl,
      [ENV.githubServerUrl]: github.serverUrl,
    },
    column: () => github.state.columnOf(board.item),
    lock: () => locks.get(key),
    waitForEvents: (count) =>
      new Promise((resolve) => {
        onEvent = () => {
          if (events.length >= count) resolve();
        };
        onEvent();
      }),
    async close() {
      await codeBuild.close();
      await builds.close();
      client.destroy();
      await Promise.all([github.close(), dynalite.stop(), stored.close()]);
      await rm(root, { recursive: true, force: true });
    },
  };
}

function sleepingBuilds(): Builds {
  const buildspec = 'version: 0.2\nphases:\n  build:\n    commands:\n      - exec sleep 500\n';
  return { releaseZip: zipSync({ 'buildspec.yml': strToU8(buildspec) }), projectVariables: {} };
}

const VARIABLES = {
  [ENV.environment]: 'test',
  [ENV.locksTableName]: NAMES.locksTable,
  [ENV.artifactsBucketName]: 'kiro-worker-test-artifacts-0a1b2c3d',
  [ENV.githubTokenSecretArn]: SECRET_ARN,
  [ENV.projectConfigParameterName]: NAMES.projectConfigParameter,
  [ENV.releaseParameterName]: NAMES.releaseParameter,
  [ENV.pausedParameterName]: NAMES.pausedParameter,
  [ENV.codeBuildProjectName]: NAMES.buildProject,
  [ENV.maxConcurrentBuilds]: '1',
  [ENV.leaseMinutes]: '30',
};

function setUp({ secrets, parameters }: ParametersAndSecrets): void {
  const { owner: organization, name: repository, projectNumber } = PLACE;
  secrets.set(SECRET_ARN, TOKEN);
  parameters.set(
    NAMES.projectConfigParameter,
    JSON.stringify({ organization, repository, projectNumber, targetStatusColumn: 'For Implementation' }),
  );
  parameters.set(NAMES.releaseParameter, RELEASE);
}

async function fillBoard(github: LocalGitHub): Promise<Pick<FunctionScene, 'item' | 'issue' | 'pullRequest'>> {
  const { owner, name, branch, card: title, projectNumber: number, columns } = PLACE;
  const { state } = github;
  state.addOwner({ login: owner, type: 'Organization' });
  const repository = await github.createRepository({
    owner,
    name,
    files: REPOSITORY_FILES,
    branches: [{ name: branch, files: specFiles(TASKS), message: 'Write the spec\n' }],
  });
  const project = state.addProject({ owner, number, title: 'Slugs', columns });
  const issue = state.addIssue({ repository, title, author: 'robin' });
  const pullRequest = state.addPullRequest({
    repository,
    author: 'robin',
    title,
    body: 'Slugs.\n',
    headRef: branch,
    draft: true,
  });
  state.addItem(project, { content: { title: 'An idea' }, column: 'For Implementation' });
  const item = state.addItem(project, { content: issue, column: 'For Implementation', branch });
  return { item, issue, pullRequest };
}
