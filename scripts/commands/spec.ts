import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { errorMessage } from '../../src/core/errors.ts';
import { cleanText } from '../../src/core/markdown.ts';
import {
  evaluateSpec,
  readTasksFile,
  type SpecFiles,
  type SpecNote,
  type SpecVerdict,
} from '../../src/core/spec/spec.ts';
import { formatTaskName } from '../../src/core/spec/task-labels.ts';
import { formatJson } from '../terminal/json.ts';

export interface CheckSpecOptions {
  readonly folder: string;
  readonly json: boolean;
  readonly writeOut: (text: string) => void;
  readonly writeError: (text: string) => void;
}

/** `kiro-worker spec check <folder> [--json]`: returns the exit code, 0 valid, 1 problems, 2 no such folder. Writes no file. */
export async function checkSpec({ folder, json, writeOut, writeError }: CheckSpecOptions): Promise<0 | 1 | 2> {
  const listing = await listFiles(folder);
  if (listing === null) {
    writeError(`"${folder}" is not a readable folder.\nGive the folder of one spec, such as .kiro/specs/my-feature.\n`);
    return 2;
  }
  const verdict = evaluateSpec(await readSpec(folder, listing));
  writeOut(json ? formatJson(formatReport(verdict)) : cleanText(formatText(folder, verdict)));
  return verdict.valid ? 0 : 1;
}

type Listing = Required<Pick<SpecFiles, 'names' | 'otherNames'>>;

async function listFiles(folder: string): Promise<Listing | null> {
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    const namesWhere = (isFile: boolean) =>
      entries.filter((entry) => entry.isFile() === isFile).map((entry) => entry.name);
    return { names: namesWhere(true), otherNames: namesWhere(false) };
  } catch {
    return null;
  }
}

async function readSpec(folder: string, listing: Listing): Promise<SpecFiles> {
  const { names } = listing;
  const read = (name: string) => (names.includes(name) ? readBytes(folder, name) : null);
  const [tasksBytes, configBytes] = await Promise.all([read('tasks.md'), read('.config.kiro')]);
  const config = configBytes instanceof Uint8Array ? new TextDecoder().decode(configBytes) : configBytes && '';
  const files = { folder, ...listing, tasks: null, config };
  if (tasksBytes === null) return files;
  const tasks = tasksBytes instanceof Uint8Array ? readTasksFile(tasksBytes) : { problem: tasksBytes };
  return 'text' in tasks ? { ...files, tasks: tasks.text } : { ...files, tasksProblem: tasks.problem };
}

async function readBytes(folder: string, name: string): Promise<Uint8Array | SpecNote> {
  try {
    return await readFile(join(folder, name));
  } catch (error) {
    return { file: name, line: null, message: `${name} cannot be read: ${errorMessage(error)}` };
  }
}

/** Every note has a line number here: one about a whole file gets line 1. */
function formatReport({ valid, problems, warnings, counts, next }: SpecVerdict) {
  const place = ({ file, line, message }: SpecNote) => ({ file, line: line ?? 1, message });
  return { valid, problems: problems.map(place), warnings: warnings.map(place), tasks: counts, next };
}

function formatText(folder: string, { valid, problems, warnings, counts, next }: SpecVerdict): string {
  const at = ({ file, line }: SpecNote) => join(folder, line === null ? file : `${file}:${line}`);
  const { total, done, inProgress, optional } = counts;
  const more = [inProgress > 0 ? `${inProgress} in progress` : '', optional > 0 ? `${optional} optional` : ''].filter(
    Boolean,
  );
  const lines = [
    `${folder}: ${valid ? 'valid' : `not valid (${problems.length} ${problems.length === 1 ? 'problem' : 'problems'})`}`,
    `  ${done} of ${total} tasks done${more.map((text) => `, ${text}`).join('')}`,
    next
      ? `  next: ${formatTaskName(next)} (${at({ file: 'tasks.md', line: next.line, message: '' })})`
      : `  next: ${total > 0 ? 'nothing to do' : 'none'}`,
    ...(next && next.requirements.length > 0 ? [`  for requirements ${next.requirements.join(', ')}`] : []),
    ...problems.map((problem) => `problem  ${at(problem)}: ${problem.message}`),
    ...warnings.map((warning) => `warning  ${at(warning)}: ${warning.message}`),
    adviceFor(valid, next !== null),
  ];
  return `${lines.join('\n')}\n`;
}

function adviceFor(valid: boolean, hasNext: boolean): string {
  if (!valid) return 'Correct the problems and run this again.';
  if (!hasNext) return 'Every required task is ticked: the worker would only test and report.';
  return 'The worker accepts this spec: push it to its branch and move the card to the column that the worker reads.';
}
