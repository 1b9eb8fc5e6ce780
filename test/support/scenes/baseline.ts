import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { createInstallation } from '../../../src/adapters/files/installation.ts';
import { createWorkspaceFiles } from '../../../src/adapters/files/workspace-files.ts';
import { createSqliteLockStore } from '../../../src/adapters/local/sqlite-lock-store.ts';
import { createSourceParser } from '../../../src/adapters/parsers/source-parser.ts';
import { runSubprocess } from '../../../src/adapters/process/subprocess.ts';
import { untrustedEnvironment } from '../../../src/adapters/process/untrusted-environment.ts';
import { systemClock } from '../../../src/adapters/system-clock.ts';
import type { ProcessRequest } from '../../../src/core/ports/process.ts';
import { parseRepositoryFile } from '../../../src/core/repository/repository-file.ts';
import { parseTasks } from '../../../src/core/spec/tasks.ts';
import type { FileChange } from '../../../src/fakes/github/git/commits.ts';
import { createOwnCommits } from '../../../src/worker/own-commits.ts';
import { createRunRecorder } from '../../../src/worker/run-record.ts';
import type { Planned, Prepared } from '../../../src/worker/run-states.ts';
import { judgeBaseline } from '../../../src/worker/steps/baseline/judge-baseline.ts';
import { commandsOrNothing } from '../../../src/worker/steps/find-commands.ts';
import { verify } from '../../../src/worker/steps/verify.ts';
import { createRecordingTelemetry } from '../recording-telemetry.ts';
import { BRANCH, createGitScene } from './git.ts';

export type Files = Readonly<Record<string, FileChange>>;

export interface JudgedBaseline {
  readonly state: Prepared | Extract<Awaited<ReturnType<typeof judgeBaseline>>, { stage: 'ended' }>;
  /** Words that the programs of the branch wrote into `$CALLS` in this run, one for each call. */
  readonly calls: readonly string[];
  readonly findings: readonly string[];
  readonly logs: readonly string[];
  /** Whether a file lies in the workspace. */
  readonly has: (file: string) => boolean;
}

export interface JudgeOptions {
  /** Text of `.kiro-worker.yml`. */
  readonly rules?: string;
  readonly tools?: readonly string[];
  readonly release?: string;
  /** Open tasks. */
  readonly steps?: number;
  readonly commandEnv?: Readonly<Record<string, string>>;
}

/** The base line step of several runs over one branch: git, processes, files and SQLite are the real ones. */
export async function createBaselineScene(branchFiles: Files) {
  const git = await createGitScene({ branchFiles });
  const locks = createSqliteLockStore({ file: path.join(git.folder, 'locks.sqlite') });
  const lockKey = `octo/app#${BRANCH}`;
  const callsFile = path.join(git.folder, 'calls');
  const calls = () => (existsSync(callsFile) ? readFileSync(callsFile, 'utf8').trim().split('\n') : []);
  const ownCommits = createOwnCommits({ locks, lockKey, clock: systemClock, telemetry: createRecordingTelemetry() });
  const home = path.join(git.folder, 'home');
  mkdirSync(home);

  /** A run at the newest commit of the branch, as far as its commands are concerned. */
  async function openRun({ rules = '', release = 'r1', commandEnv = {} }: JudgeOptions) {
    const checkedOut = await git.checkout();
    const repositoryFile = rules === '' ? null : parseRepositoryFile(rules, 'the rules');
    const { repository, workspace } = git;
    const record = createRunRecorder();
    const files = createWorkspaceFiles(workspace);
    const request = { files, repositoryFile, env: commandEnv };
    const commands = await commandsOrNothing(request, await repository.paths(checkedOut.head));
    const from: Planned = {
      ...{ stage: 'planned', base: 'main', pullRequest: null, repositoryFile, specFiles: ['tasks.md'] },
      ...{ head: checkedOut.head, mergeBase: checkedOut.mergeBase, tasks: parseTasks('- [ ] 1. Do it\n') },
      rules: { branch: rules || 'main', ...checkedOut.rules },
    };
    const env = untrustedEnvironment({ home, extra: { CALLS: callsFile } });
    const sandbox = {
      run: (program: ProcessRequest) => runSubprocess({ ...program, graceMs: 100 }),
      grant: async () => {},
      end: async () => {},
    };
    const privateDirectory = path.join(git.folder, 'private');
    const context = {
      settings: {
        branch: BRANCH,
        specPath: `.kiro/specs/${BRANCH}`,
        coverageThresholdPct: 80,
        commandEnv,
        holder: { lockKey, owner: 'o', fence: 1 },
      },
      ...{ repository, locks, sandbox, record, release, workspaceFiles: files, commandEnvironment: env },
      installation: createInstallation({ privateDirectory, workspace, home, grant: sandbox.grant }),
      monitor: {
        ...{ ended: () => null, remainingMs: () => 600_000, signal: new AbortController().signal },
        assertLockHeld: async () => {},
      },
      ...{ clock: systemClock, telemetry: createRecordingTelemetry(), buildReports: null },
      toolchains: { list: async () => ({ usable: [], closed: [] }) },
      redact: (text: string) => text.replaceAll('s3cret', '***'),
      createSourceParser,
      reportProgress: () => undefined,
    };
    const before = calls().length;
    return { context, from, commands, callsOf: () => calls().slice(before) };
  }

  async function judge(options: JudgeOptions = {}): Promise<JudgedBaseline> {
    const { tools = ['node v24'], steps = 1 } = options;
    const { context, from, commands, callsOf } = await openRun(options);
    const state = await judgeBaseline(context, { from, commands, tools, steps });
    const { results, logs } = context.record.current();
    return {
      state,
      calls: callsOf(),
      findings: results.findings.map(({ rule }) => rule),
      logs: [...logs.keys()],
      has: (file) => existsSync(path.join(git.workspace, file)),
    };
  }

  /** The commit that the branch is at, as the last one of a run. */
  async function verifyHead(options: JudgeOptions = {}) {
    const { context, from, commands, callsOf } = await openRun(options);
    const baseline = { commit: from.head, verdict: null };
    const tasks = { commands, tolerated: new Map(), baseline, looksAgain: false };
    const state = await verify(context, { ...from, ...tasks, stage: 'implemented' });
    return { state, calls: callsOf() };
  }

  return {
    git,
    locks,
    lockKey,
    judge,
    verify: verifyHead,
    openRun,
    /** A commit of a run on the branch, noted as one. */
    async pushOwn(files: Files) {
      const parent = (await git.onServer('rev-parse', BRANCH)).trim();
      const commit = await git.github.moveBranch(git.hosted, { branch: BRANCH, files });
      await ownCommits.note({ commit, parent });
    },
    /** A commit of a person, or of whoever may push; `message` may claim anything. */
    pushForeign: (files: Files, message = 'Mine\n') =>
      git.github.moveBranch(git.hosted, { branch: BRANCH, files, message }),
    async close() {
      locks.close();
      await git.close();
    },
  };
}
