import path from 'node:path';
import { createInstallation } from '../../../src/adapters/files/installation.ts';
import { createWorkspaceFiles } from '../../../src/adapters/files/workspace-files.ts';
import type { LocalSandbox } from '../../../src/adapters/process/sandbox.ts';
import type { Installation } from '../../../src/core/ports/installation.ts';
import { STRICT_BASELINE } from '../../../src/core/repository/baseline/baseline-rules.ts';
import { coverageRunsTests } from '../../../src/core/repository/baseline/coverage-runs-tests.ts';
import { hasNoTests } from '../../../src/core/repository/baseline/greenfield.ts';
import type { Commands } from '../../../src/core/repository/commands.ts';
import type { RepositorySettings } from '../../../src/core/repository/repository-file.ts';
import type { CheckedFolder } from '../../../src/local/checked-folder.ts';
import { type Baseline, measureBaseline } from '../../../src/worker/steps/baseline/measure-baseline.ts';
import { testRequest } from '../../../src/worker/steps/test-request.ts';
import { proveTools } from '../../../src/worker/steps/tools/prove-tools.ts';

export interface BaselineRequest {
  readonly folder: CheckedFolder;
  readonly commands: Commands;
  readonly repositoryFile: RepositorySettings | null;
  readonly coverageThresholdPct: number;
  readonly sandbox: LocalSandbox;
  readonly commandEnvironment: Readonly<Record<string, string>>;
  readonly privateDirectory: string;
  readonly redact: (text: string) => string;
  readonly note: (line: string) => void;
  readonly signal: AbortSignal;
}

/** Proves the tools, then installs, tests and measures, as the worker does before the agent. Returns what it came to, or one sentence
 *  for tools that do not start, with what to do. */
export async function runBaseline(request: BaselineRequest): Promise<Baseline | { message: string; remedy: string }> {
  const { privateDirectory, folder, sandbox, commandEnvironment, commands } = request;
  const { workspace } = folder;
  const missing = await proveTools({ sandbox, commandEnvironment }, commands);
  if (missing !== null) return { message: missing.detail, remedy: missing.remedy ?? '' };
  const installation = createInstallation({ privateDirectory, workspace, home: sandbox.home, grant: sandbox.grant });
  try {
    return await measure(request, installation);
  } finally {
    await installation.close();
  }
}

async function measure(request: BaselineRequest, installation: Installation): Promise<Baseline> {
  const { folder, commands, repositoryFile, coverageThresholdPct, note, redact, signal } = request;
  const { sandbox, commandEnvironment } = request;
  const workspaceFiles = createWorkspaceFiles(folder.workspace);
  const context = {
    ...{
      settings: { coverageThresholdPct, commandEnv: {} },
      repository: folder,
      sandbox,
      installation,
      workspaceFiles,
      commandEnvironment,
      redact,
    },
    monitor: { ended: () => null, remainingMs: () => Number.POSITIVE_INFINITY, signal },
    record: { addLog: () => undefined },
    reportProgress: ({ text }: { text: string }) => note(text),
  };
  await folder.renew();
  const beside = await workspaceFiles.look(commands.folder, (file) => (file === 'package.json' ? 'whole' : 'none'));
  return measureBaseline({
    renew: () => folder.renew(),
    request: () => testRequest(context, { commands, repositoryFile }),
    rules: repositoryFile?.baseline ?? STRICT_BASELINE,
    hasNoTests: hasNoTests(await folder.paths()),
    isOneRun: coverageRunsTests(commands, beside?.texts['package.json'] ?? null),
    furtherSteps: 0,
  });
}

/** Folders of one check below its own. */
export function foldersOf(runDirectory: string): { privateDirectory: string; workspace: string } {
  return { privateDirectory: path.join(runDirectory, 'private'), workspace: path.join(runDirectory, 'workspace') };
}
