import { load } from 'js-yaml';
import * as z from 'zod';
import { errorMessage, WorkerError } from '../../core/errors.ts';

export const PHASE_NAMES = ['install', 'pre_build', 'build', 'post_build'] as const;
export type PhaseName = (typeof PHASE_NAMES)[number];

export interface Phase {
  readonly commands: readonly string[];
  readonly finally: readonly string[];
  /** What a failing command leads to; `default` follows CodeBuild's own transitions. */
  readonly onFailure: 'default' | 'ABORT' | 'CONTINUE';
}

export interface Buildspec {
  readonly shell: 'sh' | 'bash';
  readonly variables: Readonly<Record<string, string>>;
  readonly phases: Readonly<Partial<Record<PhaseName, Phase>>>;
}

/** Returns what a local build needs of a buildspec of version 0.2; throws RELEASE_INVALID with all problems at once.
 *  What belongs to AWS alone (reports, artifacts, cache, runtime-versions, run-as) is checked and ignored. */
export function parseBuildspec(text: string): Buildspec {
  const parsed = Document.safeParse(loadYaml(text));
  if (!parsed.success) throw invalid(parsed.error.issues.map(formatIssue));
  const { env, phases } = parsed.data;
  return {
    shell: env.shell,
    variables: env.variables,
    phases: Object.fromEntries(
      PHASE_NAMES.flatMap((name) => {
        const phase = phases[name];
        if (!phase) return [];
        const onFailure = phase['on-failure'] ?? 'default';
        return [[name, { commands: phase.commands, finally: phase.finally, onFailure }]];
      }),
    ),
  };
}

const command = z.string('must be one text; quote a command that YAML reads as something else (": " in it)').min(1);
const commands = z.array(command).default([]);

const phase = z.strictObject({
  'run-as': z.string().optional(),
  'on-failure': z.enum(['ABORT', 'CONTINUE']).optional(),
  'runtime-versions': z.record(z.string(), z.union([z.string(), z.number()])).optional(),
  commands,
  finally: commands,
});

const REPORT_FORMATS =
  'JUNITXML CUCUMBERJSON NUNITXML NUNIT3XML TESTNGXML VISUALSTUDIOTRX CLOVERXML COBERTURAXML JACOCOXML SIMPLECOV LCOV'.split(
    ' ',
  );

const report = z.strictObject({
  files: z.union([z.string(), z.array(z.string()).min(1)]),
  'base-directory': z.string().optional(),
  'discard-paths': z.union([z.boolean(), z.enum(['yes', 'no'])]).optional(),
  'file-format': z.enum(REPORT_FORMATS).optional(),
});

const notHere = z.undefined('cannot be resolved by a local build; let the worker read it');

const Document = z.strictObject({
  version: z.union([z.literal(0.2), z.literal('0.2')], 'must be 0.2'),
  'run-as': z.string().optional(),
  env: z
    .strictObject({
      shell: z.enum(['sh', 'bash']).default('sh'),
      variables: z
        .record(
          z.string().regex(/^[A-Za-z_]\w*$/, 'is not a valid name of an environment variable'),
          z.union([z.string(), z.number(), z.boolean()]).transform(String),
        )
        .default({}),
      'exported-variables': z.array(z.string()).optional(),
      'git-credential-helper': z.union([z.boolean(), z.enum(['yes', 'no'])]).optional(),
      'parameter-store': notHere.optional(),
      'secrets-manager': notHere.optional(),
    })
    .prefault({}),
  phases: z
    .strictObject({
      install: phase.optional(),
      pre_build: phase.optional(),
      build: phase.optional(),
      post_build: phase.optional(),
    })
    .refine(hasCommand, 'must contain at least one command'),
  reports: z.record(z.string(), report).optional(),
  artifacts: z.looseObject({ files: z.union([z.string(), z.array(z.string())]) }).optional(),
  cache: z.looseObject({}).optional(),
  batch: z.looseObject({}).optional(),
  proxy: z.looseObject({}).optional(),
});

function hasCommand(phases: Readonly<Record<string, { commands: readonly string[] } | undefined>>): boolean {
  return Object.values(phases).some((one) => (one?.commands.length ?? 0) > 0);
}

function loadYaml(text: string): unknown {
  try {
    return load(text);
  } catch (error) {
    throw invalid([errorMessage(error)]);
  }
}

function formatIssue(issue: z.core.$ZodIssue): string {
  const path = issue.path.map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`)).join('');
  return `${path.replace(/^\./, '') || 'document'}: ${issue.message}`;
}

function invalid(problems: readonly string[]): WorkerError {
  return new WorkerError({
    code: 'RELEASE_INVALID',
    what: 'The buildspec.yml of the release cannot be used.',
    problems,
    remedy: 'Correct buildspec.yml (version 0.2) and build the release again.',
  });
}
