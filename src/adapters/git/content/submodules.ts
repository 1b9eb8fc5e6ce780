import { isWorkerError } from '../../../core/errors.ts';
import { isGitFolderName } from '../../../core/repository/protected-paths.ts';
import { submoduleAddress } from '../../../core/repository/submodule-address.ts';
import type { Git } from '../git-process.ts';
import { type PathBytes, textOfPath } from '../path-bytes.ts';
import { fetchCommit } from '../server/fetch.ts';
import type { Patience } from '../server/retry.ts';
import { listTree, submodulesOf, withFilesOf } from '../trees.ts';
import { createWorkTreeWriter } from '../work-tree-writer.ts';
import { readGitmodules, type SubmoduleSettings } from './gitmodules.ts';

const MOST_SUBMODULES = 100;
const MOST_LEVELS = 5;

/** A commit whose submodules are wanted. */
interface Level {
  /** Where its objects are. */
  readonly git: Git;
  /** Address of its repository. */
  readonly url: string;
  readonly commit: string;
  /** Commit of the same repository whose `.gitmodules` says where submodules come from; null where there is none. */
  readonly rules: string | null;
  /** Private folder with the commit's files. */
  readonly folder: string;
  readonly signal?: AbortSignal | undefined;
}

interface Place extends Level {
  /** Of the level's folder in the whole; empty, or with a slash at its end. */
  readonly prefix: PathBytes;
  readonly depth: number;
}

/** What the commit of the rules says of the submodules beside it. */
interface Rules {
  readonly settings: ReadonlyMap<PathBytes, SubmoduleSettings>;
  /** Commits that it has them at. */
  readonly commits: ReadonlyMap<PathBytes, { readonly id: string }>;
}

export interface SubmoduleOptions {
  /** Opens the git folder in which their commits are kept, the repository's own is no place for them. */
  readonly openStore: () => Promise<Git>;
  readonly privateDirectory: string;
  readonly isOn: boolean;
  readonly patience: Patience;
  /** Called with the files of each submodule in a private folder, before they come to their place. */
  readonly onFiles: (files: {
    git: Git;
    commit: string;
    url: string;
    folder: string;
    index: string;
    prefix: PathBytes;
  }) => Promise<void>;
}

/** Submodules by path: those that are in place, and why the others are not. */
export interface PlacedSubmodules {
  readonly placed: Set<PathBytes>;
  readonly absent: Map<PathBytes, string>;
}

/** Puts the files of a commit's submodules into its folder, those of submodules in them too, as plain files without `.git`. Which
 *  commit each is at, says the commit; which repository the worker's credentials read for it, the `.gitmodules` of `rules` alone,
 *  and it is one of the same host and owner. Throws GIT_UNAVAILABLE; what the server refuses for good is absent. */
export async function placeSubmodules(level: Level, options: SubmoduleOptions): Promise<PlacedSubmodules> {
  const result: PlacedSubmodules = { placed: new Set(), absent: new Map() };
  await new Submodules(options, result).place({ ...level, prefix: '', depth: 1 });
  return result;
}

class Submodules {
  readonly #options: SubmoduleOptions;
  readonly #result: PlacedSubmodules;

  constructor(options: SubmoduleOptions, result: PlacedSubmodules) {
    this.#options = options;
    this.#result = result;
  }

  async place(level: Place): Promise<void> {
    const { git, commit, prefix } = level;
    const wanted = submodulesOf(await listTree(git, commit));
    if (wanted.size === 0) return;
    const rules = await this.#rulesOf(level);
    for (const [path, { id }] of wanted) {
      const why = typeof rules === 'string' ? rules : await this.#placeOne({ level, path, id, rules });
      if (why === null) this.#result.placed.add(prefix + path);
      else this.#result.absent.set(prefix + path, why);
    }
  }

  /** Returns the rules that count, or why there are none. */
  async #rulesOf({ git, url, commit, rules, depth, signal }: Place): Promise<Rules | string> {
    if (!this.#options.isOn) return '"submodules" of the project configuration is false.';
    if (depth > MOST_LEVELS) return `Submodules are nested in more than ${MOST_LEVELS} levels.`;
    if (rules === null) return NOT_NAMED;
    try {
      if (depth > 1 && rules !== commit) await this.#fetch(git, { url, id: rules, signal });
      return { settings: await readGitmodules(git, rules), commits: submodulesOf(await listTree(git, rules)) };
    } catch (error) {
      if (isWorkerError(error, 'GIT_FAILED')) return 'git cannot read the .gitmodules that the rules have.';
      throw error;
    }
  }

  /** Returns null when the submodule is in its place, or why it is not. */
  async #placeOne({
    level,
    path,
    id,
    rules,
  }: {
    level: Place;
    path: PathBytes;
    id: string;
    rules: Rules;
  }): Promise<string | null> {
    const own = rules.settings.get(path);
    if (own === undefined) return NOT_NAMED;
    if (own.isLeftOut) return '.gitmodules says "update = none".';
    const url = submoduleAddress(own.url, level.url);
    if (url === null) return 'It comes from another host or owner, or from no server.';
    if (!isPlainPath(path)) return 'Its path leads elsewhere.';
    if (this.#result.placed.size >= MOST_SUBMODULES) return `There are more than ${MOST_SUBMODULES} submodules.`;
    try {
      const git = await this.#options.openStore();
      await this.#fetch(git, { url, id, signal: level.signal });
      const next = { ...level, git, url, commit: id, rules: rules.commits.get(path)?.id ?? null };
      await this.#write(next, { path, to: level.folder });
      return null;
    } catch (error) {
      return reasonOf(error);
    }
  }

  async #fetch(git: Git, { url, id, signal }: { url: string; id: string; signal: AbortSignal | undefined }) {
    const { exitCode } = await git.run(['cat-file', '-e', `${id}^{commit}`]);
    if (exitCode === 0) return;
    await fetchCommit(git, { source: url, ref: id, patience: this.#options.patience, signal });
  }

  async #write(level: Omit<Place, 'folder'>, { path, to }: { path: PathBytes; to: string }): Promise<void> {
    const { git, url, commit, depth } = level;
    const { privateDirectory, onFiles } = this.#options;
    const prefix = `${level.prefix}${path}/`;
    await withFilesOf({ git, privateDirectory, commit }, async (folder, index) => {
      await onFiles({ git, commit, url, folder, index, prefix });
      await this.place({ ...level, folder, prefix, depth: depth + 1 });
      const writer = createWorkTreeWriter(to, privateDirectory);
      try {
        writer.move(path, folder);
      } finally {
        await writer.finish();
      }
    });
  }
}

const NOT_NAMED = 'The .gitmodules that the rules have does not name it.';

/** What the server or git refuses for good concerns this submodule alone. */
function reasonOf(error: unknown): string {
  if (isWorkerError(error, 'GIT_FAILED')) return 'The server has no such commit, or git cannot check it out.';
  if (isWorkerError(error, 'SETUP_INCOMPLETE') || isWorkerError(error, 'SECRET_INVALID'))
    return 'The server knows no such repository, or hides it from this token.';
  if (isWorkerError(error, 'REPOSITORY_MOVED')) return 'Its repository was renamed or moved.';
  throw error;
}

/** Git itself takes no such path into an index; a tree may have one. */
function isPlainPath(path: PathBytes): boolean {
  const parts = textOfPath(path).split('/');
  return parts.every((part) => part !== '' && part !== '.' && part !== '..' && !isGitFolderName(part));
}
