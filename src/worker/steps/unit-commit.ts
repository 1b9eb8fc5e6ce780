import { cleanText } from '../../core/markdown.ts';
import { TRAILERS } from '../../core/names.ts';
import type { CommitText } from '../../core/ports/repository.ts';
import { type SpecTask, type TaskDocument, tickTask } from '../../core/spec/tasks.ts';
import type { RunSettings } from '../settings.ts';
import { labelOf } from './run-agent.ts';

/** Returns what the worker writes into the commit of a unit: its message, and tasks.md with the unit `ticked`. */
export function commitTextOf(
  { specPath, buildId }: Pick<RunSettings, 'specPath' | 'buildId'>,
  { unit, tasks }: { unit: SpecTask; tasks: TaskDocument },
): CommitText & { readonly ticked: string } {
  const file = `${specPath}/tasks.md`;
  const ticked = tickTask(tasks.text, { line: unit.line, title: unit.title });
  return {
    ticked,
    message: `${cleanText(labelOf(unit)).slice(0, 72)}\n\nImplements this task of ${file}.\n`,
    trailers: [
      [TRAILERS.spec, specPath],
      [TRAILERS.task, unit.id ?? `line ${unit.line}`],
      [TRAILERS.build, buildId],
    ],
    contents: new Map([[file, new TextEncoder().encode(ticked)]]),
  };
}
