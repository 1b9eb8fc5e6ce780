import type { ActsNext } from '../outcome.ts';
import { formatCommand } from './failures/advice.ts';
import { findSign } from './failures/find-sign.ts';
import { MORE_MEMORY } from './failures/machine-signs.ts';
import { lastLines, plainOutput } from './failures/plain-output.ts';
import type { Advice, FailedCommand } from './failures/sign.ts';
import { formatSettings } from './failures/suggested-yaml.ts';

export type { FailedCommand } from './failures/sign.ts';

/** What is to be told about a command that failed. */
export interface CommandFailure {
  readonly name: FailedCommand['name'];
  /** The command as somebody would type it. */
  readonly command: string;
  /** `detected from package-lock.json`, or where it is written. */
  readonly source: string;
  /** `exit code 1`, or the limit that stopped it, with the setting that raises the limit. */
  readonly ended: string;
  /** One or two sentences: which command, how it ended, and what its output says about it. */
  readonly what: string;
  /** The last lines of the output, with the line that shows the cause above them. */
  readonly why: string;
  readonly remedy: string;
  /** Lines for a `.kiro-worker.yml`, null where none would help. */
  readonly yaml: string | null;
  /** Id of the sign in the output that chose the words, null where there is none. */
  readonly sign: string | null;
  /** Null: the outcome knows it. */
  readonly actsNext: ActsNext | null;
}

const LINES = 20;
const WIDTH = 200;

/** Returns what people are told about a command that failed. Its output is written by code of the branch: it chooses words
 *  here, never the outcome. The output must be free of secrets. */
export function describeFailure(failed: FailedCommand): CommandFailure {
  const plain = plainOutput(failed.output);
  const found = failed.endedBy === 'timeout' || failed.remedy !== undefined ? null : findSign(plain, failed);
  const advice = found?.sign.advise(found.match, failed) ?? adviceByEnd(failed);
  const yaml = formatSettings(advice.settings ?? {}, failed.commands?.folder ?? '.');
  const { says, actsNext } = advice;
  const remedy = remedyOf(advice, yaml);
  const { name, command, source, hasFailedTests = false, isBaseline = false } = failed;
  const shown = formatCommand(command);
  const ended = describeEnd(failed);
  return {
    name,
    command: shown,
    source,
    ended,
    what: `The ${name} command (${shown.slice(0, 200)}) ${ENDS[failed.endedBy]} ${ended}.${says === '' ? '' : ` ${says}`}`,
    why: shownLines(plain, found?.line ?? null),
    remedy:
      found !== null && hasFailedTests && !isBaseline ? `${remedy} Where the change is the cause: ${FIX_CODE}` : remedy,
    yaml,
    sign: found?.sign.id ?? null,
    actsNext: actsNext ?? found?.sign.actsNext ?? null,
  };
}

/** Returns the line in which the output of a command says that a network or a registry failed it, null where none does: that may
 *  be over by itself. What a registry forbids, or does not have, stays. Code of the branch writes the output; a hostile one gets
 *  itself run again by this, and nothing else. */
export function passingFailure({ name, output }: Pick<FailedCommand, 'name' | 'output'>): string | null {
  const found = findSign(plainOutput(output), { name });
  return found?.sign.isPassing === true ? found.line.trim().slice(0, LINE_LIMIT) : null;
}

const LINE_LIMIT = 300;

/** Nothing is said of lines that cannot be shown. */
function remedyOf({ remedy, withSettings = '' }: Advice, yaml: string | null): string {
  const text = yaml === null ? remedy : `${remedy}${withSettings}`;
  return text.endsWith('.') ? text : `${text}.`;
}

const ENDS = {
  exit: 'ended with',
  timeout: 'was stopped at',
  silence: 'was stopped after',
  abort: 'was stopped by',
  'spawn-failure': 'could not be started:',
} as const satisfies Record<FailedCommand['endedBy'], string>;

