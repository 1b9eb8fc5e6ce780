import { WorkerError } from '../errors.ts';
import { splitTaskBlocks } from './task-blocks.ts';
import { markUnderlinedHeadings } from './task-headings.ts';
import { formatTaskName, readTaskLabels, type TaskLabel } from './task-labels.ts';
import { scanTaskLines, type TaskMark, type TaskWarning } from './task-lines.ts';
import { readRequirements } from './task-requirements.ts';
import { nestTasks } from './task-tree.ts';

type TaskState = 'open' | 'queued' | 'in-progress' | 'done';

/** One task line of tasks.md. Line and title identify it: numbers repeat in real files. */
export interface SpecTask extends TaskLabel {
  /** From 1. */
  readonly line: number;
  readonly state: TaskState;
  /** Starred, or below a starred task. */
  readonly optional: boolean;
  readonly depth: number;
  /** Index in `tasks` of the task above, null at the top. */
  readonly parent: number | null;
  readonly children: readonly number[];
  /** The task's own lines below its task line, up to the next task line or the heading that ends it. */
  readonly detailLines: readonly string[];
  /** References such as `1.2` that the title or the detail lines name. */
  readonly requirements: readonly string[];
  /** The task is worked on its own; any other is a heading over its sub-tasks. */
  readonly isUnit: boolean;
  /** Where the box's character stands in the text. */
  readonly boxOffset: number;
  readonly taskLine: string;
}

export interface TaskDocument {
  readonly text: string;
  /** In file order, so a parent comes before its children. */
  readonly tasks: readonly SpecTask[];
  /** Lines that their author may have meant as tasks, and fences or comments that hide tasks. */
  readonly warnings: readonly TaskWarning[];
}

const STATES: Readonly<Record<TaskMark, TaskState>> = {
  ' ': 'open',
  '~': 'queued',
  '-': 'in-progress',
  x: 'done',
  X: 'done',
};

/** Reads any text as a tasks.md, in linear time; never throws. */
export function parseTasks(text: string): TaskDocument {
  const { lines: scanned, warnings } = scanTaskLines(text);
  const lines = markUnderlinedHeadings(scanned);
  const blocks = splitTaskBlocks(lines);
  const labels = readTaskLabels(blocks.map(({ box }) => box));
  const places = nestTasks(lines, labels);
  const children = blocks.map((): number[] => []);
  const optional: boolean[] = [];
  for (const [index, { parent }] of places.entries()) {
    optional.push((parent !== null && optional[parent]) || blocks[index]?.box.starred === true);
    if (parent !== null) children[parent]?.push(index);
  }
  const tasks = blocks.map((block, index): SpecTask => {
    const { id, title } = labels[index] ?? { id: null, title: '' };
    const { parent, depth } = places[index] ?? { parent: null, depth: 0 };
    const below = children[index] ?? [];
    return {
      line: block.line.number,
      id,
      title,
      state: STATES[block.box.mark],
      optional: optional[index] ?? false,
      depth,
      parent,
      children: below,
      detailLines: block.detailLines,
      requirements: readRequirements([block.box.label, ...block.proseLines]),
      isUnit: below.length === 0 || (!optional[index] && block.hasDetails && below.every((child) => optional[child])),
      boxOffset: block.box.offset,
      taskLine: block.line.text,
    };
  });
  return { text, tasks, warnings };
}

/** The units that the spec requires, in order, ticked or not. */
export function requiredUnits(document: TaskDocument): SpecTask[] {
  return document.tasks.filter((task) => task.isUnit && !task.optional);
}

/** The units to do, in order: required and not ticked, whatever the boxes above them say. */
export function openRequiredUnits(document: TaskDocument): SpecTask[] {
  return requiredUnits(document).filter((task) => task.state !== 'done');
}

/**
 * Returns the text with that task's box set to `[x]`, and the boxes above it whose sub-tasks are now all done; all else
 * stays as it is, byte for byte. Throws SPEC_TASK_MOVED when there is no such task on that line.
 */
