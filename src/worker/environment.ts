import * as z from 'zod';
import { KIRO_ENGINES, KIRO_OPTION_NAME, type KiroEngine } from '../core/agent/kiro/options.ts';
import { buildLink } from '../core/build-link.ts';
import { DEFAULT_TIME_LIMIT_MS } from '../core/build-variables.ts';
import { describeIssue } from '../core/config-problems.ts';
import { Threshold } from '../core/gates/coverage/environment-threshold.ts';
import { ENV } from '../core/names.ts';

type Env = Readonly<Record<string, string | undefined>>;

/** What project and build service say about the build, and its limits. */
export interface BuildSettings {
  readonly environment: string;
  readonly buildId: string;
  readonly buildUrl: string | null;
  readonly coverageThresholdPct: number;
  readonly leaseMs: number;
  readonly timeLimitMs: number;
  /** Limits of the agent that win over those of the project configuration; null where nothing is said. */
  readonly agentTimeoutMs: number | null;
  readonly agentSilenceMs: number | null;
  readonly agentCreditLimit: number | null;
  /** TEST_COMMAND and COVERAGE_COMMAND, as far as they are set. */
  readonly commandEnv: Readonly<Record<string, string | undefined>>;
}

/** A resource on this machine, or by its name in AWS. */
export type Place = { readonly local: string } | { readonly deployed: string };

/** Where the worker's resources are. */
export interface Places {
  readonly projectConfig: Place;
  readonly locks: Place;
  readonly artifacts: Place;
  /** ARNs of the secrets, null where the environment contains them. */
  readonly secretArns: SecretArns | null;
  /** Folder in which the build service looks for reports, null where it shows none. */
  readonly sourceDirectory: string | null;
  /** Folder of the run: work tree, git folder, home of the untrusted user. */
  readonly runDirectory: string;
  /** Name of the user that untrusted programs run as, null where the sandbox chooses. */
  readonly untrustedUser: string | null;
  /** Variables that name another GitHub than github.com. */
  readonly githubAddresses: Env;
}

interface SecretArns {
  readonly githubToken: string;
  readonly gitCredentials: string | undefined;
  readonly kiroApiKey: string | undefined;
  readonly agentKey: string | undefined;
}

/** What the environment says of the agent, beside the project configuration: the program of a build, and the settings of Kiro. */
export interface AgentSettings {
  /** Kiro's program; null where nobody named it. */
  readonly cliPath: string | null;
  /** Why the build could not get Kiro's program, null when it could. */
  readonly cliProblem: string | null;
  /** The same of another agent's archive. */
  readonly archiveProblem: string | null;
  readonly engine: KiroEngine | undefined;
  readonly model: string | undefined;
  readonly agentName: string | undefined;
  readonly extraArguments: readonly string[];
}

/** What every build of an environment is given, whatever it works on. */
export interface Environment {
  readonly build: BuildSettings;
  readonly places: Places;
  readonly agent: AgentSettings;
}

/** Returns what the environment says, or every problem with it: one line each, with variable and value. A variable
 *  without text counts as one that is not set. */
export function parseEnvironment(
  env: Env,
): { readonly values: Environment } | { readonly problems: readonly string[] } {
  const set = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
  const parsed = Variables.safeParse(set);
  const projectConfig = parsePlace(set, { local: ENV.projectConfigFile, deployed: ENV.projectConfigParameterName });
  const locks = parsePlace(set, { local: ENV.locksFile, deployed: ENV.locksTableName });
  const artifacts = parsePlace(set, { local: ENV.artifactsDirectory, deployed: ENV.artifactsBucketName });
  if (!parsed.success || 'problem' in projectConfig || 'problem' in locks || 'problem' in artifacts) {
    const places = [projectConfig, locks, artifacts].flatMap((place) => ('problem' in place ? place.problem : []));
    return { problems: [...(parsed.error?.issues ?? []).flatMap((issue) => describeIssue(issue, set)), ...places] };
  }
  const { data } = parsed;
  return {
    values: {
      build: buildSettings(data),
      places: { projectConfig, locks, artifacts, ...otherPlaces(data) },
      agent: agentSettings(data),
    },
  };
}

const MINUTE_MS = 60_000;

const text = z.string('is required');
const wholeNumber = z
  .string()
  .regex(/^\d{1,12}$/, 'must be a whole number')
  .transform(Number);
const webAddress = z.url({ protocol: /^https?$/, error: 'must be an http or https address' }).optional();
const optionName = z.string().regex(KIRO_OPTION_NAME, 'must be a name as kiro-cli lists them').optional();
const userName = z.string().regex(/^[A-Za-z_][A-Za-z0-9_-]{0,31}$/, 'must be the name of a system user, or none');

