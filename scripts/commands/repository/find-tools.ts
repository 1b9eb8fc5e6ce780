import { createToolchains } from '../../../src/adapters/process/tools/toolchains.ts';
import type { Sandbox } from '../../../src/core/ports/process.ts';
import { needsOf } from '../../../src/core/repository/choose-tools.ts';
import type { Commands } from '../../../src/core/repository/commands.ts';
import type { RepositorySettings } from '../../../src/core/repository/repository-file.ts';
import { type ProvableNeed, provableNeeds, versionIn } from '../../../src/core/repository/tool-proofs.ts';
import { chooseTools } from '../../../src/worker/steps/choose-tools.ts';
import type { RepositoryReport } from './report.ts';

const PROOF_MS = 60_000;

export interface ToolsRequest {
  readonly commands: Commands;
  readonly repositoryFile: RepositorySettings | null;
  readonly sandbox: Pick<Sandbox, 'run' | 'home'>;
  readonly commandEnvironment: Readonly<Record<string, string>>;
  /** New folder for links to tools. */
  readonly links: string;
  readonly note: (line: string) => void;
}

export interface FoundTools extends Pick<RepositoryReport, 'needs' | 'problems'> {
  /** With the environment that finds the chosen versions; null where no version here will do. */
  readonly commands: Commands | null;
}

/** Chooses the versions of tools as a build does, and starts each tool that the commands need, outside of the repository. Returns which
 *  version the commands get, and a problem for each that is missing. */
export async function findTools(request: ToolsRequest): Promise<FoundTools> {
  const { commands, repositoryFile, commandEnvironment, sandbox, note } = request;
  const toolchains = createToolchains({ sandbox, commandEnvironment, links: request.links });
  const context = { toolchains, commandEnvironment, reportProgress: ({ text }: { text: string }) => note(text) };
  const chosen = await chooseTools(context, { commands, repositoryFile });
  const isMissed = 'stage' in chosen;
  const env = { ...commandEnvironment, ...(isMissed ? {} : chosen.environment) };
  const needs: RepositoryReport['needs'][number][] = [];
  for (const need of provableNeeds({ ...commands, needs: needsOf(commands, repositoryFile) }))
    needs.push({ tool: need.tool, version: need.version, found: await versionOf(need, { sandbox, env }) });
  const silent = needs
    .filter(({ found }) => found === null)
    .map(({ tool }) => ({
      message: `${tool} does not start here.`,
      remedy: `Install ${tool} on the machine or in the image that runs the builds.`,
    }));
  const missed = isMissed ? [{ message: chosen.detail, remedy: chosen.remedy?.trimEnd() ?? '' }] : [];
  return { needs, problems: [...missed, ...silent], commands: isMissed ? null : chosen };
}

async function versionOf(
  { proof }: ProvableNeed,
  { sandbox, env }: Pick<ToolsRequest, 'sandbox'> & { env: Readonly<Record<string, string>> },
): Promise<string | null> {
  const ended = await sandbox.run({ command: proof, cwd: sandbox.home, env, timeoutMs: PROOF_MS });
  return ended.exitCode === 0 ? versionIn(`${ended.stdoutTail}\n${ended.stderrTail}`) : null;
}
