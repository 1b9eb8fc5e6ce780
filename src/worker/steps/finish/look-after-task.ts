import path from 'node:path';
import { errorMessage } from '../../../core/errors.ts';
import { createFinding } from '../../../core/gates/finding.ts';
import { NO_NAME } from '../../../core/gates/junit.ts';
import type { Repository } from '../../../core/ports/repository.ts';
import type { Logger } from '../../../core/ports/telemetry.ts';
import { affectedTests } from '../../../core/repository/baseline/affected-tests.ts';
import type { Commands } from '../../../core/repository/commands.ts';
import type { RunRecorder } from '../../run-record.ts';
import type { Prepared } from '../../run-states.ts';
import { runInstalledTests } from '../test.ts';
import { type CommandsContext, recordLogs, testRequest } from '../test-request.ts';

export interface LookContext extends CommandsContext {
  readonly repository: CommandsContext['repository'] & Pick<Repository, 'discard' | 'changedFiles'>;
  readonly record: CommandsContext['record'] & Pick<RunRecorder, 'addFindings'>;
  readonly telemetry: Pick<Logger, 'warn'>;
}

/** A task that was pushed. */
export interface PushedTask {
  readonly label: string;
  /** From 1. */
  readonly n: number;
  /** Before it, and after it. */
  readonly before: Prepared;
  readonly after: Prepared;
  /** Tests that failed after earlier tasks; those of this one are added. */
  readonly pending: Set<string>;
}

/** Runs the tests that a task affects, or all where that is not known, in what was installed before the first task, and notes those that
 *  failed after no task before. Never ends a run: a spec may want tests first that fail. */
export async function lookAfterTask(context: LookContext, task: PushedTask): Promise<void> {
  const { commands } = task.after;
  if (commands === null) return;
  try {
    await look(context, { task, commands });
  } catch (error) {
    context.telemetry.warn('the tests after a task could not be run', { error: errorMessage(error) });
  }
}

async function look(context: LookContext, { task, commands }: { task: PushedTask; commands: Commands }): Promise<void> {
  const { repository, record, sandbox } = context;
  const { label, n, after, pending } = task;
  const test = (await affected(context, { task, commands })) ?? commands.test;
  const request = testRequest(context, { ...after, commands: { ...commands, test, coverage: null } });
  const { judged, logs } = await runInstalledTests({
    ...request,
    async handOver() {
      await repository.discard();
      await repository.resetWorkspaceGit();
      await sandbox.grant(repository.workspace);
    },
  });
  recordLogs(context, { logs, prefix: `task-${String(n).padStart(2, '0')}-` });
  if (judged === null || judged.result.verdict === 'passed') return;
  const { failedTests, detail } = judged.result;
  const names = failedTests.map(({ name }) => name).filter((name) => name !== NO_NAME && !after.tolerated.has(name));
  const added = [...new Set(names)].filter((name) => !pending.has(name));
  for (const name of added) pending.add(name);
  if (names.length > 0 && added.length === 0) return;
  const which =
    added.length === 0 ? detail : `${added.slice(0, MOST_NAMES).join('; ')}${added.length > MOST_NAMES ? '; …' : ''}`;
  record.addFindings([createFinding('tests/pending', { message: `After ${label}: ${which}` })]);
}

const MOST_NAMES = 10;

async function affected(
  { repository }: LookContext,
  { task: { before, after }, commands }: { task: PushedTask; commands: Commands },
) {
  const { folder, test } = commands;
  const changed = await repository.changedFiles({ since: before.head, until: after.head });
  const files = changed.filter((file) => !file.startsWith('.kiro/')).map((file) => path.posix.relative(folder, file));
  return affectedTests(test, files);
}
