import { readFile } from 'node:fs/promises';
import path from 'node:path';
import * as z from 'zod';
import { isRuleId, type RuleId } from '../../src/core/gates/rules.ts';
import { ACTORS } from '../../src/core/outcome.ts';
import { artifactPrefix } from '../../src/core/report/artifact-path.ts';
import { isSystemError } from '../../src/core/system-error.ts';
import { LOCAL_ENVIRONMENT } from '../../src/local/project-variables.ts';

const task = z.looseObject({
  id: z.string().nullable(),
  title: z.string(),
  status: z.enum(['done', 'already done', 'open', 'failed']),
  commit: z.string().nullable(),
});

const finding = z.object({
  rule: z.custom<RuleId>((name) => typeof name === 'string' && isRuleId(name), 'must be the name of a rule'),
  severity: z.enum(['error', 'warning', 'notice']),
  path: z.string().exactOptional(),
  line: z.number().exactOptional(),
  message: z.string(),
  remedy: z.string(),
});

const failedCommand = z.object({
  name: z.string(),
  command: z.string(),
  source: z.string(),
  ended: z.string(),
  lines: z.string(),
  log: z.string().nullable(),
  yaml: z.string().nullable(),
});

const metadataFile = z.looseObject({
  success: z.boolean(),
  outcome: z.string(),
  detail: z.string(),
  remedy: z.string(),
  actsNext: z.enum(ACTORS).exactOptional(),
  failedCommand: failedCommand.nullable().default(null),
  rules: z.object({ branch: z.string(), commit: z.string(), hasFile: z.boolean() }).nullable().default(null),
  branchName: z.string(),
  tasks: z.array(task),
  findings: z.array(finding),
});

const testsFile = z.object({
  counts: z.object({ total: z.number(), passed: z.number(), failed: z.number(), skipped: z.number() }).nullable(),
});

const coverageFile = z.looseObject({ linesPct: z.number().nullable(), thresholdPct: z.number().nullable() });

/** What a run left among its artifacts: metadata.json with the counts of its tests and its coverage. */
export type RunFiles = z.infer<typeof metadataFile> & {
  readonly tests: z.infer<typeof testsFile>['counts'];
  readonly coverage: z.infer<typeof coverageFile>;
  /** Where they are. */
  readonly folder: string;
};

/** Returns what a run left among its artifacts, null when it left nothing. Throws on files that no run writes. */
export async function readRun(artifactsDirectory: string, buildId: string): Promise<RunFiles | null> {
  const folder = path.join(artifactsDirectory, ...artifactPrefix(LOCAL_ENVIRONMENT, buildId).split('/'));
  const read = async (name: string): Promise<unknown> => JSON.parse(await readFile(path.join(folder, name), 'utf8'));
  try {
    const [metadata, tests, coverage] = await Promise.all([
      read('metadata.json'),
      read('reports/test-results.json'),
      read('reports/coverage.json'),
    ]);
    const { counts } = testsFile.parse(tests);
    return { ...metadataFile.parse(metadata), tests: counts, coverage: coverageFile.parse(coverage), folder };
  } catch (error) {
    // An older version left half a file on a full disk.
    if (isSystemError(error, 'ENOENT') || error instanceof SyntaxError) return null;
    throw error;
  }
}
