import * as z from 'zod';
import { AgentFields } from './agent/settings.ts';
import { DestinationColumns, targetColumn } from './board-columns.ts';
import { crossFieldProblems, describeIssue } from './config-problems.ts';
import { errorMessage, WorkerError } from './errors.ts';
import { fields } from './json-lines.ts';
import { COLUMNS } from './names.ts';
import { HOST_PATTERN } from './network.ts';

const login = z
  .string()
  .regex(/^[A-Za-z0-9](?:[A-Za-z0-9_-]{0,98}[A-Za-z0-9_])?$/, 'must be a GitHub login such as "octo-org"');
const fieldName = z.string().trim().min(1, 'must not be empty').max(50, 'must be 50 characters at most');

const hostPatterns = z
  .array(
    z
      .string()
      .regex(HOST_PATTERN, 'must be a host such as "registry.example.com", "*.example.com" or "localhost:4873"'),
  )
  .max(200);

const ProjectConfigFields = z.strictObject({
  $schema: z.string().optional().describe('Ignored; lets editors find the schema.'),
  organization: login.optional().describe('Login of the organisation that owns the project.'),
  user: login.optional().describe('Login of the user that owns the project, instead of organization.'),
  repository: z
    .string()
    .regex(
      /^(?:[A-Za-z0-9][A-Za-z0-9_-]{0,99}\/)?(?!\.\.?$)[A-Za-z0-9._-]{1,100}$/,
      'must be a repository name, or "owner/name"',
    )
    .describe('Repository that the cards belong to: its name, or owner/name when another account owns it.'),
  projectNumber: z
    .int('must be a whole number')
    .positive('must be 1 or more')
    .describe("The number in the project's address."),
  targetStatusColumn: targetColumn,
  ...DestinationColumns.shape,
  statusField: fieldName.default('Status').describe('Single-select field that makes the columns.'),
  branchField: fieldName.default('Branch').describe('Text field with the name of the branch.'),
  priorityField: fieldName.default('Priority').describe('Single-select field, most urgent option first.'),
  requirePullRequest: z
    .boolean()
    .default(false)
    .describe('true: a card without an open pull request is skipped; false: a draft one is opened.'),
  maxAttempts: z
    .int()
    .min(1)
    .max(20)
    .default(3)
    .describe('Builds in a row that push no task before a person must look.'),
  retryBackoffMinutes: z
    .number()
    .min(0)
    .max(1440)
    .default(10)
    .describe('Wait after a build that pushed no task; doubles with each further one, up to a day.'),
  lifetimeCaps: z
    .strictObject({
      builds: z.int().min(1).max(1000).default(20).describe('Builds.'),
      agentMinutes: z.number().min(1).max(100_000).default(600).describe('Minutes that its builds ran.'),
      credits: z.number().min(1).max(1_000_000).default(500).describe('Credits that its agents used.'),
      tokens: z
        .number()
        .min(1)
        .default(100_000_000)
        .describe('Tokens that its agents used, where they count in tokens.'),
    })
    .prefault({})
    .describe(
      'What one work item may use up in all before a person must look. Counts from zero again when the text of its spec ' +
        'changes (ticks aside), when the rules change, or by "kiro-worker retry".',
    ),
  trustedBases: z
    .array(
      z
        .string()
        .trim()
        .min(1)
        .max(200)
        .regex(/^[^!\p{Cc}]+$/u, 'must be a branch name or a glob without "!"'),
    )
    .max(50)
    .default([])
    .describe(
      'Branches (names or globs such as "release/*") whose own rules count for pull requests into them: .kiro-worker.yml, ' +
        'protected paths and executable configuration. All others take those of the default branch. List only branches ' +
        'that not everybody may push to.',
    ),
  labels: z
    .array(z.string().trim().min(1).max(50))
    .max(20)
    .default([])
    .describe('Labels for a pull request that the worker opens.'),
  commitName: z
    .string()
    .trim()
    .min(1)
    .max(100)
    .regex(/^[^\p{Cc}<>]*$/u, 'must be one line without "<" and ">"')
    .default('Kiro Worker')
    .describe("Author name of the worker's commits."),
  commitEmail: z
    .email()
    .nullable()
    .default(null)
    .describe(
      "Author e-mail of the worker's commits; null takes the no-reply address of the token's own account, where the token " +
        'says which that is (tokens of GitHub Apps do not).',
    ),
  power: z
    .strictObject({
      source: z.string().trim().min(1).describe('HTTPS address of a git repository, or a folder on this machine.'),
      ref: z
        .string()
        .trim()
        .regex(/^[A-Za-z0-9][A-Za-z0-9._/-]{0,199}$/, 'must be a commit or a tag')
        .optional()
        .describe('Commit or tag; required for a git repository.'),
      path: z
        .string()
        .trim()
        .regex(/^(?!\/)(?!(?:.*\/)?\.\.(?:\/|$))[^\p{Cc}\\]{1,200}$/u, 'must stay inside the Power')
        .default('.')
        .describe('Folder of the Power in the repository.'),
    })
    .nullable()
    .default(null)
    .describe('Kiro Power whose steering files are synchronised before the first task.'),
  agent: AgentFields.describe('The coding agent; left out: Kiro.'),
  network: z
    .strictObject({
      allow: hostPatterns.describe('Hosts that agent, install and tests may reach, such as "registry.example.com".'),
      agent: hostPatterns.default([]).describe("Further hosts of the agent's step, such as its service."),
    })
    .nullable()
    .default(null)
    .describe(
      'Local mode on Linux: the only hosts that programs of a branch may reach, by a proxy for HTTP and HTTPS; null: all that the ' +
        'machine reaches. "*." stands for any labels in front, a port behind for that port alone, none for 80 and 443.',
    ),
  submodules: z
    .boolean()
    .default(true)
    .describe(
      'true: submodules that lie on the same host and with the same owner are checked out, as far as the .gitmodules that the ' +
        'rules have names them and the token may read them; false: their folders stay empty.',
    ),
  // One machine only; the deployed system takes these from environments.ts.
  pollingIntervalSeconds: z.int().min(10).max(86_400).default(300).describe('Local mode: seconds between two polls.'),
  maxConcurrentBuilds: z.int().min(1).max(20).default(1).describe('Local mode: builds at the same time.'),
  coverageThreshold: z.number().min(0).max(100).default(80).describe('Local mode: line coverage in percent.'),
  buildTimeoutMinutes: z.int().min(5).max(2160).default(60).describe('Local mode: time limit of one build.'),
});

