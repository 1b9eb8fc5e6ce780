import { chmod, mkdir, mkdtemp, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { removeTree } from '../../../src/adapters/files/remove-tree.ts';
import { createWorkspaceFiles } from '../../../src/adapters/files/workspace-files.ts';
import { proxySecrets } from '../../../src/adapters/process/machine-variables.ts';
import { noIsolation } from '../../../src/adapters/process/sandbox.ts';
import { isWorkerError, type WorkerError } from '../../../src/core/errors.ts';
import { cleanText } from '../../../src/core/markdown.ts';
import { ENV, REPOSITORY_FILE } from '../../../src/core/names.ts';
import { allowanceOf, describeBaselineFailure, remedyOfBaseline } from '../../../src/core/report/baseline-failure.ts';
import { suggestFile } from '../../../src/core/repository/baseline/suggested-file.ts';
import { type Commands, suggestRepositoryFile } from '../../../src/core/repository/commands.ts';
import { wantedText } from '../../../src/core/repository/ecosystems/detect.ts';
import {
  effectiveThresholdPct,
  parseRepositoryFile,
  type RepositorySettings,
} from '../../../src/core/repository/repository-file.ts';
import { createKnownSecrets } from '../../../src/core/secrets/known-secrets.ts';
import { createCheckedFolder } from '../../../src/local/checked-folder.ts';
import { findIsolation } from '../../../src/local/isolation.ts';
import type { Baseline } from '../../../src/worker/steps/baseline/measure-baseline.ts';
import { findCommands } from '../../../src/worker/steps/find-commands.ts';
import { formatJson } from '../../terminal/json.ts';
import { findTools } from './find-tools.ts';
import { type BaselineReport, formatReport, type RepositoryReport } from './report.ts';
import { foldersOf, runBaseline } from './run-baseline.ts';

export interface CheckRepositoryOptions {
  readonly folder: string;
  /** A local ref, whose files count instead of those in the folder. */
  readonly branch?: string | undefined;
  readonly json: boolean;
  /** Really install, test and measure. */
  readonly run: boolean;
  readonly isolation?: 'none' | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly writeOut: (text: string) => void;
  readonly writeError: (text: string) => void;
}

const DEFAULT_THRESHOLD_PCT = 80;

/** `kiro-worker repository check`: returns the exit code, 0 where there are commands (and, with `run`, they pass), 1 where not, 2 for
 *  no such folder or branch, or a machine that cannot keep the commands apart. Writes nothing into the folder. */
export async function checkRepository(options: CheckRepositoryOptions): Promise<0 | 1 | 2> {
  const { redact } = createKnownSecrets(proxySecrets(options.env));
  const { writeOut, writeError, json, run, isolation, env } = options;
  const folder = path.resolve(options.folder);
  const refuse = (text: string) => {
    writeError(cleanText(redact(`${text}\n`)));
    return 2 as const;
  };
  const isFolder = await stat(folder).then(
    (found) => found.isDirectory(),
    () => false,
  );
  if (!isFolder)
    return refuse(
      `"${options.folder}" is not a readable folder.\nGive the folder of a repository, or none for this one.`,
    );
  const user = isolation ?? env[ENV.untrustedUser];
  const obstacle = run ? (await findIsolation(user)).obstacle : null;
  if (obstacle !== null) return refuse(noIsolation(obstacle).message);
  const runDirectory = await mkdtemp(path.join(tmpdir(), 'kiro-check-'));
  try {
    // Another user starts programs in it.
    await chmod(runDirectory, 0o711);
    const report = await examine({ ...options, folder, runDirectory, user, redact });
    const files = options.branch === undefined ? folder : `the local branch ${options.branch} of ${folder}`;
    const rules = `${REPOSITORY_FILE} in ${folder}, if it is there (a build reads it from the default branch)`;
    writeOut(redact(json ? formatJson(report) : formatReport(report, { files, rules })));
    return report.commands !== null && (!run || report.baseline?.verdict === 'passed') ? 0 : 1;
  } catch (error) {
    if (isWorkerError(error, 'BRANCH_MISSING')) return refuse(error.message);
    throw error;
  } finally {
    await removeTree(runDirectory);
  }
}

interface Examined extends CheckRepositoryOptions {
  readonly redact: (text: string) => string;
  readonly runDirectory: string;
  readonly user: string | undefined;
}

async function examine(options: Examined): Promise<RepositoryReport> {
  const { folder, branch = null, env, run, runDirectory } = options;
  const { privateDirectory, workspace } = foldersOf(runDirectory);
  await mkdir(privateDirectory, { mode: 0o700 });
  const copied =
    run || branch !== null ? await createCheckedFolder({ folder, branch, privateDirectory, workspace }) : null;
  await copied?.renew();
  const files = createWorkspaceFiles(copied?.workspace ?? folder);
  let repositoryFile: RepositorySettings | null = null;
  let commands: Commands;
  try {
    repositoryFile = await readRules(folder);
    commands = await findCommands({ files, repositoryFile, env });
  } catch (error) {
    if (!isWorkerError(error)) throw error;
    const tree = error.code === 'COMMANDS_NOT_DETECTED' ? await files.look('.', wantedText) : null;
    const suggestion = tree === null ? null : suggestRepositoryFile({ repositoryFile, env, tree });
    return { commands: null, detectedBy: [], needs: [], problems: [problemOf(error)], suggestion, baseline: null };
  }
  const { needs, problems } = await findTools(commands, runDirectory);
  const { install, test, coverage, reports, detectedBy } = commands;
  const shown = { commands: { folder: commands.folder, install, test, coverage, reports }, detectedBy, needs };
  const plain = repositoryFile === null ? suggestFile(commands, { present: null }) : null;
  if (copied === null || !run) return { ...shown, problems, suggestion: plain, baseline: null };
  const thresholdPct = Number(env[ENV.coverageThreshold] || DEFAULT_THRESHOLD_PCT);
  const measured = await runBaseline({
    ...{ folder: copied, commands, repositoryFile, runDirectory, privateDirectory, user: options.user },
    redact: options.redact,
    coverageThresholdPct: thresholdPct,
    note: (line) => options.writeError(cleanText(`${line}\n`)),
    signal: new AbortController().signal,
  });
  if ('message' in measured) return { ...shown, problems: [measured], suggestion: plain, baseline: null };
  const baseline = reportOf(measured, effectiveThresholdPct(thresholdPct, repositoryFile));
  if (measured.kind === 'passed') return { ...shown, problems, suggestion: plain, baseline };
  const { kind } = measured.result;
  const failed = {
    kind,
    commit: null,
    detail: measured.detail,
    failures: measured.failures,
    failure: measured.failure,
  };
  const problem = { message: describeBaselineFailure(failed), remedy: remedyOfBaseline(failed) };
  const allow = measured.kind === 'failed' ? allowanceOf(failed) : null;
  const suggestion = allow === null ? plain : suggestFile(commands, { present: repositoryFile, allow });
  return { ...shown, problems: [...problems, problem], suggestion, baseline };
}

/** As the worker reads them: no link is followed. */
async function readRules(folder: string): Promise<RepositorySettings | null> {
  const found = await createWorkspaceFiles(folder).look('.', (file) => (file === REPOSITORY_FILE ? 'whole' : 'none'));
  const text = found?.texts[REPOSITORY_FILE];
  return text === undefined ? null : parseRepositoryFile(text, `${REPOSITORY_FILE} in ${folder}`);
}

function problemOf({ what, problems, why, remedy }: WorkerError): RepositoryReport['problems'][number] {
  return { message: [what, ...problems, why].filter(Boolean).join('\n'), remedy };
}

function reportOf({ kind, detail, failures, result }: Baseline, thresholdPct: number): BaselineReport {
  const { tests, coverage } = result.gates;
  return {
    verdict: kind,
    detail,
    failures: failures.map(({ name }) => name),
    tests: tests?.counts ?? null,
    coverage: coverage === null ? null : { linesPct: coverage.linesPct, thresholdPct },
  };
}
