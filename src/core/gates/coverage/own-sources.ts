import type { CoverageFormatName } from './formats.ts';
import { isOfPackages } from './packages.ts';
import { type NamedSource, type SourceTree, sourceKey } from './source-key.ts';

/** Returns the key of a source file among those of its format, null when it is not the repository's own. */
export type KeyOf = (named: NamedSource) => string | null;

/** Returns what tells the repository's own source files from others, as each format names them; without a tree only by their names. */
export function keysIn(tree: SourceTree | undefined): (format: CoverageFormatName) => KeyOf {
  const byPath: KeyOf = (named) => sourceKey(named, tree);
  const modules = goModules(tree);
  const paths = byName(tree);
  return (format) => {
    if (format === 'Go cover profile') return ({ source }) => (isOwnGo(source, { tree, modules }) ? source : null);
    if (format !== 'JaCoCo') return byPath;
    // It names packages and files, and no folder.
    return (named) => (isOwnClass(named.source, paths) ? byPath(named) : null);
  };
}

/** Names that modules of the repository have; empty where that is not known. */
function goModules(tree: SourceTree | undefined): string[] {
  const texts = Object.entries(tree?.listing?.texts ?? {}).filter(([path]) => /(?:^|\/)go\.mod$/.test(path));
  return texts.flatMap(([, text]) => /^module\s+"?([^\s"]+)/m.exec(text)?.[1] ?? []);
}

/** Go names a file by its module, whichever package was tested. */
function isOwnGo(
  source: string,
  { tree, modules }: { tree: SourceTree | undefined; modules: readonly string[] },
): boolean {
  if (source.startsWith('/')) return sourceKey({ report: '', source }, tree) !== null;
  if (isOfPackages(source, () => false)) return false;
  if (modules.length === 0 || /^(?:command-line-arguments|\.)\//.test(source)) return true;
  return modules.some((name) => source.startsWith(`${name}/`));
}

/** Null where the paths of the repository are not known. */
function byName(tree: SourceTree | undefined): Map<string, string[]> | null {
  const paths = tree?.listing?.paths.filter((path) => !isOfPackages(path, () => false));
  return paths === undefined ? null : Map.groupBy(paths, nameOf);
}

/** A package of Java is a folder; other languages of its machine need not lay their files out so. */
function isOwnClass(source: string, paths: Map<string, string[]> | null): boolean {
  if (paths === null) return true;
  const path = source.slice(source.lastIndexOf(':') + 1).replace(/^\//, '');
  const alike = paths.get(nameOf(path)) ?? [];
  return path.endsWith('.java') ? alike.some((one) => `/${one}`.endsWith(`/${path}`)) : alike.length > 0;
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** Source files that do not count. */
export interface ForeignSources {
  readonly count: number;
  /** The first of them. */
  readonly examples: readonly string[];
}

const SHOWN = 3;

/** Returns a clause that says how many there are and names the first, for people. */
export function describeForeign({ count, examples }: ForeignSources): string {
  const named = examples.slice(0, SHOWN).map((path) => path.slice(-100));
  return `${count} source ${count === 1 ? 'file' : 'files'} outside the repository or of installed packages (${named.join(', ')}${count > named.length ? ', …' : ''})`;
}
