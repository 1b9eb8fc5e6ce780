import { type Argv, parseCommand } from '../../argv.ts';
import type { Folder } from '../../file-tree.ts';
import type { Manifest } from './manifest.ts';
import { type PackageManager, runProgram, runScript } from './package-manager.ts';
import { commandsOf, programOf, type ScriptCommand, scriptsWithin } from './scripts.ts';

export interface ScriptsOf {
  readonly folder: Folder;
  readonly manifest: Manifest;
  readonly manager: PackageManager;
}

/** A command for tests. */
export interface Tests {
  /** The script that it starts; null: none. */
  readonly script: string | null;
  readonly argv: Argv;
  /** What it comes to. */
  readonly commands: readonly ScriptCommand[];
}

/** Returns the command with more arguments for `runner`, one of those that it comes to. They reach what a script ends with; a runner that
 *  stands before others is started by itself. */
export function appendTo(
  { manifest, manager }: ScriptsOf,
  { script, argv, runner, args }: Tests & { runner: ScriptCommand; args: readonly string[] },
): Argv {
  if (script === null) return [...argv, ...args];
  const line = runner.join(' ');
  const owner = scriptsWithin(manifest, script).find(
    (name) =>
      commandsOf(manifest.scripts[name] ?? '')
        .at(-1)
        ?.join(' ') === line && !Object.hasOwn(manifest.scripts, `post${name}`),
  );
  const parsed = parseCommand(line);
  if (owner !== undefined) return runScript(manager, owner, ...args);
  if ('argv' in parsed && programOf([parsed.argv[0]]) === programOf(runner))
    return runProgram(manager, [...parsed.argv, ...args]);
  return runScript(manager, script, ...args);
}
