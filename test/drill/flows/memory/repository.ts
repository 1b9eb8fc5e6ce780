import { type Git, gitFailed } from '../../../../src/adapters/git/git-process.ts';
import { passing, throwFailure } from '../../../../src/adapters/git/server/failure.ts';
import { probeServer } from '../../../../src/adapters/git/server/probe.ts';
import { pushHead, remoteRef } from '../../../../src/adapters/git/server/push.ts';
import { lookTwice, type Patience, retryPassing } from '../../../../src/adapters/git/server/retry.ts';
import { isWorkerError, WorkerError } from '../../../../src/core/errors.ts';
import { createSecretScanner } from '../../../../src/core/gates/secret-scanner.ts';
import type { Clock } from '../../../../src/core/ports/clock.ts';
import type {
  CheckoutResult,
  CommitResult,
  CommitText,
  PushOptions,
  RecommitResult,
  Repository,
} from '../../../../src/core/ports/repository.ts';
import type { FileChange } from '../../../../src/core/repository/file-change.ts';
import { type MemoryGit, type Tree, trailersOf } from './git.ts';
import { createMemoryObjects } from './objects.ts';
import { createMemoryRemote, type RemoteOptions } from './remote.ts';
import { addedSecrets } from './secrets.ts';

/** Files by path: the work tree that untrusted programs write to. */
export type Workspace = Map<string, Buffer>;

export interface MemoryRepositoryOptions extends RemoteOptions {
  readonly workspace: Workspace;
  readonly secrets: () => readonly string[];
  readonly author: string;
  readonly clock: Clock;
}

const FOLDER = '/drill/workspace';

/** Returns the Repository of one branch over memory: a commit has regular files only, and nothing is ignored. */
export function createMemoryRepository(options: MemoryRepositoryOptions): Repository {
  return new MemoryRepository(options);
}

class MemoryRepository implements Repository {
  readonly workspace = FOLDER;
  readonly objects: Repository['objects'];
  readonly #options: MemoryRepositoryOptions;
  readonly #remote: Git;
  readonly #patience: Patience;
  #branches: Parameters<Repository['checkout']>[0] = { branch: '', base: '', rulesBranch: '' };
  #known = { head: '', remoteHead: '', mergeBase: '' };

  constructor(options: MemoryRepositoryOptions) {
    this.#options = options;
    this.objects = createMemoryObjects(options.server);
    this.#remote = createMemoryRemote(options);
    this.#patience = { clock: options.clock, secondMs: 1000 };
  }

