import type { Manifest } from './manifest.ts';

/** One command of a script, its words as they stand. */
export type ScriptCommand = readonly string[];

const RUNS_SCRIPTS = /^(?:npm|pnpm|yarn|bun|run-[sp]|npm-run-all2?)$/;
/** Words before the program that matters. */
const IN_FRONT = /^(?:\w+=.*|cross-env(?:-shell)?|env|npx|bunx|exec|dotenv|--|-r|time|command)$/;

/** Returns the commands that a script comes to: those of the scripts that it runs stand in their place, pre and post scripts around
 *  it. A script that runs itself is left where it stands; 300 are looked at. */
export function expandScript({ scripts }: Pick<Manifest, 'scripts'>, name: string): ScriptCommand[] {
  return expand(scripts, { name, around: [], budget: { left: 300 } });
}

function expand(
  scripts: Manifest['scripts'],
  { name, around, budget }: { name: string; around: readonly string[]; budget: { left: number } },
): ScriptCommand[] {
  if (around.includes(name) || around.length > 6 || budget.left === 0) return [];
  budget.left -= 1;
  const inner = [...around, name];
  const whole = [`pre${name}`, name, `post${name}`].flatMap((one) => {
    const script = Object.hasOwn(scripts, one) ? scripts[one] : undefined;
    return script === undefined ? [] : commandsOf(script);
  });
  return whole.flatMap((command) => {
    const called = calledScripts(scripts, command).filter((one) => !inner.includes(one));
    if (called.length === 0) return [command];
    const inside = called.flatMap((one) => expand(scripts, { name: one, around: inner, budget }));
    const handed = called.length === 1 ? handedOn(command, called[0] ?? '') : [];
    return handed.length === 0 ? inside : inside.with(-1, [...(inside.at(-1) ?? []), ...handed]);
  });
}

/** Arguments that a command hands on to the script that it runs; npm's own options stand before `--`. */
function handedOn(command: ScriptCommand, script: string): ScriptCommand {
  const after = command.slice(command.indexOf(script) + 1);
  const dashes = after.indexOf('--');
  if (dashes >= 0) return after.slice(dashes + 1);
  return programOf(command) === 'npm' || !command.includes(script) ? [] : after;
}

/** Returns the names of a script and of all that it runs. */
export function scriptsWithin({ scripts }: Pick<Manifest, 'scripts'>, name: string): string[] {
  const found = new Set([name]);
  for (const one of found) {
    if (found.size > 300) break;
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
    if (DEBUGGERS.test(line)) return `waits for a debugger (${line.slice(0, 80)})`;
    if (CONTAINERS.test(line)) return `starts containers, which the sandbox has none of (${line.slice(0, 80)})`;
    if (OPENERS.test(line)) return `opens a browser or serves files (${line.slice(0, 80)})`;
    if (BROWSERS.test(line)) return `needs a browser (${line.slice(0, 80)})`;
    if (program === 'ng' && /\bng test\b/.test(line) && !NO_WATCH.test(line))
      return 'starts Karma, which watches and opens a browser (ng test)';
    if (program === 'karma' || /\bkarma start\b/.test(line)) return 'starts Karma, which opens a browser';
    if (isWatching(command)) return `watches for changes and does not end (${line.slice(0, 80)})`;
  }
  return null;
}

const DEBUGGERS = /(?:^|\s)(?:--inspect-(?:brk|wait)\b|(?:node|mocha) inspect\s)/;
const CONTAINERS =
  /(?:^|\s)(?:docker|podman)(?:-compose|\s+compose)?\s+(?:-\S+\s+\S+\s+)*(?:up|run|start|build|exec)\b/;
const OPENERS =
  /(?:^|\s)(?:open-cli|opener|opn-cli|open|xdg-open|http-server|live-server|serve|cypress open)(?:\s|$)|--ui\b(?![ =](?:bdd|tdd|qunit|exports)\b)|playwright show-report/;
const BROWSERS =
  /(?:^|[\s/])(?:playwright test|cypress (?:run|open)|wdio(?: run|\s+\S*conf)|testcafe|nightwatch|airtap|web-test-runner|wtr|electron-mocha|test-storybook|vscode-test|protractor|detox test|ng e2e|xvfb-run)(?:\s|$)|\bvitest\b.*\s--browser(?![\w.]*=?\s?false)/;
const NO_WATCH = /--watch(?:All)?[= ]false|--no-watch|--watch=0/;
const WATCH = /(?:^|\s)--watch(?:All|-?files)?(?:\s|=true|$)/;
const SHORT_WATCH = /^(?:mocha|tap|ava|tape-watch|rollup|tsc|vitest|c8|uvu)$/;

/** Returns the words of a command in its form that ends by itself, null where that is not known. */
export function withoutWatch(command: ScriptCommand): ScriptCommand | null {
  const [first = '', ...others] = command;
  const executed = /^(?:nodemon|tsc-watch)$/.test(first) ? others.slice(others.indexOf('--exec') + 1) : command;
  if (executed.length === others.length && executed !== command) return null;
  const words = executed.filter(
    (word) => !/^(?:--watch(?:All|-?files)?(?:=true)?|-w|watch|dev|--ui|--inspect(?:-brk|-wait)?(?:=.*)?)$/.test(word),
  );
  const isVitest = programOf(words) === 'vitest' && !words.includes('run');
  const whole = isVitest ? words.flatMap((word) => (word === 'vitest' ? [word, 'run'] : [word])) : words;
  return whole.length > 0 && findObstacle([whole]) === null ? whole : null;
}

const LINTERS =
  /^(?:eslint|xo|standard|semistandard|ts-standard|prettier|biome|oxlint|stylelint|tslint|jshint|tsc|vue-tsc|dprint|markdownlint(?:-cli2)?|publint|attw|size-limit|depcheck|knip)$/;

/** Returns whether commands look at the code without running any test. */
export function onlyLint(commands: readonly ScriptCommand[]): boolean {
  return commands.length > 0 && commands.every((command) => LINTERS.test(programOf(command)));
}

/** Returns whether a command runs until somebody stops it. */
export function isWatching(command: ScriptCommand): boolean {
  const line = command.join(' ');
  if (/(?:^|[\s/])(?:nodemon|chokidar|tsc-watch|watch|onchange)(?:\s|$)/.test(line)) return true;
  if (/vitest\s+(?:watch|dev)\b/.test(line)) return true;
  if (NO_WATCH.test(line)) return false;
  return WATCH.test(line) || (SHORT_WATCH.test(programOf(command)) && command.includes('-w'));
}
