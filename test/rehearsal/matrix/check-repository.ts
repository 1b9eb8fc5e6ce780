import { execFile } from 'node:child_process';
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import * as z from 'zod';
import { REPOSITORY_FILE } from '../../../src/core/names.ts';

const run = promisify(execFile);
const CLI = path.join(import.meta.dirname, '../../../scripts/cli.ts');

const report = z.object({
  commands: z.object({ test: z.array(z.string()) }).nullable(),
  detectedBy: z.array(z.string()),
  problems: z.array(z.object({ message: z.string(), remedy: z.string() })),
  suggestion: z.string().nullable(),
});

/** What `kiro-worker repository check --json` says, as far as the matrix needs it. */
export type Check = z.infer<typeof report>;

/** Runs `kiro-worker repository check --json` in a folder, or in a copy that has `pasted` as its `.kiro-worker.yml`. Throws when its exit
 *  code says something else than its report. */
export async function checkRepository(folder: string, pasted: string | null): Promise<Check> {
  if (pasted === null) return runCheck(folder);
  const copy = await mkdtemp(path.join(tmpdir(), 'kiro-matrix-'));
  try {
    await cp(folder, copy, { recursive: true });
    await writeFile(path.join(copy, REPOSITORY_FILE), pasted);
    return await runCheck(copy);
  } finally {
    await rm(copy, { recursive: true });
  }
}

async function runCheck(folder: string): Promise<Check> {
  const ended = await run(process.execPath, [CLI, 'repository', 'check', folder, '--json']).then(
    ({ stdout }) => ({ code: 0, stdout }),
    (error: { code: unknown; stdout: string }) => ({ code: error.code, stdout: error.stdout }),
  );
  const found = report.parse(JSON.parse(ended.stdout));
  const expected = found.commands === null ? 1 : 0;
  if (ended.code !== expected)
    throw new Error(`repository check of ${folder} ended with ${ended.code}: ${ended.stdout}`);
  return found;
}
