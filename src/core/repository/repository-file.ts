import { loadAll } from 'js-yaml';
import * as z from 'zod';
import { describeIssue } from '../config-problems.ts';
import { WorkerError } from '../errors.ts';
import { type Policies, PoliciesField } from '../gates/policy.ts';
import { type SecretSettings, SecretsField } from '../gates/secrets/secret-exceptions.ts';
import { DEFAULT_ROUNDS, MOST_ROUNDS } from '../lifecycle/repair-rounds.ts';
import { type Argv, parseCommand } from './argv.ts';
import { BaselineField, type BaselineRules, STRICT_BASELINE } from './baseline/baseline-rules.ts';
import { CHOSEN_TOOLS, type ChosenTool, readWish } from './toolchains/wish.ts';

/** What `.kiro-worker.yml` says; null stands for what it does not set. */
export interface RepositorySettings {
  /** Where the file was read, for messages. */
  readonly source: string;
  /** Folder that the commands run in, relative to the repository; `.` is its root. */
  readonly folder: string;
  /** Steps in their order; empty: nothing has to be installed. */
  readonly install: readonly Argv[] | null;
  readonly test: Argv | null;
  /** False: the test command writes the coverage report itself. */
  readonly coverage: Argv | false | null;
  /** Paths or globs of reports, relative to the folder; empty where the usual places are meant. */
  readonly reports: { readonly tests: readonly string[]; readonly coverage: readonly string[] };
  /** Further globs of files that the agent may not change, from the repository's root. */
  readonly protectedPaths: readonly string[];
  /** Line coverage in percent; only ever raises the environment's threshold. */
  readonly coverageThreshold: number | null;
  readonly baseline: BaselineRules;
  readonly timeouts: { readonly installMinutes: number | null; readonly testMinutes: number | null };
  /** Versions that count instead of what other files ask for. */
  readonly tools: Readonly<Partial<Record<ChosenTool, string>>>;
  /** Repair rounds for one work item. */
  readonly repairRounds: number;
  /** Tests that fail at the end are run once more. */
  readonly repeatFailedTests: boolean;
  /** The tests are run after each task as well, for information. */
  readonly verifyEachTask: boolean;
  /** What findings of single rules do; the others do what they do by default. */
  readonly gates: Policies;
  readonly secrets: SecretSettings;
}

const SIZE_LIMIT = 64 * 1024;
/** Words that people write for true, false or nothing, and that YAML 1.2 reads as strings. */
const YES_OR_NO = /^(?:true|false|yes|no|on|off|none|null|~)$/i;

const Command = z.unknown().transform((value, context) => readCommand(value, { context, orFalse: '' }));
const CommandOrFalse = z
  .unknown()
  .transform((value, context) => (value === false ? false : readCommand(value, { context, orFalse: ', or false' })));
const Steps = z.unknown().transform((value, context) => (value === false ? [] : readSteps(value, context)));
const Path = checkedText((text) => pathProblem(text));
const Glob = checkedText((text) => (text.startsWith('!') ? 'must not be negated with "!"' : pathProblem(text)));
const Globs = z.preprocess(
  (value) => (typeof value === 'string' ? [value] : value),
  z.array(Glob, 'must be a path, a glob, or a list of them').max(100, 'must have at most 100 entries'),
);
const Minutes = z
  .number('must be a number of minutes')
  .min(1, 'must be 1 or more')
  .max(2160, 'must be 2160 or less')
  .optional();

const Tools = z.partialRecord(
  z.enum(CHOSEN_TOOLS, `must be one of ${CHOSEN_TOOLS.join(', ')}`),
  z.unknown().transform((value, context) => readVersion(value, context)),
  `must contain versions such as node: "24" (${CHOSEN_TOOLS.join(', ')})`,
);

const FileFields = z.strictObject(
  {
    folder: Path.optional(),
    install: Steps.optional(),
    test: Command.optional(),
    coverage: CommandOrFalse.optional(),
    reports: z
      .strictObject({ tests: Globs.optional(), coverage: Globs.optional() }, 'must contain tests and coverage')
      .optional(),
    protectedPaths: Globs.optional(),
    coverageThreshold: z
      .number('must be a number')
      .min(0, 'must be between 0 and 100')
      .max(100, 'must be between 0 and 100')
      .optional(),
    baseline: BaselineField.optional(),
    timeouts: z
      .strictObject({ installMinutes: Minutes, testMinutes: Minutes }, 'must contain installMinutes and testMinutes')
      .optional(),
    tools: Tools.optional(),
    gates: PoliciesField.optional(),
    repairRounds: z
      .int(`must be a whole number from 0 to ${MOST_ROUNDS}`)
      .min(0, `must be a whole number from 0 to ${MOST_ROUNDS}`)
      .max(MOST_ROUNDS, `must be a whole number from 0 to ${MOST_ROUNDS}`)
      .optional(),
    repeatFailedTests: z.boolean('must be true or false').optional(),
    verifyEachTask: z.boolean('must be true or false').optional(),
    secrets: SecretsField.optional(),
  },
  'must contain settings such as "test: npm test"',
);

/** Returns the settings in the text of a `.kiro-worker.yml`; an empty file sets nothing. Throws
 *  REPOSITORY_FILE_INVALID with every problem (field and value). `source` names the file for people. */
