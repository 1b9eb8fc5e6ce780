import { chmodSync, mkdirSync, readdirSync, realpathSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { basename, delimiter, dirname, isAbsolute, join } from 'node:path';
import { JDK_VARIABLE, TOOLCHAIN_PLACES } from '../../../core/repository/toolchains/places.ts';
import type { ChosenTool } from '../../../core/repository/toolchains/wish.ts';
import { isSystemError } from '../../../core/system-error.ts';

type Env = Readonly<Record<string, string | undefined>>;

/** A program that may be a tool chain. */
export interface Candidate {
  readonly program: string;
  readonly folder: string;
  readonly variables: Readonly<Record<string, string>>;
}

export interface CandidatesRequest {
  /** The worker's own environment, whose variables name further places. */
  readonly env: Env;
  readonly homes: readonly string[];
  /** New folder for links to programs that lie beside others, open to all for reading. */
  readonly links: string;
}

/** Returns the versions of a tool that lie in the known places, and each program once. */
export function findCandidates(tool: ChosenTool, request: CandidatesRequest): Candidate[] {
  const { program, needs, variables } = TOOLCHAIN_PLACES[tool];
  const places = [...namedPlaces(tool, request.env), ...knownPlaces(tool, request.homes)];
  const found = places
    .filter((place) => [program, needs ?? program].every((path) => isFile(join(place, path))))
    .map((place) => ({
      program: join(place, program),
      folder: join(place, dirname(program)),
      variables: Object.fromEntries(variables.map((name) => [name, place])),
    }));
  const all = tool === 'python' ? [...found, ...numberedPythons(request)] : found;
  return [...new Map(all.toReversed().map((one) => [realpathSync(one.program), one])).values()].toReversed();
}

function namedPlaces(tool: ChosenTool, env: Env): string[] {
  if (tool === 'go') return [env.GOROOT ?? ''].filter((place) => isAbsolute(place));
  if (tool !== 'jdk') return [];
  const names = Object.keys(env).filter((name) => JDK_VARIABLE.test(name));
  return names.map((name) => env[name] ?? '').filter((place) => isAbsolute(place));
}

function knownPlaces(tool: ChosenTool, homes: readonly string[]): string[] {
  const { system, home } = TOOLCHAIN_PLACES[tool];
  return [...system, ...homes.flatMap((one) => home.map((path) => join(one, path)))].flatMap(expand);
}

/** `python3.12` beside other programs: a folder with links to it alone comes first on the PATH, and nothing else changes. */
function numberedPythons({ env, links }: CandidatesRequest): Candidate[] {
  const folders = (env.PATH ?? '').split(delimiter).filter((folder) => isAbsolute(folder) && !isShim(folder));
  const programs = folders.flatMap((folder) =>
    namesIn(folder).flatMap((name) => (/^python3\.\d+$/.test(name) ? [join(folder, name)] : [])),
  );
  return programs.filter(isFile).map((program, at) => {
    const folder = join(links, String(at));
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    for (const made of [links, folder]) chmodSync(made, 0o755);
    for (const name of ['python', 'python3', basename(program)]) symlinkSync(program, join(folder, name));
    return { program, folder, variables: {} };
  });
}

/** Whether a version manager decides there, by files of the folder that a program works in, what is started. */
export function isShim(path: string): boolean {
  return /\/shims(?:\/|$)/.test(path);
}

/** Paths that a pattern stands for, the newest names last. */
function expand(pattern: string): string[] {
  const [first = '', ...rest] = pattern.split('*');
  return rest.reduce<string[]>((paths, after) => paths.flatMap((path) => grow(path, after)), [first]);
}

function grow(path: string, after: string): string[] {
  const folder = path.endsWith('/') ? path : dirname(path);
  const start = path.endsWith('/') ? '' : basename(path);
  const [ending = '', ...below] = after.split('/');
  return namesIn(folder)
    .filter((name) => name.startsWith(start) && name.endsWith(ending) && !name.startsWith('.'))
    .map((name) => [join(folder, name), ...below].join('/'));
}

/** Nothing where this process may not look: untrusted programs start nothing there either. */
function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder).sort();
  } catch (error) {
    if (isSystemError(error, 'ENOENT', 'ENOTDIR', 'EACCES', 'EPERM')) return [];
    throw error;
  }
}

function isFile(path: string): boolean {
  try {
    return statSync(path).isFile();
  } catch (error) {
    if (isSystemError(error, 'ENOENT', 'ENOTDIR', 'EACCES', 'EPERM', 'ELOOP')) return false;
    throw error;
  }
}
