import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import * as z from 'zod';

const argv = z.array(z.string());

const checkResult = z.object({
  commands: z.object({ folder: z.string(), install: z.array(argv), test: argv, coverage: argv.nullable() }).nullable(),
  detectedBy: z.array(z.string()),
  problems: z.array(z.object({ message: z.string(), remedy: z.string() })),
  suggestion: z.string().nullable(),
});

/** What `repository check --json` says of a folder. */
export type CheckResult = z.infer<typeof checkResult>;

const CLI = fileURLToPath(new URL('../../../scripts/cli.ts', import.meta.url));

/** Runs `kiro-worker repository check --json` on a folder. Throws when it cannot be read, or its exit code and its words differ. */
export async function checkRepository(folder: string): Promise<CheckResult> {
  const { exitCode, stdout, stderr } = await execa(process.execPath, [CLI, 'repository', 'check', folder, '--json'], {
    reject: false,
  });
  if (exitCode !== 0 && exitCode !== 1) throw new Error(`repository check ended with ${exitCode}: ${stderr}`);
  const result = checkResult.parse(JSON.parse(stdout));
  if ((exitCode === 0) !== (result.commands !== null)) throw new Error(`exit code ${exitCode} for ${stdout}`);
  return result;
}