export function parseRepositoryFile(text: string, source: string): RepositorySettings {
  const value = loadYaml(text, source);
  const parsed = FileFields.safeParse(value);
  if (!parsed.success) {
    throw invalidFile(
      source,
      parsed.error.issues.flatMap((issue) => describeIssue(issue, value)),
    );
  }
  const { folder, install, test, coverage, reports, protectedPaths, coverageThreshold, baseline, timeouts } =
    parsed.data;
  return {
    source,
    folder: plainPath(folder ?? '.'),
    install: install ?? null,
    test: test ?? null,
    coverage: coverage ?? null,
    reports: { tests: reports?.tests ?? [], coverage: reports?.coverage ?? [] },
    protectedPaths: protectedPaths ?? [],
    coverageThreshold: coverageThreshold ?? null,
    baseline: baseline ?? STRICT_BASELINE,
    timeouts: { installMinutes: timeouts?.installMinutes ?? null, testMinutes: timeouts?.testMinutes ?? null },
    tools: parsed.data.tools ?? {},
    gates: parsed.data.gates ?? {},
    repairRounds: parsed.data.repairRounds ?? DEFAULT_ROUNDS,
    repeatFailedTests: parsed.data.repeatFailedTests ?? false,
    verifyEachTask: parsed.data.verifyEachTask ?? false,
    secrets: parsed.data.secrets ?? { allow: [] },
  };
}

/** The path without parts that lead nowhere; `.` for the root. */
function plainPath(path: string): string {
  const parts = path.split('/').filter((part) => part !== '' && part !== '.');
  return parts.join('/') || '.';
}

/** Returns the threshold that counts (percent of lines): the file may raise the environment's, never lower it. */
export function effectiveThresholdPct(environmentPct: number, file: RepositorySettings | null): number {
  return Math.max(environmentPct, file?.coverageThreshold ?? 0);
}

function loadYaml(text: string, source: string): unknown {
  if (text.length > SIZE_LIMIT) throw invalidFile(source, [`(whole): has more than ${SIZE_LIMIT} characters`]);
  let documents: unknown[];
  try {
    documents = loadAll(text, { maxDepth: 10, maxAliases: 0 });
  } catch (error) {
    const [reason] = (error instanceof Error ? error.message : String(error)).split('\n');
    throw invalidFile(source, [`(whole): is not YAML: ${reason}`]);
  }
  if (documents.length > 1) throw invalidFile(source, ['(whole): contains several documents ("---"); one is expected']);
  return documents[0] ?? {};
}

function readCommand(value: unknown, { context, orFalse }: { context: z.RefinementCtx; orFalse: string }): Argv {
  const isWord = YES_OR_NO.test(String(value)) && !Array.isArray(value);
  const parsed = isWord ? { problem: `must be a command${orFalse}` } : parseCommand(value);
  if ('argv' in parsed) return parsed.argv;
  context.addIssue({ code: 'custom', message: parsed.problem, input: value });
  return z.NEVER;
}

/** Each line of a text is a command of its own; a list is one command. */
function readSteps(value: unknown, context: z.RefinementCtx): Argv[] {
  const lines = typeof value === 'string' ? value.split(/\r?\n/).filter((line) => line.trim() !== '') : [];
  const steps = lines.length > 1 ? lines : [value];
  return steps.map((step) => readCommand(step, { context, orFalse: ', or false' }));
}

/** YAML reads 3.10 as 3.1. */
function readVersion(value: unknown, context: z.RefinementCtx): string {
  const text = Number.isInteger(value) ? String(value) : value;
  if (typeof text === 'string' && readWish('node', { tool: 'node', wanted: text, by: '' }) !== null) return text;
  const message = `must be a version or a range in quotes, such as "3.12" or ">=18 <23"`;
  context.addIssue({ code: 'custom', message, input: value });
  return z.NEVER;
}

function checkedText(problemOf: (text: string) => string | null) {
  return z.string('must be a string').superRefine((text, context) => {
    const problem = problemOf(text);
    if (problem !== null) context.addIssue({ code: 'custom', message: problem, input: text });
  });
}

function pathProblem(path: string): string | null {
  if (path.trim() === '') return 'must not be empty';
  if (path !== path.trim()) return 'must not begin or end with spaces';
  if (path.length > 300) return 'must have at most 300 characters';
  if (/\p{Cc}/u.test(path)) return 'must not contain control characters';
  if (path.includes('\\')) return 'must use "/", not "\\"';
  if (/^(?:\/|~|[A-Za-z]:)/.test(path)) return 'must be relative to the repository';
  if (path.startsWith('-')) return 'must not begin with "-"';
  if (path.split('/').includes('..')) return 'must not leave the repository with ".."';
  if (path.split('/').some((part) => part.toLowerCase() === '.git')) return 'must not lead into .git';
  return null;
}

function invalidFile(source: string, problems: string[]): WorkerError {
  return new WorkerError({
    code: 'REPOSITORY_FILE_INVALID',
    what: `${source} is not valid (${problems.length} problem${problems.length === 1 ? '' : 's'}):`,
    problems,
    remedy: `Correct ${source}; it may contain ${Object.keys(FileFields.shape).join(', ')}.`,
  });
}
