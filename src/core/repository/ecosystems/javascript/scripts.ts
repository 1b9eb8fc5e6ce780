import type { Manifest } from './manifest.ts';

/** One command of a script, its words as they stand. */
export type ScriptCommand = readonly string[];

const RUNS_SCRIPTS = /^(?:npm|pnpm|yarn|bun|run-[sp]|npm-run-all2?)$/;
/** Words before the program that matters. */
const IN_FRONT = /^(?:\w+=.*|cross-env(?:-shell)?|env|npx|bunx|exec|dotenv|--|-r|time|command)$/;

/** Returns the commands that a script comes to: those of the scripts that it runs stand in their place, pre and post scripts around
 *  it. A script that runs itself is left where it stands. */
export function expandScript({ scripts }: Pick<Manifest, 'scripts'>, name: string): ScriptCommand[] {
  return expand(scripts, { name, around: [] });
}

function expand(
  scripts: Manifest['scripts'],
  { name, around }: { name: string; around: readonly string[] },
): ScriptCommand[] {
  if (around.includes(name) || around.length > 6) return [];
  const inner = [...around, name];
  const whole = [`pre${name}`, name, `post${name}`].flatMap((one) => {
    const script = Object.hasOwn(scripts, one) ? scripts[one] : undefined;
    return script === undefined ? [] : commandsOf(script);
  });
  return whole.flatMap((command) => {
    const called = calledScripts(scripts, command).filter((one) => !inner.includes(one));
    return called.length === 0 ? [command] : called.flatMap((one) => expand(scripts, { name: one, around: inner }));
  });
}

/** Returns the names of a script and of all that it runs. */
export function scriptsWithin({ scripts }: Pick<Manifest, 'scripts'>, name: string): string[] {
  const found = new Set([name]);
  for (const one of found) {
    for (const command of commandsOf(scripts[one] ?? '')) {
      for (const called of calledScripts(scripts, command)) found.add(called);
    }
  }
  return [...found];
}

/** Splits at `&&`, `||`, `;` and `|`; quotes are kept in the words that bear them. */
export function commandsOf(script: string): ScriptCommand[] {
  const parts = script.slice(0, 5000).split(/&&|\|\|?|;|(?<!&)&(?!&)/);
  return parts.map((part) => part.trim().split(/\s+/)).filter(([word = '']) => word !== '');
}

