import { cp, mkdir, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { WorkerError } from '../../core/errors.ts';
import type { FileChange, PushResult, Repository } from '../../core/ports/repository.ts';
import type { GitAnswer, GitProcessOptions, RunGit } from './git-process.ts';
import { createRunGit, gitFailed } from './git-process.ts';

/** Returns the Repository of one branch over real git. `remoteUrl` bears no credential. */
export async function createGitRepository(options: GitProcessOptions): Promise<Repository> {
  const { gitDirectory, workspace, remoteUrl } = options;
  await mkdir(gitDirectory, { recursive: true, mode: 0o700 });
  await mkdir(workspace, { recursive: true });
  const git = await createRunGit(options);
  const must = async (args: readonly string[], more?: Parameters<RunGit>[1]): Promise<GitAnswer> => {
    const answer = await git(args, more);
    if (answer.exitCode !== 0) throw gitFailed(args, answer.stderr);
    return answer;
  };
  const text = async (args: readonly string[]) => (await must(args)).stdout.toString('utf8').trim();
  const known = { remoteHead: '', mergeBase: '', branch: '' };

  return {
    workspace,

    async checkout({ branch, base }) {
      await must(['init', '--quiet']);
      await must(['config', 'remote.origin.url', remoteUrl]);
      await must(['config', 'remote.origin.promisor', 'true']);
      await must(['config', 'remote.origin.partialCloneFilter', 'blob:none']);
      const specs = [...new Set([branch, base])].map((name) => `+refs/heads/${name}:refs/remotes/origin/${name}`);
      const fetched = await git(['fetch', '--quiet', '--no-tags', '--filter=blob:none', 'origin', ...specs]);
      if (fetched.exitCode !== 0) throw fetchFailed(branch, base, fetched.stderr);
      const head = await text(['rev-parse', '--verify', `refs/remotes/origin/${branch}^{commit}`]);
      const baseHead = await text(['rev-parse', '--verify', `refs/remotes/origin/${base}^{commit}`]);
      await must(['checkout', '--quiet', '--force', '--detach', head]);
      const mergeBase = await git(['merge-base', head, baseHead]);
      known.remoteHead = head;
      known.branch = branch;
      known.mergeBase = mergeBase.exitCode === 0 ? mergeBase.stdout.toString('utf8').trim() : baseHead;
      return { head, baseHead, mergeBase: known.mergeBase };
    },

    async plantWorkspaceGit() {
      const own = path.join(workspace, '.git');
      await rm(own, { recursive: true, force: true });
      await cp(gitDirectory, own, { recursive: true, filter: (source) => !/[\\/]hooks$/.test(source) });
      await writeFile(path.join(own, 'config'), '[core]\n\trepositoryformatversion = 0\n\tbare = false\n');
    },

    async read(commit, file) {
      const answer = await git(['cat-file', 'blob', `${commit}:${file}`]);
      return answer.exitCode === 0 ? answer.stdout : null;
    },

    async readWorkspace(file) {
      const root = await realpath(workspace);
      const expected = path.resolve(root, file);
      const real = await realpath(expected).catch(() => null);
      return real === expected && expected.startsWith(`${root}${path.sep}`) ? readFile(real).catch(() => null) : null;
    },

    async list(commit, folder) {
      const answer = await git(['ls-tree', '-z', `${commit}:${folder}`]);
      if (answer.exitCode !== 0) return null;
      return splitNul(answer.stdout).flatMap((entry) => /^100\d{3} blob [0-9a-f]+\t(.*)$/s.exec(entry)?.[1] ?? []);
    },

    async restore(commit, paths) {
      for (const file of paths) {
        await rm(path.join(workspace, file), { recursive: true, force: true });
        const there = await git(['cat-file', '-e', `${commit}:${file}`]);
        if (there.exitCode !== 0) continue;
        await must(['restore', `--source=${commit}`, '--worktree', '--', `:(literal)${file}`]);
      }
    },

    async changes(against) {
      if (against) return changesAgainst(must, against);
      const { stdout } = await must([
        'status',
        '--porcelain=v1',
        '-z',
        '--untracked-files=all',
        '--no-renames',
        '--ignore-submodules=all',
      ]);
      return splitNul(stdout).map(parseStatusEntry);
    },

    async commit({ message, trailers, exclude, contents, only = false }) {
      if (!only) await must(['add', '--all', '--', '.', ...exclude.map((file) => `:(exclude,literal)${file}`)]);
      for (const [file, bytes] of contents) {
        const blob = (await must(['hash-object', '-w', '--stdin'], { input: bytes })).stdout.toString('utf8').trim();
        await must(['update-index', '--add', '--cacheinfo', `100644,${blob},${file}`]);
      }
      const lines = trailers.flatMap(([name, value]) => ['--trailer', `${name}: ${value.replace(/\s+/g, ' ')}`]);
      await must(['commit', '--quiet', '--no-verify', '--allow-empty', '--cleanup=verbatim', '--file=-', ...lines], {
        input: message,
      });
      for (const file of contents.keys()) await must(['checkout-index', '--force', '--', file]);
      return text(['rev-parse', 'HEAD']);
    },

    async discard() {
      await must(['reset', '--quiet', '--hard', 'HEAD']);
      await must(['clean', '--quiet', '-ffd', '--exclude=/.git']);
    },

    async push(branch) {
      const before = await remoteHead(must, branch);
      const head = await text(['rev-parse', 'HEAD']);
      if (before === head) {
        known.remoteHead = head;
        return { kind: 'pushed' };
      }
      if (before !== known.remoteHead) return moved(git, branch, before);
      const answer = await git(['push', '--porcelain', 'origin', `${head}:refs/heads/${branch}`]);
      const after = await remoteHead(must, branch);
      if (after === head) {
        known.remoteHead = head;
        return { kind: 'pushed' };
      }
      if (after !== before) return moved(git, branch, after);
      return { kind: 'refused', detail: lastLines(`${answer.stdout.toString('utf8')}\n${answer.stderr}`) };
    },

    async commits() {
      const format = '%H%x1f%(trailers:unfold=true,only=true,separator=%x1e)';
      const { stdout } = await must(['log', '--reverse', '-z', `--format=${format}`, `${known.mergeBase}..HEAD`]);
      return splitNul(stdout).map(parseLogEntry);
    },

    async diff() {
      return (
        await must(['diff', '--no-ext-diff', '--no-textconv', '--no-color', known.mergeBase, 'HEAD'])
      ).stdout.toString('utf8');
    },

    async changedFiles() {
      return splitNul((await must(['diff', '--no-ext-diff', '--name-only', '-z', known.mergeBase, 'HEAD'])).stdout);
    },
  };
}

type Must = (args: readonly string[], more?: Parameters<RunGit>[1]) => Promise<GitAnswer>;

async function changesAgainst(
  must: Must,
  { commit, paths }: { commit: string; paths: readonly string[] },
): Promise<FileChange[]> {
  const literal = paths.map((file) => `:(literal)${file}`);
  const tracked = splitNul(
    (await must(['diff', '--no-ext-diff', '--no-renames', '--name-only', '-z', commit, '--', ...literal])).stdout,
  );
  const others = splitNul((await must(['ls-files', '--others', '-z', '--', ...literal])).stdout);
  const names = new Set(tracked);
  for (const file of others) {
    const same = await must(['ls-tree', '-z', commit, '--', file]);
    if (same.stdout.length === 0) names.add(file);
  }
  return [...names].map((file) => ({ path: file, kind: 'modified' }));
}

async function remoteHead(must: Must, branch: string): Promise<string | null> {
  const { stdout } = await must(['ls-remote', 'origin', `refs/heads/${branch}`]);
  return stdout.toString('utf8').split('\t', 1)[0]?.trim() || null;
}

async function moved(git: RunGit, branch: string, head: string | null): Promise<PushResult> {
  if (head === null) return { kind: 'moved', head, by: null };
  await git(['fetch', '--quiet', '--no-tags', 'origin', `+refs/heads/${branch}:refs/remotes/origin/${branch}`]);
  const author = await git(['log', '-1', '--format=%an <%ae>', head]);
  return { kind: 'moved', head, by: author.exitCode === 0 ? author.stdout.toString('utf8').trim() : null };
}

/** `XY path`; a nested repository shows as an untracked path that ends in a slash. */
function parseStatusEntry(entry: string): FileChange {
  const code = entry.slice(0, 2);
  const file = entry.slice(3);
  if (file.endsWith('/')) return { path: file, kind: 'nested-repository' };
  if (code.includes('D')) return { path: file, kind: 'deleted' };
  return { path: file, kind: code === '??' || code.includes('A') ? 'added' : 'modified' };
}

function parseLogEntry(entry: string): { id: string; trailers: ReadonlyMap<string, string> } {
  const [id = '', lines = ''] = entry.trim().split('\x1f');
  const pairs = lines.split('\x1e').flatMap((line) => {
    const at = line.indexOf(':');
    return at > 0 ? [[line.slice(0, at).trim(), line.slice(at + 1).trim()] as const] : [];
  });
  return { id, trailers: new Map(pairs) };
}

function fetchFailed(branch: string, base: string, stderr: string): WorkerError {
  if (/couldn't find remote ref/i.test(stderr)) {
    const missing = stderr.includes(`refs/heads/${base}`) && branch !== base ? base : branch;
    return new WorkerError({
      code: 'BRANCH_MISSING',
      what: `The branch "${missing}" is not in the repository (any more).`,
      remedy: 'Push the branch, or correct the Branch field of the card.',
    });
  }
  return gitFailed(['fetch'], stderr);
}

function splitNul(bytes: Buffer): string[] {
  return bytes
    .toString('utf8')
    .split('\0')
    .filter((entry) => entry !== '');
}

function lastLines(output: string): string {
  return output.trim().split('\n').slice(-12).join('\n').slice(-2000);
}
