import { createFinding } from '../../core/gates/finding.ts';
import { TRAILERS } from '../../core/names.ts';
import { parseSection } from '../../core/report/pull-request-section.ts';
import { evaluateSpec, readTasksFile } from '../../core/spec/spec.ts';
import { openRequiredUnits } from '../../core/spec/tasks.ts';
import type { Run, Step } from '../run-state.ts';
import { reportProgress } from '../run-state.ts';

/** Reads the spec at the checked-out head and plans its open units. */
export const readSpec: Step = async (run) => {
  const { settings, ports, state } = run;
  const head = state.head ?? '';
  reportProgress(run, { phase: 'spec', text: `Reading ${settings.specPath}` });
  const names = await ports.repository.list(head, settings.specPath);
  if (names === null) return { kind: 'spec-invalid', detail: `${settings.specPath} is not on the branch.` };
  const bytes = await ports.repository.read(head, `${settings.specPath}/tasks.md`);
  const tasks = bytes === null ? { text: null } : readTasksFile(bytes);
  if (!('text' in tasks))
    return { kind: 'spec-invalid', detail: `${settings.specPath}/tasks.md: ${tasks.problem.message}` };
  const config = await ports.repository.read(head, `${settings.specPath}/.config.kiro`);
  const spec = evaluateSpec({
    folder: settings.specPath,
    names,
    tasks: tasks.text,
    config: config === null ? null : new TextDecoder().decode(config),
  });
  state.specFiles = names.filter((name) => name.endsWith('.md'));
  if (!spec.valid) return { kind: 'spec-invalid', detail: spec.problems.map(({ message }) => message).join(' ') };
  state.findings.push(
    ...spec.warnings.map(({ file, line, message }) =>
      createFinding('spec/warning', {
        path: `${settings.specPath}/${file}`,
        ...(line !== null && { line }),
        message,
      }),
    ),
  );
  const document = spec.plan;
  state.tasksFile = document;
  state.tasks = document.tasks
    .filter((task) => task.isUnit && !task.optional)
    .map(({ id, title, state: box }) => ({
      id,
      title,
      status: box === 'done' ? 'already done' : 'open',
      commit: null,
      commitUrl: null,
      credits: null,
    }));
  if (openRequiredUnits(document).length > 0 || (await hasUnpublishedWork(run))) return null;
  return { kind: 'nothing-to-do', detail: `${settings.specPath}/tasks.md has no open required task.` };
};

/** Tells whether an earlier run finished the last task but ended before it could hand over. */
async function hasUnpublishedWork({ ports, state, settings }: Run): Promise<boolean> {
  const commits = await ports.repository.commits();
  if (!commits.some(({ trailers }) => trailers.get(TRAILERS.spec) === settings.specPath)) return false;
  const told = parseSection(state.pullRequest?.body ?? '');
  return !(told !== null && told.outcome === 'completed' && told.head === state.head);
}
