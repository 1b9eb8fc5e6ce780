import { createToolchains } from '../../../src/adapters/process/tools/toolchains.ts';
import { REPOSITORY_FILE } from '../../../src/core/names.ts';
import type { Sandbox } from '../../../src/core/ports/process.ts';
import { needsOf } from '../../../src/core/repository/choose-tools.ts';
import type { Commands } from '../../../src/core/repository/commands.ts';
import type { RepositorySettings } from '../../../src/core/repository/repository-file.ts';
import type { ToolNeed } from '../../../src/core/repository/tool-need.ts';
import { type ProvableNeed, provableNeeds, versionIn } from '../../../src/core/repository/tool-proofs.ts';
import { CHOSEN_TOOLS, readWish } from '../../../src/core/repository/toolchains/wish.ts';
import { chooseTools } from '../../../src/worker/steps/tools/choose-tools.ts';
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
  const unmet = isMissed ? [] : unmetNeeds(needsOf(commands, repositoryFile), needs);
  return { needs, problems: [...missed, ...silent, ...unmet], commands: isMissed ? null : chosen };
}

/** What the repository asks for and does not get, though its commands may run all the same; Go fetches the version that it needs. */
function unmetNeeds(
  wanted: readonly ToolNeed[],
  found: RepositoryReport['needs'],
): RepositoryReport['problems'][number][] {
  return wanted.flatMap((need) => {
    const { tool, by } = need;
    const here = found.find((one) => one.tool === tool)?.found ?? null;
    const chosen = CHOSEN_TOOLS.find((one) => one === tool && one !== 'go');
    if (chosen === undefined || need.wanted === null || here === null) return [];
    if (readWish(chosen, { ...need, wanted: need.wanted })?.accepts(here) !== false) return [];
    return {
      message: `${by} asks for ${tool} ${need.wanted}, and no version here meets that: the commands run with ${here}.`,
      remedy: `Install ${tool} ${need.wanted} on the machine or in the image that runs the builds, or correct ${by}; to go on with what is here, write into ${REPOSITORY_FILE}:\ntools:\n  ${tool}: "${here}"`,
    };
  });
}

async function versionOf(
  { proof }: ProvableNeed,
  { sandbox, env }: Pick<ToolsRequest, 'sandbox'> & { env: Readonly<Record<string, string>> },
): Promise<string | null> {
  const ended = await sandbox.run({ command: proof, cwd: sandbox.home, env, timeoutMs: PROOF_MS });
  return ended.exitCode === 0 ? versionIn(`${ended.stdoutTail}\n${ended.stderrTail}`) : null;
}
