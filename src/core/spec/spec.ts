import { fields } from '../json-lines.ts';
import { findTaskProblems, findTaskWarnings } from './task-warnings.ts';
import { openRequiredUnits, parseTasks, type TaskDocument } from './tasks.ts';

/** Something about a file of the spec folder; `line` is null when it is about the whole file. */
export interface SpecNote {
  readonly file: string;
  readonly line: number | null;
  readonly message: string;
}

/** What is needed of a spec folder to judge it. */
export interface SpecFiles {
  /** Path in the repository, such as `.kiro/specs/feature/login`. */
  readonly folder: string;
  /** Names of the regular files in the folder; symbolic links and folders do not count. */
  readonly names: readonly string[];
  /** Names of folders and links, for the message about a file that is missing. */
  readonly otherNames?: readonly string[];
  /** Text of tasks.md with its byte order mark, null when it is missing or not text. */
  readonly tasks: string | null;
  /** Text of `.config.kiro`, null when it is missing. */
  readonly config: string | null;
  /** The same as long as the texts of all files are, whatever is ticked; where they are known. */
  readonly fingerprint?: string;
  /** `tasks` is only the beginning of the file. */
  readonly tasksTruncated?: boolean;
  /** Why tasks.md, though it is there, has no text. */
  readonly tasksProblem?: SpecNote;
}

interface NextTask {
  readonly id: string | null;
  readonly title: string;
  readonly line: number;
  readonly requirements: readonly string[];
}

/** Counted in units: `total` has them all; `done` have a ticked box, `inProgress` a `[-]`; `optional` are optional ones. */
interface UnitCounts {
  readonly total: number;
  readonly done: number;
  readonly inProgress: number;
  readonly optional: number;
}

export interface SpecVerdict {
  /** The worker accepts the folder; true exactly when there are no problems. */
  readonly valid: boolean;
  readonly problems: readonly SpecNote[];
  readonly warnings: readonly SpecNote[];
  readonly counts: UnitCounts;
  /** The first required unit that is not ticked; also given for a folder that is not valid. */
  readonly next: NextTask | null;
  /** All tasks of the file. */
  readonly plan: TaskDocument;
}

/** Folder of all specs. */
export const SPECS_FOLDER = '.kiro/specs';

/** Folders in which the spec of a branch may lie, best first: the branch verbatim, then with `/` as `-`. */
export function specFolderCandidates(branch: string): string[] {
  return [...new Set([branch, branch.replaceAll('/', '-')])].map((name) => `${SPECS_FOLDER}/${name}`);
}

/** The one rule of what a valid spec is, and what there is to do in it; never throws. */
export function evaluateSpec(files: SpecFiles): SpecVerdict {
  const plan = parseTasks(files.tasks ?? '');
  const config = readConfig(files.config);
  const problems = [...findTasksProblems(files, plan), ...findMissingFiles(files, config.isFastTask)];
  return {
    valid: problems.length === 0,
    problems,
    warnings: [...findWarnings(files, plan), ...config.warnings],
    counts: countUnits(plan),
    next: findNext(plan),
    plan,
  };
}

/** Decodes the bytes of a tasks.md and keeps its byte order mark; says why, and from which line on, it is not UTF-8 text. */
export function readTasksFile(bytes: Uint8Array): { readonly text: string } | { readonly problem: SpecNote } {
  if (bytes.length > MAX_TASKS_BYTES) return { problem: tasksNote(null, `${TOO_LARGE} It has ${bytes.length}.`) };
  const nul = bytes.indexOf(0);
  if (nul >= 0) return { problem: tasksNote(lineOf(bytes, nul), HOLDS_NUL) };
  const text = decodeUtf8(bytes);
  if (text !== null) return { text };
  let start = 0;
  for (let end = bytes.indexOf(NEWLINE); end >= 0 && decodeUtf8(bytes.subarray(start, end)) !== null; ) {
    start = end + 1;
    end = bytes.indexOf(NEWLINE, start);
  }
  return { problem: tasksNote(lineOf(bytes, start), NOT_UTF8) };
}

