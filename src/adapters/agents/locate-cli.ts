import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, extname, isAbsolute, join, resolve } from 'node:path';
import { WorkerError } from '../../core/errors.ts';
import { ENV, LINKS } from '../../core/names.ts';

/** Endings of programs that Node runs. */
const SCRIPTS = new Set(['.js', '.mjs', '.cjs', '.ts', '.mts']);

/** Returns the beginning of the agent's command line: a program on PATH, at a path, or a script after Node. Throws
 *  TOOL_MISSING when there is no such program. */
export function locateCli(cliPath: string, path = process.env.PATH ?? ''): [string, ...string[]] {
  const isScript = SCRIPTS.has(extname(cliPath));
  const isPath = isScript || isAbsolute(cliPath) || cliPath.includes('/');
  const candidates = isPath
    ? [resolve(cliPath)]
    : path.split(delimiter).map((folder) => resolve(join(folder, cliPath)));
  const found = candidates.find((file) => isUsable(file, isScript ? constants.R_OK : constants.X_OK));
  if (found !== undefined) return isScript ? [process.execPath, found] : [found];
  throw new WorkerError({
    code: 'TOOL_MISSING',
    what: isPath ? `There is no program at ${resolve(cliPath)}.` : `The program "${cliPath}" is not on PATH.`,
    remedy: `Install kiro-cli from ${LINKS.kiroCli}, or set ${ENV.kiroCliPath} to its path.`,
  });
}

function isUsable(file: string, access: number): boolean {
  try {
    accessSync(file, access);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}
