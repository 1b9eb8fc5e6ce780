import { type Fields, fields, parseRecord } from '../../json-lines.ts';
import type { Commands } from '../commands.ts';

const RUNNERS = new Set(['npm', 'pnpm', 'yarn', 'bun']);
/** Options by which less than all tests run. */
const NARROWING =
  /^(?:-[kmgtf]|-(?:run|short)|--(?:grep|fgrep|invert|only|filter|project|test[A-Z-].*|run|bail.*|changed.*|shard))(?:=|$)/;

/** No script that only starts the tests is longer. */
const MOST_CHARACTERS = 300;

/** Returns whether the coverage command runs the tests as the test command does, so that one run shows both: detection made it so, or
 *  it is the same command, with something before it or more options. `manifest` is the text of the package.json beside it, whose
 *  scripts count; null without one, or where it is not to be trusted. */
export function coverageRunsTests(
  { test, coverage, coverageRunsTests: isMadeSo }: Pick<Commands, 'test' | 'coverage' | 'coverageRunsTests'>,
  manifest: string | null,
): boolean {
  if (coverage === null) return false;
  if (isMadeSo) return true;
  const scripts = fields(parseRecord(manifest ?? '')?.scripts);
  const wanted = spellingsOf(test, scripts);
  return spellingsOf(coverage, scripts).some((words) => wanted.some((one) => isSameWithMore(words, one)));
}

/** The command itself, and what the scripts that it starts say, at most three deep. */
function spellingsOf(command: readonly string[], scripts: Fields): string[][] {
  const all = [[...command]];
  let outer = all;
  for (let depth = 0; depth < 3; depth += 1) {
    outer = outer.flatMap((words) => scriptsIn(words, scripts));
    all.push(...outer);
  }
  return all;
}

function scriptsIn(words: readonly string[], scripts: Fields): string[][] {
  return words.flatMap((_, at) => {
    const name = scriptOf(words.slice(at));
    const text = name !== null && Object.hasOwn(scripts, name) ? scripts[name] : null;
    if (typeof text !== 'string' || text.length > MOST_CHARACTERS) return [];
    return [text.split(/[\s"']+/).filter(Boolean)];
  });
}

function scriptOf([program = '', first = '', second = '']: readonly string[]): string | null {
  if (!RUNNERS.has(program)) return null;
  if (first === 'run' || first === 'run-script') return second;
  if (first === 'test' || first === 't') return 'test';
  return program === 'yarn' || program === 'pnpm' ? first : null;
}

/** Words between and after those that are wanted may be options and their values alone. */
function isSameWithMore(words: readonly string[], wanted: readonly string[]): boolean {
  const start = words.indexOf(wanted[0] ?? '');
  if (start < 0) return false;
  let at = 0;
  for (let index = start; index < words.length; index += 1) {
    const word = words[index] ?? '';
    if (word === wanted[at]) at += 1;
    else if (NARROWING.test(word)) return false;
    else if (!word.startsWith('-') && !words[index - 1]?.startsWith('-')) return false;
  }
  return at === wanted.length;
}
