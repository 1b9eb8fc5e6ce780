import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { runSubprocess } from '../../../src/adapters/process/subprocess.ts';
import { untrustedEnvironment } from '../../../src/adapters/process/untrusted-environment.ts';
import type { Commands } from '../../../src/core/repository/commands.ts';
import { type ProvableNeed, provableNeeds, versionIn } from '../../../src/core/repository/tool-proofs.ts';
import type { RepositoryReport } from './report.ts';

const PROOF_MS = 60_000;

/** Starts each tool that the commands need, in an empty folder below `runDirectory`. Returns which version is here, and a problem for
 *  each that does not start. */
export async function findTools(
  commands: Commands,
  runDirectory: string,
): Promise<Pick<RepositoryReport, 'needs' | 'problems'>> {
  const home = path.join(runDirectory, 'tools');
  await mkdir(home);
  const needs: RepositoryReport['needs'][number][] = [];
  for (const need of provableNeeds(commands))
    needs.push({ tool: need.tool, version: need.version, found: await versionOf(need, home) });
  const problems = needs
    .filter(({ found }) => found === null)
    .map(({ tool }) => ({
      message: `${tool} does not start here.`,
      remedy: `Install ${tool} on the machine or in the image that runs the builds.`,
    }));
  return { needs, problems };
}

async function versionOf({ proof }: ProvableNeed, home: string): Promise<string | null> {
  const env = untrustedEnvironment({ home });
  const ended = await runSubprocess({ command: proof, cwd: home, env, timeoutMs: PROOF_MS });
  return ended.exitCode === 0 ? versionIn(`${ended.stdoutTail}\n${ended.stderrTail}`) : null;
}
