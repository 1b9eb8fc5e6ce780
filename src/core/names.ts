/** Names that several layers share. Users know many of them: they change only with a migration. */

/** Environment variables, by the process that reads them. */
export const ENV = {
  environment: 'ENVIRONMENT',
  region: 'AWS_REGION',
  locksTableName: 'LOCKS_TABLE_NAME',
  locksFile: 'LOCKS_FILE',
  projectConfigParameterName: 'GITHUB_PROJECT_CONFIG_PARAMETER_NAME',
  projectConfigFile: 'GITHUB_PROJECT_CONFIG_FILE',
  releaseParameterName: 'RELEASE_PARAMETER_NAME',
  pausedParameterName: 'PAUSED_PARAMETER_NAME',
  codeBuildProjectName: 'CODEBUILD_PROJECT_NAME',
  artifactsBucketName: 'ARTIFACTS_BUCKET_NAME',
  artifactsDirectory: 'ARTIFACTS_DIRECTORY',
  githubTokenSecretArn: 'GITHUB_TOKEN_SECRET_ARN',
  gitCredentialsSecretArn: 'GIT_CREDENTIALS_SECRET_ARN',
  kiroApiKeySecretArn: 'KIRO_API_KEY_SECRET_ARN',
  agentKeySecretArn: 'AGENT_KEY_SECRET_ARN',
  githubToken: 'GITHUB_TOKEN',
  kiroApiKey: 'KIRO_API_KEY',
  agentKey: 'AGENT_KEY',
  githubApiUrl: 'GITHUB_API_URL',
  githubGraphqlUrl: 'GITHUB_GRAPHQL_URL',
  githubServerUrl: 'GITHUB_SERVER_URL',
  maxConcurrentBuilds: 'MAX_CONCURRENT_BUILDS',
  leaseMinutes: 'LEASE_MINUTES',
  coverageThreshold: 'COVERAGE_THRESHOLD',
  testCommand: 'TEST_COMMAND',
  coverageCommand: 'COVERAGE_COMMAND',
  buildTimeoutMs: 'BUILD_TIMEOUT',
  agentTimeoutMs: 'AGENT_TIMEOUT',
  agentSilenceMs: 'AGENT_SILENCE_TIMEOUT',
  agentCreditLimit: 'AGENT_CREDIT_LIMIT',
  agentArchive: 'AGENT_ARCHIVE',
  agentArchiveSha256: 'AGENT_ARCHIVE_SHA256',
  agentFolder: 'AGENT_FOLDER',
  agentProblem: 'AGENT_PROBLEM',
  kiroCliPath: 'KIRO_CLI_PATH',
  kiroCliProblem: 'KIRO_CLI_PROBLEM',
  kiroCliVersion: 'KIRO_CLI_VERSION',
  kiroCliSha256: 'KIRO_CLI_SHA256',
  kiroCliFile: 'KIRO_CLI_FILE',
  kiroCliFolder: 'KIRO_CLI_FOLDER',
  kiroEngine: 'KIRO_ENGINE',
  kiroModel: 'KIRO_MODEL',
  kiroAgent: 'KIRO_AGENT',
  kiroExtraArguments: 'KIRO_EXTRA_ARGUMENTS',
  workspaceDirectory: 'WORKSPACE_DIRECTORY',
  untrustedUser: 'UNTRUSTED_USER',
  machinePath: 'MACHINE_PATH',
  sourceDirectory: 'CODEBUILD_SRC_DIR',
  // Handed to one build by the poll; core/build-variables.ts writes and reads them.
  branchName: 'BRANCH_NAME',
  branchHead: 'BRANCH_HEAD',
  specPath: 'SPEC_PATH',
  workItemId: 'WORK_ITEM_ID',
  workItemNumber: 'WORK_ITEM_NUMBER',
  workItemTitle: 'WORK_ITEM_TITLE',
  lockKey: 'LOCK_KEY',
  lockOwner: 'LOCK_OWNER',
  lockFence: 'LOCK_FENCE',
  attempt: 'ATTEMPT',
  startToken: 'START_TOKEN',
  // Handed to a build that works on no card; `verify --build` starts it.
  selfTest: 'SELF_TEST',
  // Set by the build service.
  buildId: 'CODEBUILD_BUILD_ID',
  buildArn: 'CODEBUILD_BUILD_ARN',
  buildUrl: 'CODEBUILD_PUBLIC_BUILD_URL',
} as const;

