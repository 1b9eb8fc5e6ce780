import { formatTaskName } from './task-labels.ts';
import type { TaskWarning } from './task-lines.ts';
import type { SpecTask, TaskDocument } from './tasks.ts';

/** What an author should look at before the worker starts, in file order. Nothing of it stops the worker. */
export function findTaskWarnings(document: TaskDocument): TaskWarning[] {
  const { tasks, warnings: scanned } = document;
  const problems = new Set(findTaskProblems(document).map(({ line }) => line));
  const warnings = [
    ...scanned,
    ...findTickedAboveOpen(tasks),
    ...findCopies(tasks),
    ...findUnnumbered(tasks),
    ...findWithoutText(tasks),
  ];
  return warnings.filter(({ line }) => !problems.has(line)).sort((a, b) => a.line - b.line);
}

/** What would make the worker skip a task without a word, or work on one that says nothing, in file order. */
export function findTaskProblems({ tasks, warnings }: TaskDocument): TaskWarning[] {
  // Without any task that is what there is to say; near misses explain it.
  if (tasks.length === 0) return [];
  const hidden = warnings.filter(({ hidesTask }) => hidesTask);
  const empty = tasks.filter(
    ({ isUnit, optional, detailLines }) => isUnit && !optional && detailLines.join('').trim() === '',
  );
  return [...hidden, ...findWithoutText(empty)].sort((a, b) => a.line - b.line);
}

function findTickedAboveOpen(tasks: readonly SpecTask[]): TaskWarning[] {
  const openBelow = tasks.map(() => ({ count: 0, firstLine: 0 }));
  for (let index = tasks.length - 1; index >= 0; index -= 1) {
    const task = tasks[index];
    const below = openBelow[index];
    if (!task || !below) continue;
    const above = task.parent === null ? undefined : openBelow[task.parent];
    const isOpen = task.isUnit && !task.optional && task.state !== 'done';
    if (!above || (!isOpen && below.count === 0)) continue;
    above.count += below.count + (isOpen ? 1 : 0);
    above.firstLine = isOpen ? task.line : below.firstLine;
  }
  return tasks.flatMap((task, index) => {
    const { count, firstLine } = openBelow[index] ?? { count: 0, firstLine: 0 };
    if (task.state !== 'done' || count === 0) return [];
    const open =
      count === 1
        ? `a task below it is open (line ${firstLine})`
        : `${count} tasks below it are open (first: line ${firstLine})`;
    return [{ line: task.line, message: `"${formatTaskName(task)}" is ticked, but ${open} and will be worked on.` }];
  });
}

/** The same number and title twice is most likely a leftover copy; numbers alone repeat in many files on purpose. */
function findCopies(tasks: readonly SpecTask[]): TaskWarning[] {
  const first = new Map<string, SpecTask>();
  return tasks.flatMap((task) => {
    if (task.id === null) return [];
    const name = formatTaskName(task);
    const original = first.get(name);
    if (!original) first.set(name, task);
    return original ? [{ line: task.line, message: `"${name}" stands on line ${original.line} already.` }] : [];
  });
}

/** Checklists with boxes (success criteria, release checks) are tasks by the rule, which their authors may not expect. */
function findUnnumbered(tasks: readonly SpecTask[]): TaskWarning[] {
  const top = tasks.filter((task) => task.depth === 0);
  if (top.every((task) => task.id === null)) return [];
  const runs: Array<{ line: number; count: number }> = [];
  let run: { line: number; count: number } | null = null;
  for (const task of top) {
    if (task.id !== null || task.optional || task.state === 'done') {
      run = null;
      continue;
    }
    if (run) run.count += 1;
    else {
      run = { line: task.line, count: 1 };
      runs.push(run);
    }
  }
  return runs.map(({ line, count }) => {
    const what = count === 1 ? 'This open box has' : `This open box and the ${count - 1} after it have`;
    return {
      line,
      message: `${what} no number but will be worked on too; leave the boxes out of a mere checklist.`,
    };
  });
}

function findWithoutText(tasks: readonly SpecTask[]): TaskWarning[] {
  const empty = tasks.filter((task) => task.title === '' && task.state !== 'done');
  return empty.map(({ line }) => ({ line, message: 'This open box has no text, so nobody knows what to do.' }));
}
