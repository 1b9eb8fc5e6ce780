import type { TaskLabel } from './task-labels.ts';
import type { TaskFileLine } from './task-lines.ts';

/** Where each task of a file hangs; indexes count the file's tasks from 0, parents before their children. */
export interface TaskPlace {
  readonly parent: number | null;
  readonly depth: number;
}

/**
 * Nests tasks by indentation, two columns or more; of tasks at one indentation, `1.1` goes under the last `1` before it.
 * A heading, a rule or a plain list item ends the tasks that it is not indented under. Linear in the number of lines.
 */
export function nestTasks(lines: readonly TaskFileLine[], labels: readonly TaskLabel[]): TaskPlace[] {
  const places: TaskPlace[] = [];
  const open: Array<{ index: number; column: number }> = [];
  const byNumber = new Map<string, number>();
  for (const line of lines) {
    if (!ENDS_TASKS.has(line.kind)) continue;
    while ((open.at(-1)?.column ?? Number.NEGATIVE_INFINITY) > line.column - 2) open.pop();
    if (line.kind !== 'task') continue;
    const index = places.length;
    const above = open.at(-1)?.index ?? null;
    const id = labels[index]?.id ?? null;
    const parent = (id === null ? null : parentByNumber(id, { above, byNumber })) ?? above;
    places.push({ parent, depth: parent === null ? 0 : (places[parent]?.depth ?? 0) + 1 });
    open.push({ index, column: line.column });
    if (id !== null) byNumber.set(`${above} ${id}`, index);
  }
  return places;
}

const ENDS_TASKS: ReadonlySet<TaskFileLine['kind']> = new Set(['task', 'list', 'heading', 'rule']);

function parentByNumber(
  id: string,
  { above, byNumber }: { above: number | null; byNumber: ReadonlyMap<string, number> },
): number | null {
  for (let end = id.lastIndexOf('.'); end > 0; end = id.lastIndexOf('.', end - 1)) {
    const found = byNumber.get(`${above} ${id.slice(0, end)}`);
    if (found !== undefined) return found;
  }
  return null;
}
