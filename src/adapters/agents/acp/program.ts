import { lstatSync, realpathSync, statSync } from 'node:fs';
import path from 'node:path';
import { WorkerError } from '../../../core/errors.ts';
import type { Isolation } from '../../../core/ports/process.ts';
import { isSystemError } from '../../../core/system-error.ts';
import { locateCli } from '../locate-cli.ts';

/** Returns the command line of an agent, its program by its path. Throws TOOL_MISSING when there is no such program, CONFIG_INVALID without a
 *  command. */
export function commandOf(command: readonly string[] | undefined): [string, ...string[]] {
  const [program, ...args] = command ?? [];
  if (program === undefined)
    throw new WorkerError({
      code: 'CONFIG_INVALID',
      what: 'The project configuration names no command for its agent.',
      remedy: 'Give agent.command; docs/agents.md has commands that work.',
    });
  try {
    const [first, ...rest] = locateCli(program);
    return [first, ...rest, ...args];
  } catch (error) {
    throw new WorkerError({
      code: 'TOOL_MISSING',
      what: `The agent's program ${program} is not here.`,
      remedy:
        'Use a build image that has it, or an archive under tools/ (agentProgram in environments.ts); on one machine, install it: docs/agents.md.',
      cause: error,
    });
  }
}

/** Files of a command that its user must be able to read: the program, and whatever else of it is the path of a file. */
export function filesOf(command: readonly string[] | undefined): string[] {
  const [program, ...args] = commandOf(command);
  const others = args.filter((word) => path.isAbsolute(word) && statSync(word, { throwIfNoEntry: false })?.isFile());
  return [program, ...others];
}

/** Throws AGENT_SETUP_INVALID where somebody but root (on one machine: but root and you) could put something else in the place of a
 *  file of the command, TOOL_MISSING where there is none. */
export function checkProgram(command: readonly string[] | undefined, isolation: Isolation): void {
  // Package managers of a person's own machine share their folders with a group.
  const writableByOthers = isolation === 'user' ? 0o022 : 0o002;
  const owners = new Set([0, ...(isolation === 'user' ? [] : [process.getuid?.() ?? 0])]);
  const problems = [...new Set(filesOf(command).flatMap((file) => placesOf(file)))].flatMap((place) => {
    const { uid, mode } = lstatSync(place);
    if (!owners.has(uid)) return [`${place} belongs to the user ${uid}.`];
    const isShared = (mode & 0o1000) !== 0 && statSync(place).isDirectory();
    return (mode & writableByOthers) !== 0 && !isShared && !lstatSync(place).isSymbolicLink()
      ? [`Others may change ${place}.`]
      : [];
  });
  if (problems.length === 0) return;
  throw new WorkerError({
    code: 'AGENT_SETUP_INVALID',
    what: "Somebody else could put another program in the place of the agent's, which would get its key:",
    problems,
    remedy: `Install it as root, below a folder that only root may change: chown -R 0:0 FOLDER && chmod -R go-w FOLDER`,
  });
}

/** A file, what it points at, and every folder above both. */
function placesOf(file: string): string[] {
  return [file, realOf(file)].flatMap((one) => {
    const places = [one];
    for (let at = one; at !== path.dirname(at); at = path.dirname(at)) places.push(path.dirname(at));
    return places;
  });
}

function realOf(file: string): string {
  try {
    return realpathSync(file);
  } catch (error) {
    if (isSystemError(error, 'ENOENT', 'ENOTDIR')) return file;
    throw error;
  }
}
