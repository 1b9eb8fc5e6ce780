import { mkdir } from 'node:fs/promises';
import { isWorkerError } from '../../core/errors.ts';
import { createSecretScanner } from '../../core/gates/secret-scanner.ts';
import type { Clock } from '../../core/ports/clock.ts';
import type {
  CheckoutResult,
  CommitResult,
  CommitText,
  PushOptions,
  RecommitResult,
  Repository,
  StagedWork,
} from '../../core/ports/repository.ts';
import { makeCommit } from './commit.ts';
import type { GitProcessOptions } from './git-environment.ts';
import { createGit, type Git, gitFailed } from './git-process.ts';
import { readChangedFiles, readCommits, readDiff } from './history.ts';
import { mergeTrees } from './merge-trees.ts';
import { createGitObjects } from './objects.ts';
import { bytesOfPath, isCovered, type PathBytes, splitNul, textOfPath } from './path-bytes.ts';
import { findCommitSecrets } from './secrets/commit-secrets.ts';
import { fetchBranches, mergeBaseOf } from './server/fetch.ts';
import { probeServer } from './server/probe.ts';
import { pushHead } from './server/push.ts';
import { type Patience, patienceWith } from './server/retry.ts';
import { refuseUncommittable, type StagedChange } from './staging/stage-changes.ts';
import { compareLines, toFileChange } from './tree-changes.ts';
import { findEntry, listTree, type Tree, type TreeLine } from './trees.ts';
import { createWorkspace, type Workspace } from './workspace.ts';
import { listPacks, withWorkspaceGit } from './workspace-git.ts';

export interface GitRepositoryOptions extends GitProcessOptions {
  /** Where untrusted code runs; on the file system of `privateDirectory`. */
  readonly workspace: string;
  /** No commit may contain one of them. */
  readonly secrets: () => readonly string[];
  /** Submodules of the same host and owner are checked out; true by default. */
  readonly submodules?: boolean;
  /** Waits between attempts to reach the server; the system's clock by default. */
  readonly clock?: Clock;
}

/** Returns the Repository of one branch over real git. `remoteUrl` contains no credential. */
export async function createGitRepository(options: GitRepositoryOptions): Promise<Repository> {
  const git = await createGit(options);
  await mkdir(options.gitDirectory, { recursive: true, mode: 0o700 });
  await mkdir(options.workspace, { recursive: true });
  return new GitRepository(git, options);
}

class GitRepository implements Repository {
  readonly workspace: string;
  readonly objects: Repository['objects'];
  readonly #git: Git;
  readonly #options: GitRepositoryOptions;
  readonly #patience: Patience;
  readonly #tree: Workspace;
  #branches: Parameters<Repository['checkout']>[0] = { branch: '', base: '', rulesBranch: '' };
  /** Commits that this run knows, by what they are to it. */
  #known = { head: '', remoteHead: '', mergeBase: '' };
  /** Commit that the rules of this run come from. */
  #rules = '';
  /** What the checkout fetched: what the workspace may see, beside the run's own commits. */
  #fetched = { branch: '', head: '', packs: [] as readonly string[] };

