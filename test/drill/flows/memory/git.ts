import { createHash } from 'node:crypto';
import type { FileChange } from '../../../../src/core/repository/file-change.ts';
import type { GitObject } from '../../../../src/fakes/github/git/objects.ts';
import type { GitReaders } from '../../../../src/fakes/github/git/readers.ts';

/** Paths with the ids of their blobs. */
export type Tree = ReadonlyMap<string, string>;

export interface CommitFacts {
  readonly id: string;
  readonly parents: readonly string[];
  readonly tree: Tree;
  readonly message: string;
  readonly author: string;
}

export interface NewCommit {
  readonly tree: Tree;
  readonly parents: readonly string[];
  readonly message: string;
  readonly author: string;
  readonly atMs: number;
}

/** Objects and branches of one repository, kept in memory in git's own formats: regular files only. */
export class MemoryGit {
  /** Heads by full ref name. */
  readonly refs = new Map<string, string>();
  readonly objects = new Map<string, GitObject>();
  readonly #commits = new Map<string, CommitFacts>();

  writeBlob(content: Uint8Array | string): string {
    return this.#write('blob', Buffer.from(content));
  }

  readBlob(id: string): Buffer {
    return this.#require(id).content;
  }

  /** The files of a commit. */
  filesOf(commit: string): Map<string, Buffer> {
    return new Map([...this.commit(commit).tree].map(([file, id]) => [file, this.readBlob(id)]));
  }

  /** Files that differ between two commits, by path. */
  changesBetween(from: string, to: string): FileChange[] {
    const [before, after] = [this.commit(from).tree, this.commit(to).tree];
    const paths = [...new Set([...before.keys(), ...after.keys()])].filter(
      (file) => before.get(file) !== after.get(file),
    );
    return paths.sort().map((file) => ({
      path: file,
      kind: after.has(file) ? (before.has(file) ? 'modified' : 'added') : 'deleted',
    }));
  }

  writeCommit({ tree, parents, message, author, atMs }: NewCommit): string {
    const at = `${author} ${Math.floor(atMs / 1000)} +0000`;
    const lines = [
      `tree ${this.#writeTree(tree)}`,
      ...parents.map((id) => `parent ${id}`),
      `author ${at}`,
      `committer ${at}`,
    ];
    const id = this.#write('commit', Buffer.from(`${lines.join('\n')}\n\n${message}`));
    this.#commits.set(id, { id, parents, tree, message, author });
    return id;
  }

  /** Commits these files (null deletes one) onto a branch, which may be new; returns the new head. */
  commitTo(
    branch: string,
    change: {
      files: Readonly<Record<string, string | null>>;
      message: string;
      author: string;
      atMs: number;
      from?: string;
    },
  ): string {
    const ref = `refs/heads/${branch}`;
    const parent = this.refs.get(ref) ?? this.refs.get(`refs/heads/${change.from ?? ''}`);
    const tree = new Map(parent === undefined ? [] : this.commit(parent).tree);
    for (const [file, content] of Object.entries(change.files)) {
      if (content === null) tree.delete(file);
      else tree.set(file, this.writeBlob(content));
    }
    const { message, author, atMs } = change;
    const id = this.writeCommit({ tree, parents: parent === undefined ? [] : [parent], message, author, atMs });
    this.refs.set(ref, id);
    return id;
  }

  commit(id: string): CommitFacts {
    const commit = this.#commits.get(id);
    if (commit === undefined) throw new Error(`there is no commit ${id}`);
    return commit;
  }

