import {
  chmodSync,
  constants,
  copyFileSync,
  cpSync,
  linkSync,
  mkdirSync,
  readdirSync,
  realpathSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { basename, delimiter, dirname, extname, isAbsolute, join, sep } from 'node:path';
import { WorkerError } from '../../core/errors.ts';
import { ENV } from '../../core/names.ts';
import type { ProcessRequest } from '../../core/ports/process.ts';
import { isSystemError } from '../../core/system-error.ts';
import { type Owner, unreachableAncestor } from '../files/chown-tree.ts';
import { openTree } from '../files/open-folder.ts';

const NPM_ENTRY = `${sep}bin${sep}npm-cli.js`;
const SCRIPTS = new Set(['.js', '.mjs', '.cjs', '.ts', '.mts']);

export interface PlacedPrograms {
  /** The request with each program that was placed under its new path, and their folder last on the PATH. */
  translate(request: ProcessRequest): ProcessRequest;
  /** The path under which the user finds `program`. */
  find(program: string): string;
}

export interface PlaceRequest {
  /** New folder for what must be placed; the worker's own, open to all for reading. */
  readonly folder: string;
  readonly user: Owner;
  /** Programs that the user must be able to start, beside the running Node and npm. */
  readonly programs: readonly string[];
  readonly node?: string;
  /** PATH of the worker, where npm is looked for. */
  readonly path?: string;
}

/** Puts Node, npm and `programs` where the user may read them, as far as they lie below folders that it may not enter. What
 *  is placed belongs to the worker: the user cannot change it. Throws AGENT_SETUP_INVALID for a closed script, since
 *  it is unknown which files belong to it. */
export function placePrograms(request: PlaceRequest): PlacedPrograms {
  const { folder, user, programs, node = process.execPath, path = process.env.PATH ?? '' } = request;
  const bin = join(folder, 'bin');
  const placed = new Map<string, string>();
  for (const made of [folder, bin]) {
    mkdirSync(made);
    chmodSync(made, 0o755);
  }
  if (isClosed(node, user)) placed.set(node, placeFile(node, join(bin, 'node')));
  for (const program of programs) {
    if (!isClosed(program, user)) continue;
    if (SCRIPTS.has(extname(program)) || SCRIPTS.has(extname(realpathSync(program)))) throw closedScript(program, user);
    for (const file of withCompanions(program)) placeFile(file, join(bin, basename(file)));
    placed.set(program, join(bin, basename(program)));
  }
  const npm = closedNpm(path, user);
  if (npm !== null) placeNpm(npm, { folder, bin });
  const last = placed.size > 0 || npm !== null ? [bin] : [];
  const find = (program: string) => placed.get(program) ?? program;
  return {
    find,
    translate(asked) {
      const [program, ...args] = asked.command;
      const env = last.length === 0 ? asked.env : { ...asked.env, PATH: [asked.env.PATH, ...last].join(delimiter) };
      return { ...asked, command: [find(program), ...args.map(find)], env };
    },
  };
}

function isClosed(program: string, user: Owner): boolean {
  const found = statSync(program, { throwIfNoEntry: false });
  if (!found?.isFile()) return false;
  const real = realpathSync(program);
  return [program, real].some((path) => unreachableAncestor(path, user) !== null) || (found.mode & 0o004) === 0;
}

/** kiro-cli 2 starts `kiro-cli-chat`, which lies beside it. */
function withCompanions(program: string): string[] {
  const start = `${basename(program)}-`;
  const beside = readdirSync(dirname(program)).filter((name) => name.startsWith(start));
  const companions = beside.map((name) => join(dirname(program), name)).filter((file) => statSync(file).isFile());
  return [program, ...companions];
}

/** A hard link where that gives no rights away, else a copy. */
function placeFile(file: string, target: string): string {
  const real = realpathSync(file);
  const { uid, mode } = statSync(real);
  if (uid === process.getuid?.() && (mode & 0o027) === 0o005) {
    try {
      linkSync(real, target);
      return target;
    } catch (error) {
      if (!isSystemError(error, 'EXDEV', 'EPERM', 'EMLINK')) throw error;
    }
  }
  copyFileSync(real, target, constants.COPYFILE_FICLONE);
  chmodSync(target, 0o755);
  return target;
}

/** Returns the package folder of the npm on the PATH when the user may not read it and no other npm. */
function closedNpm(path: string, user: Owner): string | null {
  const folders = path
    .split(delimiter)
    .filter((folder) => isAbsolute(folder) && !`${folder}${sep}`.includes(`${sep}node_modules${sep}`));
  const found = folders
    .map((folder) => join(folder, 'npm'))
    .filter((file) => statSync(file, { throwIfNoEntry: false })?.isFile());
  if (found.some((file) => !isClosed(file, user))) return null;
  const entry = found.map((file) => realpathSync(file)).find((file) => file.endsWith(NPM_ENTRY));
  return entry === undefined ? null : dirname(dirname(entry));
}

function placeNpm(from: string, { folder, bin }: { folder: string; bin: string }): void {
  const target = join(folder, 'lib', 'npm');
  cpSync(from, target, { recursive: true, dereference: true });
  openTree(join(folder, 'lib'));
  for (const name of ['npm', 'npx']) symlinkSync(join('..', 'lib', 'npm', 'bin', `${name}-cli.js`), join(bin, name));
}

function closedScript(program: string, user: Owner): WorkerError {
  const barrier = unreachableAncestor(realpathSync(program), user);
  return new WorkerError({
    code: 'AGENT_SETUP_INVALID',
    what: `What runs untrusted cannot reach the agent's program ${program}.`,
    why: barrier === null ? 'Other users may not read it.' : `It may not enter ${barrier}.`,
    remedy: `Install the program with all that belongs to it below a folder that every user may enter, such as /opt, and name it there (${ENV.kiroCliPath}, or agent.command in the project configuration), or set ${ENV.untrustedUser}=none to run everything as you.`,
  });
}
