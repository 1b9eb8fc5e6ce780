import type { CoverageFormatName } from '../formats.ts';
import { isOfPackages } from '../packages.ts';
import { type NamedSource, type SourceTree, sourceKey } from '../source-key.ts';
import { languageOf } from './language.ts';

/** Where the source file of a report lies in the repository: one path; several of which one is meant; or none that is there, then how
 *  the report calls it. */
export type Located =
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'one-of'; readonly paths: readonly string[] }
  | { readonly kind: 'nowhere'; readonly name: string }
  | { readonly kind: 'foreign' };

/** Files of a commit. */
export interface CommitTree extends Omit<SourceTree, 'isFile' | 'listing'> {
  readonly paths: ReadonlySet<string>;
  /** Text of each go.mod by its path. */
  readonly goModules: ReadonlyMap<string, string>;
}

/** Returns what finds the source files that reports of a format name among those of a commit. */
export function createLocator(commit: CommitTree): (format: CoverageFormatName, named: NamedSource) => Located {
  const tree: SourceTree = { ...commit, isFile: (path) => commit.paths.has(path) };
  const byName = Map.groupBy(
    [...commit.paths].filter((path) => languageOf(path) !== null && !isOfPackages(path, tree.isFile)),
    nameOf,
  );
  const endingWith = (tail: string) =>
    (byName.get(nameOf(tail)) ?? []).filter((path) => `/${path}`.endsWith(`/${tail}`));
  const modules = modulesOf(commit.goModules);
  return (format, named) => {
    if (format === 'Go cover profile') return locateGo(named, { modules, tree });
    if (format === 'JaCoCo') return locateClass(named, byName);
    return locatePath(named, { tree, endingWith });
  };
}

function locatePath(
  named: NamedSource,
  { tree, endingWith }: { tree: SourceTree; endingWith: (tail: string) => readonly string[] },
): Located {
  const folders = named.folders ?? [];
  const { report, source } = named;
  const keys = (folders.length > 1 ? folders : [undefined]).map((folder) =>
    sourceKey({ report, source, folders: folder === undefined ? folders : [folder] }, tree),
  );
  const there = [...new Set(keys)].filter((key) => key !== null && tree.isFile(key)).map(String);
  if (there.length > 0) return oneOf(there, source);
  const key = folders.length > 1 ? sourceKey(named, tree) : (keys[0] ?? null);
  // Some tools name a file from a folder that no place of the report shows.
  return key === null ? { kind: 'foreign' } : oneOf(endingWith(key), key);
}

/** Packages of Java are folders; Kotlin may leave the first of them out, and each module has its own. */
function locateClass({ report, source }: NamedSource, byName: ReadonlyMap<string, readonly string[]>): Located {
  const [, groups = '', name = ''] = /^(?:(.*):)?(.*)$/s.exec(source) ?? [];
  const tail = name.replace(/^\//, '');
  const alike = byName.get(nameOf(tail)) ?? [];
  const exact = alike.filter((path) => `/${path}`.endsWith(`/${tail}`));
  const candidates = exact.length > 0 || tail.endsWith('.java') ? exact : alike;
  const module = /^(.*?\/)?(?:target|build)\//.exec(report)?.[1] ?? '';
  const inGroup = groups.split('/').at(-1) ?? '';
  const nearest = [
    candidates.filter((path) => inGroup !== '' && path.split('/').includes(inGroup)),
    candidates.filter((path) => module !== '' && path.startsWith(module)),
  ].find((paths) => paths.length > 0);
  return oneOf(nearest ?? candidates, tail);
}

interface GoModule {
  readonly name: string;
  /** With a slash at its end, empty for the root. */
  readonly folder: string;
}

/** Those with the longest names come first. */
function modulesOf(files: ReadonlyMap<string, string>): GoModule[] {
  return [...files]
    .flatMap(([path, text]) => {
      const name = /^module\s+"?([^\s"]+)/m.exec(text)?.[1];
      return name === undefined ? [] : [{ name, folder: path.slice(0, -'go.mod'.length) }];
    })
    .sort((one, other) => other.name.length - one.name.length);
}

function locateGo(named: NamedSource, { modules, tree }: { modules: readonly GoModule[]; tree: SourceTree }): Located {
  const { source } = named;
  const key = source.startsWith('/') ? sourceKey(named, tree) : null;
  if (key !== null) return oneOf(tree.isFile(key) ? [key] : [], key);
  const module = modules.find(({ name }) => source.startsWith(`${name}/`));
  if (module === undefined) return { kind: 'foreign' };
  const path = `${module.folder}${source.slice(module.name.length + 1)}`;
  return oneOf(tree.isFile(path) ? [path] : [], path);
}

function oneOf(paths: readonly string[], name: string): Located {
  const [path] = paths;
  if (path === undefined) return { kind: 'nowhere', name };
  return paths.length === 1 ? { kind: 'file', path } : { kind: 'one-of', paths };
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