  /** The commits that only `head` has, newest first. */
  since(base: string | null, head: string): CommitFacts[] {
    const known = base === null ? new Set<string>() : this.#reach(base);
    return [...this.#reach(head)].filter((id) => !known.has(id)).map((id) => this.commit(id));
  }

  isAncestor(ancestor: string, head: string): boolean {
    return this.#reach(head).has(ancestor);
  }

  /** Null when the two have nothing in common. */
  mergeBase(one: string, other: string): string | null {
    const known = this.#reach(other);
    for (const id of this.#reach(one)) if (known.has(id)) return id;
    return null;
  }

  /** The object that `refs/heads/x`, an id, or either with `:path` names. */
  resolve(expression: string): GitObject | null {
    const colon = expression.indexOf(':');
    const revision = colon < 0 ? expression : expression.slice(0, colon);
    const root = this.objects.get(this.refs.get(revision) ?? this.refs.get(`refs/heads/${revision}`) ?? revision);
    if (root === undefined || colon < 0) return root ?? null;
    let id = root.type === 'commit' ? (/^tree (\w+)/.exec(root.content.toString())?.[1] ?? '') : root.oid;
    for (const name of expression
      .slice(colon + 1)
      .split('/')
      .filter((part) => part !== '')) {
      const found = this.#entriesOf(id).get(name);
      if (found === undefined) return null;
      id = found;
    }
    return this.objects.get(id) ?? null;
  }

  #reach(head: string): Set<string> {
    const seen = new Set<string>();
    const open = [head];
    for (let id = open.shift(); id !== undefined; id = open.shift()) {
      if (seen.has(id)) continue;
      seen.add(id);
      open.push(...this.commit(id).parents);
    }
    return seen;
  }

  readonly #folders = new Map<string, ReadonlyMap<string, string>>();

  #entriesOf(tree: string): ReadonlyMap<string, string> {
    return this.#folders.get(tree) ?? new Map();
  }

  #writeTree(tree: Tree, prefix = ''): string {
    const entries = new Map<string, { mode: string; id: string }>();
    for (const [file, id] of tree) {
      if (!file.startsWith(prefix)) continue;
      const [name = '', ...rest] = file.slice(prefix.length).split('/');
      if (rest.length === 0) entries.set(name, { mode: '100644', id });
      else if (!entries.has(name)) entries.set(name, { mode: '40000', id: this.#writeTree(tree, `${prefix}${name}/`) });
    }
    // git sorts folders as if their names ended in "/".
    const sortName = ([name, { mode }]: [string, { mode: string }]) => (mode === '40000' ? `${name}/` : name);
    const sorted = [...entries].sort((a, b) => (sortName(a) < sortName(b) ? -1 : 1));
    const parts = sorted.flatMap(([name, { mode, id }]) => [Buffer.from(`${mode} ${name}\0`), Buffer.from(id, 'hex')]);
    const id = this.#write('tree', Buffer.concat(parts));
    this.#folders.set(id, new Map(sorted.map(([name, entry]) => [name, entry.id])));
    return id;
  }

  #write(type: GitObject['type'], content: Buffer): string {
    const oid = createHash('sha1').update(`${type} ${content.length}\0`).update(content).digest('hex');
    if (!this.objects.has(oid)) this.objects.set(oid, { oid, type, content });
    return oid;
  }

  #require(id: string): GitObject {
    const object = this.objects.get(id);
    if (object === undefined) throw new Error(`there is no object ${id}`);
    return object;
  }
}

/** What the local GitHub reads of git, over one repository in memory. */
export function createMemoryReaders(git: MemoryGit): GitReaders {
  const readers: GitReaders = {
    of: () => ({ read: async (expression) => git.resolve(expression), close: async () => {} }),
    headOf: async (_, branch) => git.refs.get(`refs/heads/${branch}`) ?? null,
    async pullRequestHead(pullRequest) {
      const head = pullRequest.state === 'OPEN' ? git.refs.get(`refs/heads/${pullRequest.headRef}`) : undefined;
      pullRequest.lastHeadOid = head ?? pullRequest.lastHeadOid;
      return pullRequest.lastHeadOid;
    },
    isAhead: async (_, { base, head }) => git.since(base, head).length > 0,
    close: async () => {},
  };
  return readers;
}

/** Trailers of a commit's message. */
export function trailersOf(message: string): Map<string, string> {
  const last = message.trimEnd().split('\n\n').at(-1) ?? '';
  const pairs = last.split('\n').flatMap((line) => {
    const [, name, value] = /^([\w-]+): (.*)$/.exec(line) ?? [];
    return name === undefined || value === undefined ? [] : [[name, value] as const];
  });
  return new Map(pairs);
}
