import { chmod, mkdtemp, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { removeTree } from '../../../src/adapters/files/remove-tree.ts';
import { proxySecrets } from '../../../src/adapters/process/machine-variables.ts';
import { noIsolation } from '../../../src/adapters/process/sandbox.ts';
import { isWorkerError } from '../../../src/core/errors.ts';
import { cleanText } from '../../../src/core/markdown.ts';
import { ENV, REPOSITORY_FILE } from '../../../src/core/names.ts';
import { createKnownSecrets } from '../../../src/core/secrets/known-secrets.ts';
import { findIsolation } from '../../../src/local/isolation.ts';
import { formatJson } from '../../terminal/json.ts';
import { examine } from './examine.ts';
import { workTreeOf } from './folder-files.ts';
import { formatReport } from './report.ts';

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

/** `kiro-worker repository check`: returns the exit code, 0 where there are commands (and, with `run`, they pass), 1 where not, 2 for
 *  no such folder or branch, or a machine that cannot keep the commands apart. Writes nothing into the folder. */
export async function checkRepository(options: CheckRepositoryOptions): Promise<0 | 1 | 2> {
  const { redact } = createKnownSecrets(proxySecrets(options.env));
  const { writeOut, writeError, json, run, isolation, env } = options;
  const given = path.resolve(options.folder);
  // A branch is one of the whole repository.
  const folder = options.branch === undefined ? given : workTreeOf(given);
  const refuse = (text: string) => {
    writeError(cleanText(redact(`${text}\n`)));
    return 2 as const;
  };
  const isFolder = await stat(given).then(
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