  get #git(): MemoryGit {
    return this.#options.server;
  }

  async checkout(branches: Parameters<Repository['checkout']>[0]) {
    this.#branches = branches;
    const fetched = await this.#fetchAll();
    this.#known = { head: fetched.head, remoteHead: fetched.head, mergeBase: fetched.mergeBase };
    this.#fill(fetched.head);
    return fetched;
  }

  absentContent() {
    return [];
  }

  async fetchMoved(): Promise<CheckoutResult | null> {
    try {
      const fetched = await this.#fetchAll();
      return this.#git.isAncestor(this.#known.remoteHead, fetched.head) ? fetched : null;
    } catch (error) {
      if (isWorkerError(error, 'BRANCH_MISSING')) return null;
      throw error;
    }
  }

  async recommit({ onto, ...text }: Parameters<Repository['recommit']>[0]): Promise<RecommitResult> {
    const { head, remoteHead } = this.#known;
    const ours = this.#git.changesBetween(remoteHead, head).filter(({ path }) => !text.contents.has(path));
    const theirs = new Set(this.#git.changesBetween(remoteHead, onto.head).map(({ path }) => path));
    const both = ours.filter(({ path }) => theirs.has(path)).map(({ path }) => path);
    if (both.length > 0) return { kind: 'conflict', paths: both };
    const contents = this.#git.filesOf(head);
    this.#known = { head: onto.head, remoteHead: onto.head, mergeBase: onto.mergeBase };
    const result = await this.#commit(text, { changes: ours, contents });
    if (result.kind !== 'committed') return result;
    this.#fill(result.head);
    return { ...result, changes: this.#git.changesBetween(onto.head, result.head) };
  }

  /** What an install leaves is nothing here. */
  async keepInstalled(): Promise<void> {}

  async #fetchAll(): Promise<CheckoutResult> {
    const { branch, base, rulesBranch, signal } = this.#branches;
    const attempt = () => this.#fetch([branch, base, rulesBranch], signal);
    const [head = '', baseHead = '', rulesHead = ''] = await retryPassing(this.#patience, { attempt, signal });
    const mergeBase = this.#git.mergeBase(head, baseHead) ?? baseHead;
    const rules = { commit: rulesHead, mergeBase: this.#git.mergeBase(head, rulesHead) ?? rulesHead };
    return { head, mergeBase, rules };
  }

  /** Heads of the branches; the real adapter's own judgement of what may pass. */
  async #fetch(names: readonly string[], signal: AbortSignal | undefined): Promise<string[]> {
    const answer = await this.#remote.run(['fetch']);
    if (answer.exitCode !== 0) throwFailure('fetch', answer);
    const missing = names.find((name) => !this.#git.refs.has(`refs/heads/${name}`));
    if (missing === undefined) return names.map((name) => this.#git.refs.get(`refs/heads/${name}`) ?? '');
    const look = () => remoteRef(this.#remote, `refs/heads/${missing}`);
    const { head } = await lookTwice(this.#patience, { look, isThere: (seen) => seen.head !== null, signal });
    if (head !== null) throw passing('fetch', 'It was not listed.');
    const what = `The branch "${missing}" is not in the repository (any more).`;
    throw new WorkerError({ code: 'BRANCH_MISSING', what, remedy: 'Push the branch.' });
  }

  async resetWorkspaceGit(): Promise<void> {
    this.#options.process.check();
  }

  async find(commit: string, file: string) {
    return this.#local('git read', () => {
      const object = this.#git.resolve(`${commit}:${file}`);
      if (object === null) return null;
      return { kind: object.type === 'tree' ? ('folder' as const) : ('file' as const), id: object.oid };
    });
  }

  async read(commit: string, file: string): Promise<Uint8Array | null> {
    const entry = await this.find(commit, file);
    return entry?.kind === 'file' ? this.#local('git read', () => this.#git.readBlob(entry.id)) : null;
  }

  async list(commit: string, folder: string): Promise<string[] | null> {
    if (folder !== '.' && (await this.find(commit, folder))?.kind !== 'folder') return null;
    return this.#local('git read', () => {
      const above = folder === '.' ? '' : `${folder}/`;
      const names = [...this.#git.commit(commit).tree.keys()].filter((file) => file.startsWith(above));
      return names.map((file) => file.slice(above.length)).filter((name) => !name.includes('/'));
    });
  }

  async restore(commit: string, paths: readonly string[]): Promise<void> {
    const { workspace } = this.#options;
    for (const file of [...workspace.keys()]) if (isBelow(file, paths)) workspace.delete(file);
    for (const [file, content] of this.#git.filesOf(commit)) if (isBelow(file, paths)) workspace.set(file, content);
  }

  async differences(commit: string, paths: readonly string[]): Promise<FileChange[]> {
    return this.#compare(this.#git.commit(commit).tree).filter(({ path }) => isBelow(path, paths));
  }

  async stage() {
    const { head } = this.#known;
    const changes = await this.#local('git read', () => this.#compare(this.#git.commit(head).tree));
    const staged = new Map(this.#options.workspace);
    return {
      changes,
      read: async (file: string) =>
        changes.some(({ path, kind }) => path === file && kind !== 'deleted') ? (staged.get(file) ?? null) : null,
      commit: ({ exclude, ...text }: CommitText & { exclude: readonly string[] }) => {
        const wanted = changes.filter(({ path }) => !isBelow(path, exclude));
        return this.#commit(text, { changes: wanted, contents: staged });
      },
    };
  }

  commitContents(text: CommitText): Promise<CommitResult> {
    return this.#commit(text, { changes: [], contents: new Map() });
  }

  async renew(commit = this.#known.head): Promise<string> {
    this.#fill(commit);
    return commit;
  }

  async paths(commit: string): Promise<string[]> {
    return this.#local('git read', () => [...this.#git.commit(commit).tree.keys()]);
  }

  async discard(): Promise<void> {
    this.#fill(this.#known.head);
  }

  async push(branch: string, options: PushOptions = {}) {
    const result = await this.#push(branch, options);
    if (result.kind === 'pushed') this.#known.remoteHead = this.#known.head;
    return result;
  }

  tryPush(branch: string, options: PushOptions = {}) {
    return this.#push(branch, { ...options, isTrial: true });
  }

  #push(branch: string, options: PushOptions & { isTrial?: boolean }) {
    const { head, remoteHead } = this.#known;
    const server = { git: this.#remote, patience: this.#patience };
    return pushHead(server, { branch, head, knownHead: remoteHead, ...options });
  }

  probe() {
    return probeServer(this.#remote, this.#patience);
  }

  async addedSecrets({ since, until }: { since: string; until: string }) {
    return addedSecrets({ added: this.#git.filesOf(until), before: this.#git.filesOf(since) });
  }

  async commits() {
    const { mergeBase, head } = this.#known;
    return this.#git
      .since(mergeBase, head)
      .reverse()
      .map(({ id, parents, message }) => ({ id, parent: parents[0] ?? null, trailers: trailersOf(message) }));
  }

  async diff(): Promise<string> {
    const { mergeBase, head } = this.#known;
    const lines = this.#git.changesBetween(mergeBase, head).flatMap(({ path }) => {
      const text = this.#git.filesOf(head).get(path)?.toString() ?? '';
      return [`diff --git a/${path} b/${path}`, ...text.split('\n').map((line) => `+${line}`)];
    });
    return lines.join('\n');
  }

  async changedFiles({
    since = this.#known.mergeBase,
    until = this.#known.head,
    linesMatch,
  }: Parameters<Repository['changedFiles']>[0] = {}) {
    const files = this.#git.filesOf(until);
    const pattern = linesMatch === undefined ? null : new RegExp(linesMatch.replaceAll('[[:space:]]', '\\s'));
    return this.#git
      .changesBetween(since, until)
      .filter(({ path, kind }) => pattern === null || (kind !== 'deleted' && pattern.test(String(files.get(path)))))
      .map(({ path }) => path);
  }

  #commit(
    { message, trailers, contents: own, judgeSecret = () => 'block' }: CommitText,
    { changes, contents }: { changes: readonly FileChange[]; contents: ReadonlyMap<string, Uint8Array> },
  ): Promise<CommitResult> {
    return this.#local('git commit', () => {
      const added = new Map<string, Uint8Array>(own);
      const tree = new Map(this.#git.commit(this.#known.head).tree);
      for (const { path, kind } of changes) {
        if (kind === 'deleted') tree.delete(path);
        else if (!added.has(path)) added.set(path, contents.get(path) ?? Buffer.alloc(0));
      }
      const scan = createSecretScanner(this.#options.secrets());
      const owning = [...added].filter(([file, bytes]) => scan()(Buffer.from(file)) || scan()(bytes));
      if (owning.length > 0) return { kind: 'holds-secrets', places: owning.map(([file]) => file) };
      const secrets = addedSecrets({ added, before: this.#git.filesOf(this.#known.head) });
      const found = secrets.filter((one) => judgeSecret(one) === 'block');
      if (found.length > 0) return { kind: 'adds-secrets', found };
      for (const [file, bytes] of added) tree.set(file, this.#git.writeBlob(bytes));
      const lines = trailers.map(([name, value]) => `${name}: ${value.replace(/\s+/g, ' ')}\n`);
      const { author, clock } = this.#options;
      const text = `${message.trimEnd()}\n\n${lines.join('')}`;
      const parents = [this.#known.head];
      const head = this.#git.writeCommit({ tree, parents, message: text, author, atMs: clock.now() });
      this.#known.head = head;
      for (const [file, bytes] of own) this.#options.workspace.set(file, Buffer.from(bytes));
      return { kind: 'committed', head, told: secrets.filter((one) => judgeSecret(one) === 'tell') };
    });
  }

  #fill(commit: string): void {
    const { workspace } = this.#options;
    workspace.clear();
    for (const [file, content] of this.#git.filesOf(commit)) workspace.set(file, content);
  }

  #compare(tree: Tree): FileChange[] {
    const { workspace } = this.#options;
    const changes: FileChange[] = [];
    for (const [file, id] of tree) {
      const content = workspace.get(file);
      if (content === undefined) changes.push({ path: file, kind: 'deleted' });
      else if (!content.equals(this.#git.readBlob(id))) changes.push({ path: file, kind: 'modified' });
    }
    for (const file of workspace.keys()) if (!tree.has(file)) changes.push({ path: file, kind: 'added' });
    return changes.sort((a, b) => (a.path < b.path ? -1 : 1));
  }

  /** A command that needs no server; a disk can fail it. */
  #local<T>(surface: 'git read' | 'git commit', effect: () => T): Promise<T> {
    const failure = () => gitFailed([surface], 'error: unable to read object: Input/output error');
    return this.#options.process.call(surface, async () => effect(), { failure });
  }
}

function isBelow(file: string, paths: readonly string[]): boolean {
  return paths.some((one) => file === one || file.startsWith(`${one}/`));
}