const Variables = z.object({
  [ENV.environment]: text,
  [ENV.buildId]: z.string().default('local'),
  [ENV.buildArn]: z.string().default(''),
  [ENV.buildUrl]: z.string().optional(),
  [ENV.coverageThreshold]: Threshold,
  [ENV.leaseMinutes]: wholeNumber.pipe(z.number().min(1, 'must be 1 or more')).default(15),
  [ENV.buildTimeoutMs]: wholeNumber
    .pipe(z.number().min(10_000, 'must be 10000 (ms) or more'))
    .default(DEFAULT_TIME_LIMIT_MS),
  [ENV.agentTimeoutMs]: wholeNumber.optional(),
  [ENV.agentSilenceMs]: wholeNumber.optional(),
  [ENV.agentCreditLimit]: wholeNumber.optional(),
  [ENV.testCommand]: z.string().optional(),
  [ENV.coverageCommand]: z.string().optional(),
  [ENV.githubTokenSecretArn]: z.string().optional(),
  [ENV.gitCredentialsSecretArn]: z.string().optional(),
  [ENV.kiroApiKeySecretArn]: z.string().optional(),
  [ENV.agentKeySecretArn]: z.string().optional(),
  [ENV.sourceDirectory]: z.string().optional(),
  [ENV.workspaceDirectory]: z.string().default('run'),
  [ENV.untrustedUser]: userName.optional(),
  [ENV.githubApiUrl]: webAddress,
  [ENV.githubGraphqlUrl]: webAddress,
  [ENV.githubServerUrl]: webAddress,
  [ENV.agentProblem]: z.string().optional(),
  [ENV.kiroCliPath]: z.string().optional(),
  [ENV.kiroCliProblem]: z.string().optional(),
  [ENV.kiroEngine]: z.enum(KIRO_ENGINES, `must be ${KIRO_ENGINES.join(' or ')}`).optional(),
  [ENV.kiroModel]: optionName,
  [ENV.kiroAgent]: optionName,
  [ENV.kiroExtraArguments]: z.string().default(''),
});

type Data = z.output<typeof Variables>;

function parsePlace(env: Env, { local, deployed }: { local: string; deployed: string }): Place | { problem: string } {
  const [here, there] = [env[local], env[deployed]];
  if (here !== undefined && there !== undefined)
    return { problem: `${local}: give it or ${deployed}, not both (it is ${JSON.stringify(here)})` };
  if (here !== undefined) return { local: here };
  if (there !== undefined) return { deployed: there };
  return { problem: `${deployed}: is required, or ${local} on one machine (nothing is there)` };
}

function buildSettings(data: Data): BuildSettings {
  return {
    environment: data.ENVIRONMENT,
    buildId: data.CODEBUILD_BUILD_ID,
    buildUrl: data.CODEBUILD_PUBLIC_BUILD_URL || buildLink(data.CODEBUILD_BUILD_ARN),
    coverageThresholdPct: data.COVERAGE_THRESHOLD,
    leaseMs: data.LEASE_MINUTES * MINUTE_MS,
    timeLimitMs: data.BUILD_TIMEOUT,
    agentTimeoutMs: data.AGENT_TIMEOUT ?? null,
    agentSilenceMs: data.AGENT_SILENCE_TIMEOUT ?? null,
    agentCreditLimit: data.AGENT_CREDIT_LIMIT ?? null,
    commandEnv: { [ENV.testCommand]: data.TEST_COMMAND, [ENV.coverageCommand]: data.COVERAGE_COMMAND },
  };
}

function otherPlaces(data: Data): Omit<Places, 'projectConfig' | 'locks' | 'artifacts'> {
  const githubToken = data.GITHUB_TOKEN_SECRET_ARN;
  const others = {
    gitCredentials: data.GIT_CREDENTIALS_SECRET_ARN,
    kiroApiKey: data.KIRO_API_KEY_SECRET_ARN,
    agentKey: data.AGENT_KEY_SECRET_ARN,
  };
  return {
    secretArns: githubToken === undefined ? null : { githubToken, ...others },
    sourceDirectory: data.CODEBUILD_SRC_DIR ?? null,
    runDirectory: data.WORKSPACE_DIRECTORY,
    untrustedUser: data.UNTRUSTED_USER ?? null,
    githubAddresses: {
      [ENV.githubApiUrl]: data.GITHUB_API_URL,
      [ENV.githubGraphqlUrl]: data.GITHUB_GRAPHQL_URL,
      [ENV.githubServerUrl]: data.GITHUB_SERVER_URL,
    },
  };
}

function agentSettings(data: Data): AgentSettings {
  return {
    cliPath: data.KIRO_CLI_PATH ?? null,
    cliProblem: data.KIRO_CLI_PROBLEM ?? null,
    archiveProblem: data.AGENT_PROBLEM ?? null,
    engine: data.KIRO_ENGINE,
    model: data.KIRO_MODEL,
    agentName: data.KIRO_AGENT,
    extraArguments: data.KIRO_EXTRA_ARGUMENTS.split(/\s+/).filter((word) => word !== ''),
  };
}