function describeEnd({ endedBy, exitCode, output, limit }: FailedCommand): string {
  switch (endedBy) {
    case 'exit':
      return exitCode === null ? 'a signal (killed)' : `exit code ${exitCode}`;
    case 'timeout':
      return `its time limit${limit === undefined ? '' : ` of ${formatMinutes(limit.minutes)} (${limitName(limit)})`}`;
    case 'silence':
      return 'a silence that was too long';
    case 'abort':
      return 'the worker';
    case 'spawn-failure':
      return lastLines(plainOutput(output), { lines: 1, width: 300 })[0]?.replace(/\.$/, '') ?? 'no reason is known';
  }
}

function limitName({ setting }: NonNullable<FailedCommand['limit']>): string {
  return setting === null
    ? 'what was left of the time of the build; codeBuildTimeoutMinutes of the environment, or buildTimeoutMinutes in local mode, raises it'
    : `"timeouts.${setting}" of a .kiro-worker.yml raises it`;
}

function formatMinutes(minutes: number): string {
  const rounded = Math.max(1, Math.round(minutes));
  return `${rounded} minute${rounded === 1 ? '' : 's'}`;
}

/** What the end of a command says where its output says nothing that is known. */
function adviceByEnd(failed: FailedCommand): Advice {
  const { endedBy, exitCode, name, command, remedy, isBaseline = false } = failed;
  if (remedy !== undefined) return { says: '', remedy };
  if (endedBy === 'timeout') return adviceForTimeout(failed);
  if (endedBy === 'spawn-failure')
    return {
      says: '',
      remedy: `Install ${command[0]} for all users of the machine or in the image of the builds, in a folder that everybody may enter such as /opt or /usr/local; or name commands that do without.`,
      actsNext: 'operator',
    };
  if (endedBy === 'exit' && (exitCode === 137 || exitCode === null))
    return { says: 'A program is mostly killed so when memory runs out.', remedy: MORE_MEMORY, actsNext: 'operator' };
  return { says: '', remedy: isBaseline && name === 'test' ? MEND_TESTS : ADVICE_BY_NAME[name] };
}

const FIX_CODE = 'fix the code or its tests on the branch, push, and move the card back.';

const MEND_TESTS =
  'Mend these tests, or what they test, on the branch, and push. Where they pass on your machine, compare what this one lacks: tools, environment variables, services, a network.';

const ADVICE_BY_NAME = {
  install:
    'Let the command pass in a fresh clone, with the tools of the machine that runs the builds; or name another one under "install" of a .kiro-worker.yml on the default branch.',
  test: 'Fix the code or its tests on the branch, push, and move the card back. Where the tests pass on your machine, compare what this one lacks: tools, environment variables, services, a network.',
  coverage:
    'Let the command pass where the tests do; or name another one under "coverage" of a .kiro-worker.yml on the default branch.',
} as const satisfies Record<FailedCommand['name'], string>;

const LONGEST_MINUTES = 2160;

function adviceForTimeout({ limit }: FailedCommand): Advice {
  if (limit === undefined || limit.setting === null)
    return {
      says: '',
      remedy: 'Give the build more time, or let the command do less.',
      actsNext: 'operator',
    };
  const more = Math.min(LONGEST_MINUTES, Math.max(2, Math.ceil(limit.minutes) * 2));
  return {
    says: '',
    remedy: 'See in its output what it waited for: a question, a server or a watcher never ends.',
    withSettings: ' Where it only needs longer, raise the limit as below.',
    settings: { timeouts: { [limit.setting]: more } },
    actsNext: 'repository-owner',
  };
}

function shownLines(plain: string, cause: string | null): string {
  const lines = lastLines(plain, { lines: LINES, width: WIDTH });
  const shown = cause === null ? null : (lastLines(cause, { lines: 1, width: WIDTH })[0] ?? null);
  if (shown === null || lines.includes(shown)) return lines.join('\n');
  return [shown, '…', ...lines.slice(2 - LINES)].join('\n');
}
