import { cleanText, escapeMarkdown, preformatted } from '../markdown.ts';
import { REPOSITORY_FILE } from '../names.ts';
import type { RulesReport, RunReport } from './run-report.ts';

type Told = Pick<RunReport, 'failedCommand' | 'filesAt' | 'rules'>;

/** Returns blocks of Markdown about the command that failed, none where no command did. Nothing of what the command wrote is
 *  mark-up in them. */
export function renderFailedCommand({ failedCommand, filesAt, rules }: Told, outputLimit: number): string[] {
  if (failedCommand === null) return [];
  const { name, command, source, ended, lines, log, yaml } = failedCommand;
  const facts = [
    `- **Command (${escapeMarkdown(name)}):** <code>${escapeMarkdown(command, 500)}</code>, ${escapeMarkdown(source, 500)}`,
    `- **Ended:** ${escapeMarkdown(ended, 500)}`,
    `- **Whole log:** ${log === null ? ELSEWHERE : `<code>${escapeMarkdown(log)}</code> among the run's files${filesAt === null ? '' : ` (${escapeMarkdown(filesAt, 500)})`}`}`,
  ];
  return [
    '### Failed Command',
    facts.join('\n'),
    ...(lines === ''
      ? ['It wrote nothing.']
      : ['The last lines of its output:', preformatted(tailOf(lines, outputLimit), outputLimit)]),
    ...(yaml === null ? [] : [`${escapeMarkdown(placeOf(rules))}:`, linesToPaste(yaml)]),
  ];
}

/** Returns the same as lines for a terminal; `folder` is where the run's files are on this machine. */
export function failedCommandToText({ failedCommand, rules }: Omit<Told, 'filesAt'>, folder: string): string[] {
  if (failedCommand === null) return [];
  const { name, command, source, ended, lines, log, yaml } = failedCommand;
  const indented = (text: string) => text.split('\n').map((line) => `    ${line}`.trimEnd());
  const shown = [
    `  Command (${name}): ${command}, ${source}`,
    `  Ended: ${ended}`,
    ...(lines === '' ? ['  It wrote nothing.'] : ['  The last lines of its output:', ...indented(lines)]),
    `  Whole log: ${log === null ? ELSEWHERE : `${folder}/${log}`}`,
    ...(yaml === null ? [] : [`  ${placeOf(rules)}:`, ...indented(yaml)]),
  ];
  return shown.map(cleanText);
}

/** A verdict is kept without the log that it comes from. */
const ELSEWHERE = 'among the files of the earlier run that tested this commit';

/** Where the suggested lines belong: the file is named as there only where it is. */
function placeOf(rules: Pick<RulesReport, 'branch' | 'hasFile'> | null): string {
  const branch = rules?.branch ?? 'the default branch';
  if (rules?.hasFile) return `Lines to put into ${REPOSITORY_FILE} on ${branch}, in place of those with the same names`;
  return `A ${REPOSITORY_FILE} to write on ${branch}`;
}

const LINES_LIMIT = 6000;

/** Returns a block of lines, whole or not at all: cut ones would say something else. */
export function linesToPaste(lines: string): string {
  if (lines.length <= LINES_LIMIT) return preformatted(lines, LINES_LIMIT);
  return `The lines are too long for here; <code>metadata.json</code> among the run's files has them.`;
}

function tailOf(text: string, limit: number): string {
  return text.length <= limit ? text : `…${text.slice(1 - limit)}`;
}