const TASKS_FILE = 'tasks.md';
const CONFIG_FILE = '.config.kiro';
const MAX_TASKS_BYTES = 4 * 1024 * 1024;
const NEWLINE = 0x0a;
const TOO_LARGE = `At most ${MAX_TASKS_BYTES} bytes of tasks.md are read.`;
const HOLDS_NUL = 'tasks.md contains NUL bytes; save it as UTF-8 text.';
const NOT_UTF8 = 'tasks.md is not UTF-8 text; save it as UTF-8.';
const NO_TASK = 'tasks.md has no task: write each as a list item with a box, such as "- [ ] 1. Add a login page".';
const TRUNCATED = 'Only the beginning of tasks.md was read, so counts may be too low; the worker reads all of it.';

function findTasksProblems(files: SpecFiles, plan: TaskDocument): SpecNote[] {
  const { names, tasks, tasksProblem } = files;
  if (!names.includes(TASKS_FILE)) {
    return [missingFile(files, { wanted: [TASKS_FILE], why: 'the worker takes its tasks from it' })];
  }
  if (tasks === null) return [tasksProblem ?? tasksNote(null, NOT_UTF8)];
  const nul = tasks.indexOf('\0');
  if (nul >= 0) return [tasksNote(tasks.slice(0, nul).split('\n').length, HOLDS_NUL)];
  if (plan.tasks.length === 0) return [tasksNote(1, NO_TASK)];
  return findTaskProblems(plan).map(({ line, message }) => tasksNote(line, message));
}

function findMissingFiles(files: SpecFiles, isFastTask: boolean): SpecNote[] {
  const requirements = { wanted: ['requirements.md', 'bugfix.md'], why: 'one of them says what is wanted' };
  const design = { wanted: ['design.md'], why: `only a spec whose ${CONFIG_FILE} says "fast-task" does without` };
  return [requirements, ...(isFastTask ? [] : [design])]
    .filter(({ wanted }) => !wanted.some((name) => files.names.includes(name)))
    .map((file) => missingFile(files, file));
}

function missingFile(
  { names, otherNames = [] }: SpecFiles,
  file: { wanted: readonly string[]; why: string },
): SpecNote {
  const other = otherNames.find((name) => file.wanted.includes(name));
  const similar = names.find((name) => file.wanted.includes(name.toLowerCase()));
  const hints = [
    other === undefined ? '' : ` "${other}" is not a regular file: folders and symbolic links do not count.`,
    similar === undefined ? '' : ` There is "${similar}": write the name in lower case.`,
  ];
  const message = `${file.wanted.join(' or ')} is missing: ${file.why}.${hints.join('')}`;
  return { file: file.wanted[0] ?? '', line: null, message };
}

function findWarnings({ tasksTruncated }: SpecFiles, plan: TaskDocument): SpecNote[] {
  const warnings = findTaskWarnings(plan).map(({ line, message }) => tasksNote(line, message));
  if (!tasksTruncated) return warnings;
  return [...warnings, tasksNote(plan.tasks.at(-1)?.line ?? 1, TRUNCATED)];
}

function countUnits(plan: TaskDocument): UnitCounts {
  const units = plan.tasks.filter((task) => task.isUnit);
  return {
    total: units.length,
    done: units.filter((task) => task.state === 'done').length,
    inProgress: units.filter((task) => task.state === 'in-progress').length,
    optional: units.filter((task) => task.optional).length,
  };
}

function findNext(plan: TaskDocument): NextTask | null {
  const [next] = openRequiredUnits(plan);
  if (!next) return null;
  const { id, title, line, requirements } = next;
  return { id, title, line, requirements };
}

/** Kiro writes `workflowType`; some of its versions write `generationMode` alone. */
function readConfig(text: string | null): { isFastTask: boolean; warnings: SpecNote[] } {
  if (text === null) return { isFastTask: false, warnings: [] };
  try {
    const config: unknown = JSON.parse(text.replace(/^\uFEFF/, ''));
    const { workflowType, generationMode } = fields(config);
    return { isFastTask: workflowType === 'fast-task' || generationMode === 'fast-task', warnings: [] };
  } catch {
    const message = `${CONFIG_FILE} is not JSON, so it is ignored.`;
    return { isFastTask: false, warnings: [{ file: CONFIG_FILE, line: 1, message }] };
  }
}

function tasksNote(line: number | null, message: string): SpecNote {
  return { file: TASKS_FILE, line, message };
}

function decodeUtf8(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return null;
  }
}

function lineOf(bytes: Uint8Array, offset: number): number {
  return bytes.subarray(0, offset).reduce((line, byte) => (byte === NEWLINE ? line + 1 : line), 1);
}
