import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { createWorkspaceFiles } from '../../../src/adapters/files/workspace-files.ts';
import { createSandbox } from '../../../src/adapters/process/sandbox.ts';
import { untrustedEnvironment } from '../../../src/adapters/process/untrusted-environment.ts';
import { isWorkerError, type WorkerError } from '../../../src/core/errors.ts';
import { readThresholdPct } from '../../../src/core/gates/coverage/environment-threshold.ts';
import { cleanText } from '../../../src/core/markdown.ts';
import { suggestFile } from '../../../src/core/repository/baseline/suggested-file.ts';
import { type Commands, suggestRepositoryFile } from '../../../src/core/repository/commands.ts';
import { wantedText } from '../../../src/core/repository/ecosystems/detect.ts';
import type { FileTree } from '../../../src/core/repository/file-tree.ts';
import { effectiveThresholdPct, type RepositorySettings } from '../../../src/core/repository/repository-file.ts';
import { formatList } from '../../../src/core/text-lists.ts';
import { createCheckedFolder, listClone } from '../../../src/local/checked-folder.ts';
import { absentIn } from '../../../src/local/folder-listing.ts';
import { findCommands } from '../../../src/worker/steps/find-commands.ts';
import { reportBaseline } from './failed-baseline.ts';
import { findTools } from './find-tools.ts';
import { filesOfListing, misnamedRules, readRules } from './folder-files.ts';
import type { RepositoryReport } from './report.ts';
import { foldersOf, runBaseline } from './run-baseline.ts';

export interface ExamineRequest {
  readonly folder: string;
  readonly branch?: string | undefined;
  /** Really install, test and measure. */
  readonly run: boolean;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Folder of this check alone, which every user may enter. */
  readonly runDirectory: string;
  /** Name of a system user, or `none`. */
  readonly user: string | undefined;
  readonly redact: (text: string) => string;
  readonly writeError: (text: string) => void;
}

/** Returns how the worker would install, test and measure a repository, and what stands against it. Throws BRANCH_MISSING. */
export async function examine(request: ExamineRequest): Promise<RepositoryReport> {
  try {
    return await examineFiles(request);
  } catch (error) {
    if (!isWorkerError(error, 'GIT_FAILED')) throw error;
    return withoutCommands([problemOf(error)], null);
  }
}

function withoutCommands(problems: RepositoryReport['problems'], suggestion: string | null): RepositoryReport {
  return { commands: null, detectedBy: [], needs: [], problems, suggestion, baseline: null };
}

async function examineFiles(request: ExamineRequest): Promise<RepositoryReport> {
  const { folder, branch = null, env, run, runDirectory } = request;
  const { privateDirectory, workspace } = foldersOf(runDirectory);
  await mkdir(privateDirectory, { mode: 0o700 });
  const copied =
    run || branch !== null ? await createCheckedFolder({ folder, branch, privateDirectory, workspace }) : null;
  await copied?.renew();
  const listing = copied === null ? await listClone(folder, privateDirectory) : null;
  const files = listing === null ? createWorkspaceFiles(workspace) : filesOfListing(listing);
  const absent = [
    ...(await misnamedRules(folder)),
    ...absentProblems(copied?.absent ?? (listing && absentIn(listing)) ?? []),
  ];
  let repositoryFile: RepositorySettings | null = null;
  let commands: Commands;
  let coverageThresholdPct: number;
  try {
    coverageThresholdPct = readThresholdPct(env);
    repositoryFile = await readRules(folder);
    commands = await findCommands({ files, repositoryFile, env });
  } catch (error) {
    if (!isWorkerError(error)) throw error;
    const tree = error.code === 'COMMANDS_NOT_DETECTED' ? await files.look('.', wantedText) : null;
    const suggestion = tree === null ? null : suggestRepositoryFile({ repositoryFile, env, tree });
    return withoutCommands([problemOf(error), ...absent], suggestion);
  }
  const tree = await files.look('.', wantedText);
  const report = await judge(request, { commands, repositoryFile, coverageThresholdPct, copied, tree });
  return { ...report, problems: [...report.problems, ...absent] };
}

interface Found {
  readonly commands: Commands;
  readonly repositoryFile: RepositorySettings | null;
  /** Of the environment. */
  readonly coverageThresholdPct: number;
  readonly copied: Awaited<ReturnType<typeof createCheckedFolder>> | null;
  readonly tree: FileTree | null;
}

async function judge(request: ExamineRequest, found: Found): Promise<RepositoryReport> {
  const { runDirectory, run, redact } = request;
  const { commands, repositoryFile, copied, tree, coverageThresholdPct } = found;
  const { privateDirectory } = foldersOf(runDirectory);
  // Without a run nothing of the repository is started.
  const user = run ? request.user : 'none';
  const sandbox = await createSandbox({ runDirectory, hide: [privateDirectory], ...(user && { user }) });
  try {
    const note = (line: string) => (run ? request.writeError(cleanText(`${line}\n`)) : undefined);
    note(sandbox.note);
    const commandEnvironment = untrustedEnvironment({ home: sandbox.home });
    const links = path.join(runDirectory, 'tools');
    const tools = await findTools({ commands, repositoryFile, sandbox, commandEnvironment, links, note });
    const { folder, install, test, coverage, reports, detectedBy } = commands;
    const { needs, problems } = tools;
    const shown = { commands: { folder, install, test, coverage, reports }, detectedBy, needs };
    const plain = repositoryFile === null ? suggestFile(commands, { present: null }) : null;
    const checked = { ...shown, problems, suggestion: plain, baseline: null };
    if (copied === null || !run || tools.commands === null) return checked;
    const measured = await runBaseline({
      ...{ folder: copied, commands: tools.commands, repositoryFile, privateDirectory, sandbox, commandEnvironment },
      ...{ redact, coverageThresholdPct, note, signal: new AbortController().signal },
    });
    if ('message' in measured) return { ...checked, problems: [measured] };
    const thresholdPct = effectiveThresholdPct(coverageThresholdPct, repositoryFile);
    const { baseline, problem, suggestion } = reportBaseline(measured, {
      ...{ commands, repositoryFile, tree, thresholdPct },
    });
    const all = problem === null ? problems : [...problems, problem];
    // Commands that did not pass are no advice.
    return { ...checked, problems: all, baseline, suggestion: problem === null ? plain : suggestion };
  } finally {
    await sandbox.close();
  }
}

/** What no clone has: a build gets submodules from their own repositories, and nothing else of these. */
function absentProblems(places: readonly string[]): RepositoryReport['problems'] {
  if (places.length === 0) return [];
  const message = `Git repositories in it are not part of this check: ${formatList(places.slice(0, 20))}.`;
  const remedy =
    'Check submodules out ("git submodule update --init --recursive") and check the folder itself; a repository that .gitmodules does not name is in no clone.';
  return [{ message, remedy }];
}

function problemOf({ what, problems, why, remedy }: WorkerError): RepositoryReport['problems'][number] {
  return { message: [what, ...problems, why].filter(Boolean).join('\n'), remedy };
}
