import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { removeTree } from '../../../src/adapters/files/remove-tree.ts';
import { createGitRepository } from '../../../src/adapters/git/repository.ts';
import type { CommitResult, Repository } from '../../../src/core/ports/repository.ts';
import { feedGit, runGit } from '../../../src/fakes/github/git/command.ts';
import type { FileChange } from '../../../src/fakes/github/git/commits.ts';
import type { Repository as HostedRepository } from '../../../src/fakes/github/model.ts';
import type { LocalGitHub } from '../../../src/fakes/github/server.ts';
import { cloneUrl, startLocalGitHub } from '../../../src/fakes/github/server.ts';

export const TOKEN = 'ghp_0123456789abcdefghijklmnopqrstuvwxyz';
export const BRANCH = 'feature/a';
export const TASKS = '.kiro/specs/feature/a/tasks.md';

type Files = Readonly<Record<string, FileChange>>;

export interface GitScene {
  readonly folder: string;
  readonly github: LocalGitHub;
  readonly hosted: HostedRepository;
  readonly repository: Repository;
  readonly workspace: string;
  /** What git gets for a password from now on. */
  setToken(token: string): void;
  checkout(): ReturnType<Repository['checkout']>;
  /** Writes a file of the workspace, with its folders. */
  write(file: string, content: string | Uint8Array): Promise<void>;
  /** Kinds of the workspace's changes by path. */
  kinds(): Promise<Record<string, string>>;
  commit(options?: { contents?: [string, string][]; exclude?: string[] }): Promise<CommitResult>;
  /** Output of git in the server's repository. */
  onServer(...args: string[]): Promise<string>;
  close(): Promise<void>;
}

export interface GitSceneOptions
  extends Pick<Parameters<typeof createGitRepository>[0], 'clock' | 'stallSeconds' | 'submodules'> {
  /** Of the base branch. */
  readonly files?: Files;
  readonly branchFiles?: Files;
  readonly secrets?: readonly string[];
  /** Certificate and key of a server that speaks https. */
  readonly tls?: { readonly cert: string; readonly key: string };
  /** What makes the git adapter. */
  readonly create?: typeof createGitRepository;
}

/** A repository on a local GitHub with branch `feature/a`, and the git adapter over it. */
export async function createGitScene(options: GitSceneOptions = {}): Promise<GitScene> {
  const { create = createGitRepository } = options;
  const folder = await mkdtemp(path.join(tmpdir(), 'kiro-git-'));
  const workspace = path.join(folder, 'workspace');
  let token = TOKEN;
  const { tls, clock, stallSeconds, submodules } = options;
  const root = path.join(folder, 'github');
  const github = await startLocalGitHub({ tokens: [TOKEN], root, ...(tls && { tls }) });
  const hosted = await github.createRepository({
    owner: 'octo',
    name: 'app',
    files: { 'README.md': 'Hello\r\n', '.husky/pre-commit': 'echo base\n', ...options.files },
    branches: [{ name: BRANCH, files: { [TASKS]: '- [ ] 1. Do it\n', ...options.branchFiles } }],
  });
  const privateDirectory = path.join(folder, 'private');
  const repository = await create({
    privateDirectory,
    gitDirectory: path.join(privateDirectory, 'git'),
    workspace,
    credentials: async () => ({ username: 'x-access-token', password: token }),
    identity: { name: 'Kiro Worker', email: 'bot@example.com' },
    remoteUrl: cloneUrl(github, 'octo/app'),
    secrets: () => options.secrets ?? [],
    ...(clock && { clock }),
    ...(stallSeconds && { stallSeconds }),
    ...(submodules !== undefined && { submodules }),
  });
  return {
    folder,
    github,
    hosted,
    repository,
    workspace,
    setToken(next) {
      token = next;
    },
    checkout: () => repository.checkout({ branch: BRANCH, base: 'main', rulesBranch: 'main' }),
    async write(file, content) {
      await mkdir(path.dirname(path.join(workspace, file)), { recursive: true });
      await writeFile(path.join(workspace, file), content);
    },
    async kinds() {
      return Object.fromEntries((await repository.stage()).changes.map(({ path: file, kind }) => [file, kind]));
    },
    async commit({ contents = [], exclude = [] } = {}) {
      return (await repository.stage()).commit({
        message: 'Do it\n',
        trailers: [['Kiro-Worker-Task', '1\nSigned-off-by: nobody']],
        exclude,
        contents: new Map(contents.map(([file, text]) => [file, new TextEncoder().encode(text)])),
      });
    },
    onServer: (...args) => runGit(hosted.directory, args),
    async close() {
      await github.close();
      await removeTree(folder);
    },
  };
}

/** Every operation of the worker that follows a program of the branch. */
export async function followUntrustedCode({ repository, onServer }: GitScene): Promise<void> {
  const baseHead = (await onServer('rev-parse', 'main')).trim();
  const work = await repository.stage();
  await repository.differences(baseHead, ['.husky', '.mcp.json']);
  await work.commit({ message: 'x\n', trailers: [], exclude: [], contents: new Map() }).catch(() => {});
  await repository.restore(baseHead, ['.husky', '.mcp.json']);
  await repository.discard();
  await repository.resetWorkspaceGit();
  await repository.diff();
}

/** One line of a tree; content of a file or link, or the commit of a submodule. */
export interface RawLine {
  readonly mode: '100644' | '100755' | '120000' | '160000';
  /** Need not be UTF-8. */
  readonly path: Buffer;
  readonly content: string | Buffer;
}

/** Commits lines that no work tree could make onto a branch of a bare repository; returns the new head. */
export async function commitLines(directory: string, branch: string, lines: readonly RawLine[]): Promise<string> {
  const parent = (await runGit(directory, ['rev-parse', `refs/heads/${branch}`])).trim();
  const records: Buffer[] = [];
  for (const { mode, path: file, content } of lines) {
    const hash = ['hash-object', '-w', '--stdin'];
    const id =
      mode === '160000'
        ? String(content)
        : (await feedGit(directory, { args: hash, input: Buffer.from(content) })).trim();
    records.push(Buffer.from(`M ${mode} ${id} "`), quote(file), Buffer.from('"\n'));
  }
  const head = `commit refs/heads/${branch}\ncommitter Robin <robin@example.com> 1700000000 +0000\ndata 4\nAdd\n`;
  const stream = Buffer.concat([Buffer.from(`${head}from ${parent}\n`), ...records, Buffer.from('\n')]);
  await feedGit(directory, { args: ['fast-import', '--quiet', '--date-format=raw'], input: stream });
  return (await runGit(directory, ['rev-parse', `refs/heads/${branch}`])).trim();
}

/** As `git fast-import` takes a path in quotes: other bytes in octal. */
function quote(file: Buffer): Buffer {
  const octal = (byte: number) => `\\${byte.toString(8).padStart(3, '0')}`;
  return Buffer.from(
    [...file]
      .map((byte) => (/[\w./-]/.test(String.fromCharCode(byte)) ? String.fromCharCode(byte) : octal(byte)))
      .join(''),
  );
}