  constructor(git: Git, options: GitRepositoryOptions) {
    this.workspace = options.workspace;
    this.#git = git;
    this.objects = createGitObjects(git);
    this.#options = options;
    this.#patience = patienceWith(options.remoteUrl, options.clock);
    const { privateDirectory, remoteUrl, workspace: root, submodules = true } = options;
    const openGit = (gitDirectory: string) => createGit({ ...options, gitDirectory });
    const content = { git, openGit, privateDirectory, remoteUrl, submodules, patience: this.#patience };
    this.#tree = createWorkspace({ ...content, root });
  }

  async checkout(branches: Parameters<Repository['checkout']>[0]) {
    const git = this.#git;
    await git.must(['init', '--quiet', '--bare', '--template=']);
    await git.must(['config', 'remote.origin.url', this.#options.remoteUrl]);
    this.#branches = branches;
    const fetched = await this.#fetch();
    await git.must(['update-ref', '--no-deref', 'HEAD', fetched.head]);
    this.#rules = fetched.rules.commit;
    await this.#fill(fetched.head);
    this.#known = { head: fetched.head, remoteHead: fetched.head, mergeBase: fetched.mergeBase };
    await this.#noteFetched(fetched.head);
    return fetched;
  }

  absentContent() {
    return this.#tree.absentContent();
  }

  async fetchMoved() {
    try {
      const fetched = await this.#fetch();
      const descent = ['merge-base', '--is-ancestor', this.#known.remoteHead, fetched.head];
      const { exitCode, stderr } = await this.#git.run(descent);
      if (exitCode > 1) throw gitFailed(descent, stderr);
      return exitCode === 0 ? fetched : null;
    } catch (error) {
      if (isWorkerError(error, 'BRANCH_MISSING')) return null;
      throw error;
    }
  }

  async recommit({ onto, ...text }: Parameters<Repository['recommit']>[0]): Promise<RecommitResult> {
    const { head, remoteHead } = this.#known;
    const ours = await listTree(this.#git, onto.head);
    const base = await listTree(this.#git, remoteHead);
    const theirs = await listTree(this.#git, head);
    for (const file of [...text.contents.keys()].map(bytesOfPath)) {
      const line = base.get(file);
      if (line === undefined) theirs.delete(file);
      else theirs.set(file, line);
    }
    const { privateDirectory } = this.#options;
    const merged = await mergeTrees({ git: this.#git, privateDirectory, base, ours, theirs });
    if ('conflicts' in merged) return { kind: 'conflict', paths: merged.conflicts.map(textOfPath) };
    await this.#git.must(['update-ref', '--no-deref', 'HEAD', onto.head, head]);
    this.#known = { head: onto.head, remoteHead: onto.head, mergeBase: onto.mergeBase };
    await this.#noteFetched(onto.head);
    const tree = new Map(merged.tree);
    await this.#putContents(tree, text);
    const result = await this.#commitTree(text, tree);
    if (result.kind !== 'committed') return result;
    await this.#fill(result.head);
    return { ...result, changes: compareLines(ours, this.#tree.tree).map(toFileChange) };
  }

  async resetWorkspaceGit(): Promise<void> {
    const { gitDirectory, privateDirectory } = this.#options;
    const at = { head: this.#tree.commit, fetched: this.#fetched, replaced: this.#tree.replaced };
    const source = { git: this.#git, gitDirectory, privateDirectory, ...at };
    await withWorkspaceGit(source, (folder) => this.#tree.change(async (writer) => writer.place('.git', folder)));
  }

  find(revision: string, file: string) {
    return findEntry(this.#git, { revision, file });
  }

  async read(revision: string, file: string) {
    const entry = await this.find(revision, file);
    return entry?.kind === 'file' ? this.#readBlob(entry.id) : null;
  }

  async list(revision: string, folder: string) {
    const line = folder === '.' ? { kind: 'folder', id: revision } : await this.find(revision, folder);
    if (line?.kind !== 'folder') return null;
    return splitNul((await this.#git.must(['ls-tree', '-z', line.id])).stdout).flatMap((entry) => {
      const name = /^100\d{3} blob [0-9a-f]+\t(.*)$/s.exec(entry)?.[1];
      return name === undefined ? [] : [textOfPath(name)];
    });
  }

  restore(revision: string, paths: readonly string[]) {
    return this.#tree.restore(revision, paths.map(bytesOfPath));
  }

  async differences(revision: string, paths: readonly string[]) {
    return (await this.#tree.differences(revision, paths.map(bytesOfPath))).map(toFileChange);
  }

  async stage(): Promise<StagedWork> {
    const staged = await this.#tree.stage();
    return {
      changes: staged.map(toFileChange),
      read: async (file) => {
        const line = staged.find((one) => one.path === bytesOfPath(file))?.line ?? null;
        return line === null ? null : this.#readBlob(line.id);
      },
      commit: async ({ exclude, ...request }) => {
        const wanted = staged.filter((one) => !isCovered(one.path, exclude.map(bytesOfPath)));
        refuseUncommittable(wanted);
        return this.#commit(request, wanted);
      },
    };
  }

  commitContents(request: CommitText): Promise<CommitResult> {
    return this.#commit(request, []);
  }

  keepInstalled(): Promise<void> {
    return this.#tree.keepInstalled();
  }

  discard(): Promise<void> {
    return this.#tree.discard();
  }

  async renew(commit = this.#known.head): Promise<string> {
    await this.#fill(commit);
    return commit;
  }

  async paths(commit: string) {
    return [...(await listTree(this.#git, commit)).keys()].map(textOfPath);
  }

  async push(branch: string, options: PushOptions = {}) {
    const result = await this.#pushHead({ ...options, branch });
    if (result.kind === 'pushed') this.#known.remoteHead = this.#known.head;
    return result;
  }

  tryPush(branch: string, options: PushOptions = {}) {
    return this.#pushHead({ ...options, branch, isTrial: true });
  }

  probe() {
    return probeServer(this.#git, this.#patience);
  }

  async addedSecrets({ since, until }: { since: string; until: string }) {
    const startScan = () => () => false;
    return (await findCommitSecrets(this.#git, { parent: since, head: until, startScan })).found;
  }

  commits() {
    return readCommits(this.#git, this.#known.mergeBase);
  }

  diff() {
    return readDiff(this.#git, this.#known.mergeBase);
  }

  changedFiles({ since = this.#known.mergeBase, ...which }: Parameters<Repository['changedFiles']>[0] = {}) {
    return readChangedFiles(this.#git, { since, ...which });
  }

  #fill(commit: string): Promise<void> {
    return this.#tree.fill({ commit, rules: this.#rules, signal: this.#branches.signal });
  }

  async #commit(text: CommitText, changes: readonly StagedChange[]): Promise<CommitResult> {
    const tree = new Map(this.#tree.tree);
    for (const { path: file, kind } of changes) if (kind === 'deleted') tree.delete(file);
    for (const { path: file, line } of changes) if (line !== null) tree.set(file, line);
    await this.#putContents(tree, text);
    const result = await this.#commitTree(text, tree);
    if (result.kind !== 'committed') return result;
    const paths = [...text.contents.keys()].map(bytesOfPath);
    await this.#tree.advance({ commit: result.head, tree, changes, paths });
    return result;
  }

  /** A file stays executable. */
  async #putContents(tree: Map<PathBytes, TreeLine>, { contents }: CommitText): Promise<void> {
    for (const [name, input] of contents) {
      const file = bytesOfPath(name);
      const id = (await this.#git.must(['hash-object', '-w', '--stdin'], { input })).stdout.toString('latin1').trim();
      tree.set(file, { mode: tree.get(file)?.mode === '100755' ? '100755' : '100644', id });
    }
  }

  /** Commits a tree on top of the head, and makes that the head. */
  async #commitTree({ message, trailers, judgeSecret = () => 'block' }: CommitText, tree: Tree): Promise<CommitResult> {
    const result = await makeCommit({
      git: this.#git,
      privateDirectory: this.#options.privateDirectory,
      parent: this.#known.head,
      tree,
      message,
      trailers,
      startScan: () => createSecretScanner(this.#options.secrets())(),
      judgeSecret,
    });
    if (result.kind === 'committed') this.#known.head = result.head;
    return result;
  }

  #pushHead(request: PushOptions & { branch: string; isTrial?: boolean }) {
    const { head, remoteHead } = this.#known;
    return pushHead({ git: this.#git, patience: this.#patience }, { ...request, head, knownHead: remoteHead });
  }

  async #noteFetched(head: string): Promise<void> {
    this.#fetched = { branch: this.#branches.branch, head, packs: await listPacks(this.#options.gitDirectory) };
  }

  async #fetch(): Promise<CheckoutResult> {
    const { branch, base, rulesBranch, signal } = this.#branches;
    const names = [...new Set([branch, base, rulesBranch])];
    const { gitDirectory } = this.#options;
    const headOf = await fetchBranches(this.#git, { names, gitDirectory, patience: this.#patience, signal });
    const [head, rulesHead] = [headOf(branch), headOf(rulesBranch)];
    const mergeBase = await mergeBaseOf(this.#git, [head, headOf(base)]);
    const ofRules = rulesHead === headOf(base) ? mergeBase : await mergeBaseOf(this.#git, [head, rulesHead]);
    return { head, mergeBase, rules: { commit: rulesHead, mergeBase: ofRules } };
  }

  async #readBlob(id: string): Promise<Uint8Array> {
    return (await this.#git.must(['cat-file', 'blob', id])).stdout;
  }
}