export function tickTask(text: string, { line, title }: { readonly line: number; readonly title: string }): string {
  const { tasks } = parseTasks(text);
  const index = tasks.findIndex((task) => task.line === line && task.title === title);
  if (index < 0) throw taskMoved(line, title);
  const complete = completeTasks(tasks, index);
  const offsets: number[] = [];
  for (let at: number | null = index; at !== null; ) {
    const task: SpecTask | undefined = tasks[at];
    if (!task || (at !== index && !isCompleteAbove(task, { tasks, complete }))) break;
    if (task.state !== 'done') offsets.unshift(task.boxOffset);
    at = task.parent;
  }
  return replaceAt(text, { offsets, mark: 'x' });
}

/** Returns whether a task only asks to look (`Checkpoint - Ensure all tests pass`), so that it may change no file. */
export function isCheckpoint(title: string): boolean {
  return CHECKPOINT.test(title);
}

const CHECKPOINT =
  /^check-?point\b|^(?:\S{1,30} ){1,3}check-?point(?: \d+)?\s*(?:$|[-–—:.,(])|^ensure all tests pass|检查点|檢查點|チェックポイント|체크포인트|контрольная точка|נקודת ביקורת|^kontrollpunkt|^ponto de (?:verificação|controle)|^punto de control/iu;

/** Returns whether two texts of tasks.md differ in nothing but the characters in the boxes of their tasks. */
export function onlyTicksChanged(before: string, after: string): boolean {
  return before === after || withoutTicks(before) === withoutTicks(after);
}

/**
 * The task's Markdown block after the names of the tasks above it: LF line ends, an empty box (agents read `[-]` as
 * the work of another), without the indentation that it stands at.
 */
export function unitText(document: TaskDocument, task: SpecTask): string {
  const above: string[] = [];
  for (let at = task.parent; at !== null; at = document.tasks[at]?.parent ?? null) {
    const ancestor = document.tasks[at];
    if (ancestor) above.unshift(formatTaskName(ancestor));
  }
  const indent = /^[ \t]*/.exec(task.taskLine)?.[0].length ?? 0;
  const taskLine = task.taskLine.replace(/\[[ xX~-]\]/, '[ ]');
  const block = [taskLine, ...task.detailLines].map((line) => line.replace(/^[ \t]*/, (blank) => blank.slice(indent)));
  return [...(above.length > 0 ? [`Part of: ${above.join(' > ')}`, ''] : []), ...block].join('\n');
}

interface Progress {
  readonly tasks: readonly SpecTask[];
  readonly complete: readonly boolean[];
}

/**
 * Which tasks are complete once the task at `ticked` is: a unit by its box, any other task when its sub-tasks are that
 * count. The boxes of other tasks do not count: in real files they are often stale.
 */
function completeTasks(tasks: readonly SpecTask[], ticked: number): boolean[] {
  const complete = tasks.map((task, index) => index === ticked || (task.isUnit && task.state === 'done'));
  for (let index = tasks.length - 1; index >= 0; index -= 1) {
    const task = tasks[index];
    if (task && !task.isUnit && !complete[index]) {
      complete[index] = task.children.every((child) => complete[child] || (tasks[child]?.optional && !task.optional));
    }
  }
  return complete;
}

/** A task above a ticked one is ticked with it when its required sub-tasks are done, or all of them if none is required. */
function isCompleteAbove(task: SpecTask, { tasks, complete }: Progress): boolean {
  if (task.isUnit) return task.state === 'done';
  const required = task.children.filter((child) => !tasks[child]?.optional);
  return (required.length > 0 ? required : task.children).every((child) => complete[child]);
}

function replaceAt(text: string, { offsets, mark }: { offsets: readonly number[]; mark: TaskMark }): string {
  const parts: string[] = [];
  let from = 0;
  for (const offset of offsets) {
    parts.push(text.slice(from, offset), mark);
    from = offset + 1;
  }
  return parts.join('') + text.slice(from);
}

function withoutTicks(text: string): string {
  const offsets = parseTasks(text).tasks.map((task) => task.boxOffset);
  return replaceAt(text, { offsets, mark: ' ' });
}

function taskMoved(line: number, title: string): WorkerError {
  return new WorkerError({
    code: 'SPEC_TASK_MOVED',
    what: `Line ${line} of tasks.md is not the task "${title}".`,
    why: 'The file was changed after the task was read.',
    remedy: 'Start again from the current tasks.md.',
  });
}