/** Names of the scripts that a command runs in the same folder. */
function calledScripts(scripts: Manifest['scripts'], command: ScriptCommand): string[] {
  const words = command.slice(command.findIndex((word) => !IN_FRONT.test(word)));
  const [program = '', ...rest] = words;
  if (!RUNS_SCRIPTS.test(program)) return [];
  if (rest.some((word) => ELSEWHERE.test(word)) || (program === 'bun' && rest[0] === 'test')) return [];
  const many = program.startsWith('run-') || program.startsWith('npm-run-all');
  const names = rest.map((word) => word.replace(/^["']|["']$/g, ''));
  const called = names.flatMap((word) => matchScripts(scripts, word));
  const known = called.filter((word) => Object.hasOwn(scripts, word));
  return many || PATTERN.test(names.find((word) => PATTERN.test(word)) ?? '') ? known : known.slice(0, 1);
}

/** A pattern of pnpm, such as `/^test:/`. */
const PATTERN = /^\/\^?([\w:-]+)(?:\.\*)?\/$/;

function matchScripts(scripts: Manifest['scripts'], word: string): string[] {
  const start = word.endsWith('*') ? word.replace(/\*+$/, '') : PATTERN.exec(word)?.[1];
  return start === undefined ? [word] : Object.keys(scripts).filter((one) => one.startsWith(start));
}

/** Options that send a command into other workspaces. */
const ELSEWHERE =
  /^(?:-r|--recursive|--filter(?:=.*)?|-F|--workspaces?(?:=.*)?|-w=?.+|workspaces?|--prefix(?:=.*)?|-C|--cwd(?:=.*)?)$/;

/** Returns whether a command runs scripts of other workspaces, such as the one of this name. */
export function isElsewhere(command: ScriptCommand, name: string | null): boolean {
  const isOfAll =
    /^(?:turbo|lerna|nx)$/.test(programOf(command)) ||
    command.some((word) => /^(?:-r|--recursive|--workspaces|-ws|foreach)$/.test(word));
  return (
    isOfAll ||
    (command.some((word) => ELSEWHERE.test(word)) && name !== null && command.some((word) => word.includes(name)))
  );
}

/** Returns the name of the program that a command starts, without what is put in front of it; of a package manager that starts a
 *  program, that program. */
export function programOf(command: ScriptCommand): string {
  const words = command.filter((word) => !/^-/.test(word) && !IN_FRONT.test(word));
  const [first = '', second = ''] = words.map(nameOf);
  const starts = /^(?:npm|pnpm|yarn|bun)$/.test(first) && !/^(?:|run|test|workspaces?|install|dlx|x)$/.test(second);
  return starts && !command.some((word) => ELSEWHERE.test(word)) ? second : first;
}

function nameOf(word: string): string {
  return word.replace(/^.*\//, '').replace(/\.[cm]?js$/, '');
}

/** Returns whether a script is none that anybody wrote: absent, empty, or what `npm init` writes. */
export function isPlaceholder(script: string | undefined): boolean {
  const text = script?.trim() ?? '';
  return (
    text === '' ||
    /no tests? (?:specified|yet|configured|found)/i.test(text) ||
    /^(?:echo\b[^&|;]*|true|exit 0|:)$/.test(text)
  );
}

/** Returns why commands cannot be run without a person, null when they can. */
export function findObstacle(commands: readonly ScriptCommand[]): string | null {
  for (const command of commands) {
    const line = command.join(' ');
    const program = programOf(command);
    if (OPENERS.test(line)) return `opens a browser or serves files (${line.slice(0, 80)})`;
    if (BROWSERS.test(line)) return `needs a browser (${line.slice(0, 80)})`;
    if (program === 'ng' && /\bng test\b/.test(line) && !NO_WATCH.test(line))
      return 'starts Karma, which watches and opens a browser (ng test)';
    if (program === 'karma' || /\bkarma start\b/.test(line)) return 'starts Karma, which opens a browser';
    if (isWatching(command)) return `watches for changes and does not end (${line.slice(0, 80)})`;
  }
  return null;
}

const OPENERS =
  /(?:^|\s)(?:open-cli|opener|opn-cli|open|xdg-open|http-server|live-server|serve|cypress open)(?:\s|$)|--ui\b|playwright show-report/;
const BROWSERS =
  /(?:^|[\s/])(?:playwright test|cypress (?:run|open)|wdio(?: run|\s+\S*conf)|testcafe|nightwatch|airtap|web-test-runner|wtr|electron-mocha)(?:\s|$)/;
const NO_WATCH = /--watch(?:All)?[= ]false|--no-watch|--watch=0/;
const WATCH = /(?:^|\s)--watch(?:All|-?files)?(?:\s|=true|$)/;
const SHORT_WATCH = /^(?:mocha|tap|ava|tape-watch|rollup|tsc|vitest|c8|uvu)$/;

/** Returns whether a command runs until somebody stops it. */
export function isWatching(command: ScriptCommand): boolean {
  const line = command.join(' ');
  if (/(?:^|[\s/])(?:nodemon|chokidar|tsc-watch|watch|onchange)(?:\s|$)/.test(line)) return true;
  if (/vitest\s+(?:watch|dev)\b/.test(line)) return true;
  if (NO_WATCH.test(line)) return false;
  return WATCH.test(line) || (SHORT_WATCH.test(programOf(command)) && command.includes('-w'));
}
