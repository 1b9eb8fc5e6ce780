import { createFinding, type Finding } from '../../core/gates/finding.ts';
import { TRAILERS } from '../../core/names.ts';
import type { Repository } from '../../core/ports/repository.ts';
import { parseSection } from '../../core/report/pull-request-section.ts';
import { evaluateSpec, readTasksFile, type SpecNote } from '../../core/spec/spec.ts';
import { openRequiredUnits, requiredUnits } from '../../core/spec/tasks.ts';
import type { RunContext } from '../run-context.ts';
import type { RunRecorder } from '../run-record.ts';
import { endRun, type RunResult } from '../run-result.ts';
import type { CheckedOut, Planned } from '../run-states.ts';
import type { RunSettings } from '../settings.ts';

interface SpecContext {
  readonly settings: Pick<RunSettings, 'specPath'>;
  readonly repository: Pick<Repository, 'list' | 'read' | 'commits'>;
  readonly record: Pick<RunRecorder, 'planTasks' | 'addFindings'>;
  readonly reportProgress: RunContext['reportProgress'];
}

/** Reads the spec at the checked-out head and plans its open units. */
export async function readSpec(context: SpecContext, from: CheckedOut): Promise<Planned | RunResult> {
  const { settings, repository, record } = context;
  const folder = settings.specPath;
  context.reportProgress({ phase: 'spec', text: `Reading ${folder}` });
  const names = await repository.list(from.head, folder);
  if (names === null) return specInvalid(`${folder} is not on the branch.`);
  const bytes = await repository.read(from.head, `${folder}/tasks.md`);
  const tasks = bytes === null ? { text: null } : readTasksFile(bytes);
  if (!('text' in tasks)) return specInvalid(`${folder}/tasks.md: ${tasks.problem.message}`);
  const configBytes = await repository.read(from.head, `${folder}/.config.kiro`);
  const config = configBytes === null ? null : new TextDecoder().decode(configBytes);
  const spec = evaluateSpec({ folder, names, tasks: tasks.text, config });
  if (!spec.valid) return specInvalid(spec.problems.map(({ message }) => message).join(' '));
  record.addFindings(spec.warnings.map((note) => findingOfNote(folder, note)));
  record.planTasks(requiredUnits(spec.plan));
  if (openRequiredUnits(spec.plan).length === 0 && !(await hasUnpublishedWork(context, from))) {
    return endRun({ kind: 'nothing-to-do', detail: `${folder}/tasks.md has no open required task.` });
  }
  return { ...from, stage: 'planned', specFiles: names.filter((name) => name.endsWith('.md')), tasks: spec.plan };
}

/** Returns whether an earlier run finished the last task but ended before it could hand over. */
async function hasUnpublishedWork(
  { repository, settings }: SpecContext,
  { head, pullRequest }: CheckedOut,
): Promise<boolean> {
  const commits = await repository.commits();
  if (!commits.some(({ trailers }) => trailers.get(TRAILERS.spec) === settings.specPath)) return false;
  const published = parseSection(pullRequest?.body ?? null);
  return !(published?.outcome === 'completed' && published.head === head);
}

function findingOfNote(folder: string, { file, line, message }: SpecNote): Finding {
  return createFinding('spec/warning', { path: `${folder}/${file}`, ...(line !== null && { line }), message });
}

function specInvalid(detail: string): RunResult {
  return endRun({ kind: 'spec-invalid', detail });
}
