import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import * as z from 'zod';
import { lockKey } from '../../../src/core/lock.ts';
import { artifactPrefix } from '../../../src/core/report/artifact-path.ts';
import { type FileChange, readFolder } from '../../../src/fakes/github/git/commits.ts';
import { LOCAL_ENVIRONMENT } from '../../../src/local/project-variables.ts';
import { PLACE, REPOSITORY_FILES, specFiles } from '../../support/system/repository.ts';
import { createTestSystem, type TestSystem } from '../../support/system/test-system.ts';
import * as view from '../../support/system/view.ts';
import { watchMemory } from './memory.ts';
import type { Edits } from './row.ts';

/** What a whole build of a project came to. */
export interface Carried {
  readonly outcome: string;
  /** What the run said of the branch before the agent started. */
  readonly baseLine: string;
  /** Tasks that the branch has commits of. */
  readonly tasks: readonly (string | null)[];
  readonly column: string | null;
  /** Null: only the exit code tells. */
  readonly tests: { readonly total: number; readonly passed: number; readonly failed: number } | null;
  readonly linesPct: number | null;
  /** Lines of the tasks that can run; null where the run ended before they were judged. */
  readonly changedLines: { readonly covered: number; readonly total: number } | null;
  readonly seconds: number;
  /** Of all processes of the build. */
  readonly peakBytes: number;
  /** Files that the commits of tasks changed. */
  readonly changedFiles: readonly string[];
  readonly metadata: string;
  readonly log: string;
  /** What the commands printed, by artifact. */
  readonly output: Readonly<Record<string, string>>;
}

const metadataFile = z.object({
  testResults: z.object({ totalTests: z.number(), passedTests: z.number(), failedTests: z.number() }).nullable(),
  coverage: z.object({ percentage: z.number().nullable() }),
  changedFiles: z.array(z.string()),
});

const coverageFile = z.object({
  changedLines: z.object({ lines: z.object({ covered: z.number(), total: z.number() }) }).optional(),
});

const TITLES = ['Add up numbers', 'Find their mean'] as const;
const TASKS = `# Implementation Plan\n\n- [ ] 1. ${TITLES[0]}\n- [ ] 2. ${TITLES[1]}\n`;

/** Carries the files of a folder through the worker as the repository of a card with two tasks: one whole build. */
export async function carry(
  folder: string,
  { edits, files = {}, specHead = '', thresholdPct }: Carrying,
): Promise<Carried> {
  const none = Object.fromEntries(Object.keys(REPOSITORY_FILES).map((name) => [name, null]));
  const withHead = Object.entries(specFiles(TASKS)).map(([name, text]) => [name, `${specHead}${text}`]);
  const system = await createTestSystem({
    files: { ...none, ...(await readFolder(folder)), ...files },
    branchFiles: Object.fromEntries(withHead),
    agentScript: scriptOf(edits),
    ...(thresholdPct !== undefined && { config: { coverageThreshold: thresholdPct } }),
  });
  try {
    const stopWatching = watchMemory(system.dataDirectory);
    const startedAt = performance.now();
    await system.run().finally(stopWatching);
    const seconds = (performance.now() - startedAt) / 1000;
    return { ...(await resultOf(system)), seconds, peakBytes: stopWatching() };
  } finally {
    await system.close();
  }
}

interface Carrying {
  readonly edits: Edits;
  /** Over those of the folder. */
  readonly files?: Readonly<Record<string, FileChange>>;
  readonly specHead?: string;
  readonly thresholdPct?: number;
}

async function resultOf(system: TestSystem): Promise<Omit<Carried, 'seconds' | 'peakBytes'>> {
  const build = (await view.buildsOf(system)).at(-1);
  if (build === undefined) throw new Error('no build was started');
  const { lastOutcome } = await view.lockOf(system);
  const metadata = await view.artifactOf(system, build.id, 'metadata.json');
  const { testResults, coverage, changedFiles } = metadataFile.parse(JSON.parse(metadata));
  const { changedLines } = coverageFile.parse(
    JSON.parse(await view.artifactOf(system, build.id, 'reports/coverage.json')),
  );
  return {
    outcome: lastOutcome ?? 'none',
    baseLine:
      (await system.machine.locks.getBaseline(lockKey(PLACE.repository, PLACE.branch)))?.verdicts.at(-1)?.kind ??
      'none',
    tasks: await view.tasksDone(system),
    column: view.columnOf(system),
    tests: testResults && {
      total: testResults.totalTests,
      passed: testResults.passedTests,
      failed: testResults.failedTests,
    },
    linesPct: coverage.percentage,
    changedLines: changedLines?.lines ?? null,
    changedFiles,
    metadata,
    log: await view.logOf(system, build.id),
    output: await readOutput(system, build.id),
  };
}

async function readOutput({ machine }: TestSystem, buildId: string): Promise<Record<string, string>> {
  const folder = path.join(
    machine.artifactsDirectory,
    ...artifactPrefix(LOCAL_ENVIRONMENT, buildId).split('/'),
    'logs',
  );
  const names = existsSync(folder) ? await readdir(folder) : [];
  const texts = names.map(async (name) => [name, await readFile(path.join(folder, name), 'utf8')]);
  return Object.fromEntries(await Promise.all(texts));
}

/** Text of the module that does the tasks. */
function scriptOf(edits: Edits): string {
  const byTitle = TITLES.map((title, index) => [title, edits[index]]);
  return `import { existsSync, readFileSync } from 'node:fs';
const EDITS = ${JSON.stringify(byTitle)};
export async function work({ task, write }) {
  const [, edit] = EDITS.find(([title]) => task.includes(title));
  for (const [file, text] of Object.entries(edit))
    write(file, (existsSync(file) ? readFileSync(file, 'utf8') : '') + text);
}
`;
}