type ParsedConfig = z.output<typeof ProjectConfigFields>;

/** Board and repository settings, complete with defaults. `repository` is always `owner/name`. */
export interface ProjectConfig extends Omit<ParsedConfig, 'organization' | 'user' | '$schema'> {
  readonly owner: { readonly kind: 'organization' | 'user'; readonly login: string };
}

/** Returns how long to wait and what a work item may use, where no configuration can be read. */
export function defaultLimits(): Pick<ProjectConfig, 'retryBackoffMinutes' | 'lifetimeCaps'> {
  return ProjectConfigFields.pick({ retryBackoffMinutes: true, lifetimeCaps: true }).parse({});
}

/** Value of a project configuration that nobody has filled in yet (the Secrets stack writes it). */
export const UNTOUCHED_PROJECT_CONFIG = {
  organization: 'REPLACE_ME',
  repository: 'REPLACE_ME',
  projectNumber: 0,
  targetStatusColumn: COLUMNS.target,
} as const;

/** Returns the JSON schema of `kiro-worker.config.json` and of the SSM parameter, for editors, as JSON text. */
export function formatProjectConfigSchema(): string {
  const schema = z.toJSONSchema(ProjectConfigFields, { io: 'input', target: 'draft-7' });
  return `${JSON.stringify({ title: 'kiro-worker.config.json', ...schema }, null, 2)}\n`;
}

/** Returns the configuration in `text` (JSON). Throws CONFIG_INVALID with every problem (field and value),
 *  SETUP_INCOMPLETE when it is still the untouched placeholder. `source` names the file or parameter. */
export function parseProjectConfig(text: string, source: string): ProjectConfig {
  const value = parseJson(text, source);
  if (isUntouched(value)) {
    throw new WorkerError({
      code: 'SETUP_INCOMPLETE',
      what: `The project configuration in ${source} has not been filled in yet.`,
      remedy: `Put {"organization","repository","projectNumber","targetStatusColumn"} of your board into ${source}.`,
    });
  }
  const parsed = ProjectConfigFields.safeParse(value);
  const problems = [
    ...(parsed.error?.issues ?? []).flatMap((issue) => describeIssue(issue, value)),
    ...crossFieldProblems(value),
  ];
  if (!parsed.success || problems.length > 0) throw invalidConfig(source, problems);
  const { organization, user, $schema: _, ...rest } = parsed.data;
  const owner =
    organization === undefined
      ? ({ kind: 'user', login: user ?? '' } as const)
      : ({ kind: 'organization', login: organization } as const);
  const repository = rest.repository.includes('/') ? rest.repository : `${owner.login}/${rest.repository}`;
  return { ...rest, repository, owner };
}

function parseJson(text: string, source: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    throw invalidConfig(source, [`(whole): is not JSON: ${errorMessage(error)}`]);
  }
}

function isUntouched(value: unknown): boolean {
  const { organization, user, repository } = fields(value);
  return [organization, user, repository].some((field) => field === UNTOUCHED_PROJECT_CONFIG.organization);
}

function invalidConfig(source: string, problems: string[]): WorkerError {
  return new WorkerError({
    code: 'CONFIG_INVALID',
    what: `The configuration in ${source} is not valid (${problems.length} problem${problems.length === 1 ? '' : 's'}):`,
    problems,
    remedy: `Correct ${source}; docs/project-config.schema.json describes every field.`,
  });
}
