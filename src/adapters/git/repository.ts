import { cp, mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { createSecretScanner } from '../../core/gates/secret-scanner.ts';
import type { CommitResult, CommitText, Repository } from '../../core/ports/repository.ts';
import { isRefused, problemOf } from '../../core/repository/file-change.ts';
import { makeCommit } from './commit.ts';
import { fetchBranches, headOfFetched, mergeBaseOf } from './fetch.ts';
import { createGit, type GitProcessOptions } from './git-process.ts';
import { readChangedFiles, readCommits, readDiff } from './history.ts';
import { bytesOfPath, isCovered, splitNul, textOfPath } from './path-bytes.ts';
import { pushHead } from './push.ts';
import type { TreeChange } from './tree-changes.ts';
import { findEntry, type TreeLine } from './trees.ts';
import { createWorkspace, type StagedChange } from './workspace.ts';

export interface GitRepositoryOptions extends GitProcessOptions {
  /** Where untrusted code runs; on the file system of `privateDirectory`. */
  readonly workspace: string;
  /** No commit may hold one of them. */
  readonly secrets: () => readonly string[];
}

/** Returns the Repository of one branch over real git. `remoteUrl` bears no credential. */
export async function createGitRepository(options: GitRepositoryOptions): Promise<Repository> {
  const { gitDirectory, privateDirectory, workspace: root, remoteUrl } = options;
  const git = await createGit(options);
  await mkdir(gitDirectory, { recursive: true, mode: 0o700 });
  await mkdir(root, { recursive: true });
  const workspace = createWorkspace({ git, root, privateDirectory });
  const startScan = () => createSecretScanner(options.secrets())();
  const known = { head: '', remoteHead: '', mergeBase: '' };

  async function commit(
    { message, trailers, contents }: CommitText,
    changes: readonly StagedChange[],
  ): Promise<CommitResult> {
    const tree = new Map(workspace.tree);
    for (const { path: file, kind } of changes) if (kind === 'deleted') tree.delete(file);
    for (const { path: file, line } of changes) if (line !== null) tree.set(file, line);
    for (const [file, bytes] of contents) tree.set(bytesOfPath(file), await writeBlob(bytes));
    const result = await makeCommit({ git, privateDirectory, parent: known.head, tree, message, trailers, startScan });
    if (result.kind === 'holds-secrets') return result;
    known.head = result.head;
    await workspace.advance({ commit: result.head, changes, paths: [...contents.keys()].map(bytesOfPath) });
    return result;
  }

  async function writeBlob(input: Uint8Array): Promise<TreeLine> {
    const answer = await git.must(['hash-object', '-w', '--stdin'], { input });
    return { mode: '100644', id: answer.stdout.toString('latin1').trim() };
  }

  return {
    workspace: root,

    async checkout({ branch, base, rulesBranch }) {
      await git.must(['init', '--quiet', '--bare', '--template=']);
      await git.must(['config', 'remote.origin.url', remoteUrl]);
      await fetchBranches(git, { names: [...new Set([branch, base, rulesBranch])], gitDirectory });
      const head = await headOfFetched(git, branch);
      const rulesHead = await headOfFetched(git, rulesBranch);
      await git.must(['update-ref', '--no-deref', 'HEAD', head]);
      await workspace.fill(head);
      const mergeBase = await mergeBaseOf(git, [head, await headOfFetched(git, base)]);
      const rules = { commit: rulesHead, mergeBase: await mergeBaseOf(git, [head, rulesHead]) };
      Object.assign(known, { head, remoteHead: head, mergeBase });
      return { head, mergeBase, rules };
    },

    async resetWorkspaceGit() {
      await git.must(['read-tree', 'HEAD']);
      await workspace.change(async (writer) => writer.remove('.git'));
      const own = path.join(root, '.git');
      const filter = (source: string) => path.basename(source) !== 'FETCH_HEAD';
      await cp(gitDirectory, own, { recursive: true, filter });
      await writeFile(path.join(own, 'config'), '[core]\n\trepositoryformatversion = 0\n\tbare = false\n');
    },

    find: (revision, file) => findEntry(git, { revision, file }),

    async read(revision, file) {
      const entry = await findEntry(git, { revision, file });
      return entry?.kind === 'file' ? (await git.must(['cat-file', 'blob', entry.id])).stdout : null;
    },

    async list(revision, folder) {
      const line = await findEntry(git, { revision, file: folder });
      if (line?.kind !== 'folder') return null;
      return splitNul((await git.must(['ls-tree', '-z', line.id])).stdout).flatMap((entry) => {
        const name = /^100\d{3} blob [0-9a-f]+\t(.*)$/s.exec(entry)?.[1];
        return name === undefined ? [] : [textOfPath(name)];
      });
    },

    restore: (revision, paths) => workspace.restore(revision, paths.map(bytesOfPath)),

    async differences(revision, paths) {
      return (await workspace.differences(revision, paths.map(bytesOfPath))).map(tell);
    },

    async stage() {
      const staged = await workspace.stage();
      return {
        changes: staged.map(tell),
        async read(file) {
          const line = staged.find((one) => one.path === bytesOfPath(file))?.line ?? null;
          return line === null ? null : (await git.must(['cat-file', 'blob', line.id])).stdout;
        },
        async commit({ exclude, ...request }) {
          const wanted = staged.filter((one) => !isCovered(one.path, exclude.map(bytesOfPath)));
          const refused = wanted
            .map(tell)
            .filter(isRefused)
            .map((change) => `${change.path} ${problemOf(change)}`);
          if (refused.length > 0) throw new Error(`These files cannot be committed: ${refused.slice(0, 5).join('; ')}`);
          return commit(request, wanted);
        },
      };
    },

    commitContents: (request) => commit(request, []),
    discard: () => workspace.discard(),

    async renew() {
      await workspace.fill(known.head);
      return known.head;
    },

    async push(branch) {
      const result = await pushHead(git, { branch, head: known.head, knownHead: known.remoteHead });
      if (result.kind === 'pushed') known.remoteHead = known.head;
      return result;
    },

    commits: () => readCommits(git, known.mergeBase),
    diff: () => readDiff(git, known.mergeBase),
    changedFiles: ({ since = known.mergeBase, ...which } = {}) => readChangedFiles(git, { since, ...which }),
  };
}

/** A nested repository goes by the name of its folder. */
function tell({ path: file, kind }: TreeChange) {
  const named = kind === 'nested-repository' && file.includes('/') ? file.slice(0, file.lastIndexOf('/')) : file;
  return { path: textOfPath(named), kind };
}