/** Metrics in namespace `KiroWorker`, dimension `Environment`. */
export const METRIC_NAMESPACE = 'KiroWorker';
export const METRICS = {
  pollSetupIncomplete: 'PollSetupIncomplete',
  cardsReady: 'CardsReady',
  cardsLeftOut: 'CardsLeftOut',
  buildsStarted: 'BuildsStarted',
  buildsAtCapacity: 'BuildsAtCapacity',
  locksHeld: 'LocksHeld',
  locksBeyondLease: 'LocksBeyondLease',
  locksReconciled: 'LocksReconciled',
  githubBudgetRemainingPct: 'GitHubBudgetRemainingPct',
  runsCompleted: 'RunsCompleted',
  runsFailed: 'RunsFailed',
  runDurationMs: 'RunDurationMs',
  agentCredits: 'AgentCredits',
} as const;
export type Metric = (typeof METRICS)[keyof typeof METRICS];

/** Default columns of the board. */
export const COLUMNS = {
  target: 'For Implementation',
  inProgress: 'In Progress',
  review: 'In Review',
} as const;

/** Prefixes in the artifacts bucket that hold code, not results. */
export const CODE_PREFIXES = { releases: 'releases/', tools: 'tools/', templates: 'templates/' } as const;

/** Hidden markers by which the product finds its own text again on GitHub. */
export const MARKERS = {
  sectionStart: '<!-- kiro-worker:section:start -->',
  sectionEnd: '<!-- kiro-worker:section:end -->',
  comment: '<!-- kiro-worker:comment -->',
} as const;

/** Author of commits while nobody says whose they are: an address that can never be anybody's (RFC 2606). */
export const NOBODYS_ADDRESS = 'kiro-worker@noreply.invalid';

/** Addresses in the product's own texts: they stay links where all else is shown as plain text. */
export const LINKS = {
  kiroCli: 'https://kiro.dev/docs/cli/',
  githubStatus: 'https://www.githubstatus.com',
} as const;

/** Trailers of the worker's commits. */
export const TRAILERS = {
  spec: 'Kiro-Worker-Spec',
  task: 'Kiro-Worker-Task',
  repair: 'Kiro-Worker-Repair',
  build: 'Kiro-Worker-Build',
} as const;

/** Repository file (read where the rules come from) that says how to install, test and measure. */
export const REPOSITORY_FILE = '.kiro-worker.yml';

/** Secret, parameter, log group and resource names of one environment. */
export function resourceNames(environment: string) {
  const prefix = `kiro-worker-${environment}`;
  return {
    locksTable: `${prefix}-locks`,
    pollerFunction: `${prefix}-poller`,
    finalizerFunction: `${prefix}-finalizer`,
    pollerRule: `${prefix}-poller-schedule`,
    finalizerRule: `${prefix}-finalizer-builds`,
    pollerDeadLetters: `${prefix}-poller-dlq`,
    buildProject: prefix,
    alertTopic: `${prefix}-alerts`,
    dashboard: prefix,
    githubTokenSecret: `${prefix}-github-token`,
    gitCredentialsSecret: `${prefix}-git-credentials`,
    kiroApiKeySecret: `${prefix}-kiro-api-key`,
    agentKeySecret: `${prefix}-agent-key`,
    projectConfigParameter: `/kiro-worker/${environment}/github-project-config`,
    releaseParameter: `/kiro-worker/${environment}/release`,
    pausedParameter: `/kiro-worker/${environment}/paused`,
    deploymentParameter: `/kiro-worker/${environment}/deployment`,
    pollerLogGroup: `/aws/lambda/${prefix}-poller`,
    finalizerLogGroup: `/aws/lambda/${prefix}-finalizer`,
    buildLogGroup: `/aws/codebuild/${prefix}`,
  };
}
