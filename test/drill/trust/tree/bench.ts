import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { lstatSync, mkdirSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import path from 'node:path';
import type { CommitResult } from '../../../../src/core/ports/repository.ts';
import { type FileChange, isRefused } from '../../../../src/core/repository/file-change.ts';
import { gitEnvironment } from '../../../../src/fakes/github/git/command.ts';
import { BRANCH, createGitScene, type GitScene, type GitSceneOptions } from '../../../support/scenes/git.ts';
import type { Trial } from '../attempt.ts';

export type Mode = '100644' | '100755' | '120000' | '160000';
/** Lines of a tree, `mode id`, by path; paths as Latin-1, so that each character is one byte. */
export type TreeLines = ReadonlyMap<string, string>;

/** A checked-out branch whose workspace hostile code has written to, and what the worker does then. */
export interface Bench extends GitScene {
  readonly trial: Trial;
  /** Path in the workspace. */
  at(...names: string[]): string;
  /** Makes the folders of a path of the workspace; returns the place. */
  place(file: string): string;
}

/** Checks the branch out, lets `use` do its worst, and ends the scene. Whatever happened, no other ref of the server has moved. */
export async function onBench(
  trial: Trial,
  { prepare, ...options }: GitSceneOptions & { prepare?: (scene: GitScene) => Promise<void> },
  use: (bench: Bench) => Promise<void>,
): Promise<void> {
  const scene = await createGitScene({ ...options, create: trial.parts.createGitRepository });
  try {
    await prepare?.(scene);
    await scene.checkout();
    const at = (...names: string[]) => path.join(scene.workspace, ...names);
    const others = await otherRefs(scene);
    await use({
      ...scene,
      trial,
      at,
      place(file) {
        mkdirSync(path.dirname(at(file)), { recursive: true });
        return at(file);
      },
    });
    trial.check((await otherRefs(scene)) === others, 'another ref of the repository has moved');
  } finally {
    await scene.close();
  }
}

async function otherRefs(scene: GitScene): Promise<string> {
  const refs = await scene.onServer('for-each-ref', '--format=%(objectname) %(refname)');
  return refs
    .split('\n')
    .filter((line) => !line.endsWith(` refs/heads/${BRANCH}`))
    .join('\n');
}

/** Tree of the branch on the server. */
export function treeOnServer({ hosted }: GitScene): Map<string, string> {
  const args = ['--git-dir', hosted.directory, 'ls-tree', '-rz', `refs/heads/${BRANCH}`];
  const lines = execFileSync('git', args, { env: gitEnvironment(), encoding: 'latin1' }).split('\0');
  return new Map(
    lines.flatMap((line): [string, string][] => {
      const [, mode = '', id = '', file = ''] = /^(\d+) \w+ ([0-9a-f]+)\t(.*)$/s.exec(line) ?? [];
      return file === '' ? [] : [[file, `${mode} ${id}`]];
    }),
  );
}

/** The line of a tree for these bytes, reckoned without git. */
export function lineOf(mode: Mode, content: string | Uint8Array): string {
  const bytes = Buffer.from(content);
  return `${mode} ${createHash('sha1').update(`blob ${bytes.length}\0`).update(bytes).digest('hex')}`;
}

/** Lines for all that lies below a folder of the workspace. */
export function linesBelow(bench: Bench, folder: string): Map<string, string> {
  const lines = new Map<string, string>();
  const visit = (file: string): void => {
    const place = Buffer.from(`${bench.workspace}/${file}`, 'latin1');
    const stats = lstatSync(place);
    if (stats.isDirectory()) for (const name of readdirSync(place, 'latin1')) visit(`${file}/${name}`);
    else if (stats.isSymbolicLink()) lines.set(file, lineOf('120000', readlinkSync(place, 'buffer')));
    else lines.set(file, lineOf(stats.mode & 0o100 ? '100755' : '100644', readFileSync(place)));
  };
  visit(folder);
  return lines;
}

/** What the worker does with the workspace after an agent: read, commit if it may, push, drop the rest. */
async function handOver(bench: Bench): Promise<{ changes: readonly FileChange[]; result: CommitResult | 'refused' }> {
  const { repository } = bench;
  const base = (await bench.onServer('rev-parse', 'main')).trim();
  const work = await repository.stage();
  await repository.differences(base, ['.husky', '.mcp.json', '.gitmodules']);
  const result = await work
    .commit({ message: 'Do it\n', trailers: [['Kiro-Worker-Task', '1']], exclude: [], contents: new Map() })
    .catch((error: Error) => {
      if (!work.changes.some(isRefused)) throw error;
      return 'refused' as const;
    });
  await repository.push(BRANCH);
  await repository.restore(base, ['.husky', '.mcp.json']);
  await repository.discard();
  await repository.resetWorkspaceGit();
  await repository.diff();
  return { changes: work.changes, result };
}

/** Lets the worker walk over the workspace: exactly these lines (null: gone) come to the branch of the server, and no others. */
export async function expectPushed(bench: Bench, lines: Iterable<readonly [string, string | null]>): Promise<void> {
  const { trial } = bench;
  const wanted = treeOnServer(bench);
  for (const [file, line] of lines) {
    if (line === null) wanted.delete(file);
    else wanted.set(file, line);
  }
  const { result } = await handOver(bench);
  trial.check(result !== 'refused' && result.kind === 'committed', `it was not committed: ${JSON.stringify(result)}`);
  const found = treeOnServer(bench);
  const wrong = [...new Set([...wanted.keys(), ...found.keys()])].filter(
    (file) => wanted.get(file) !== found.get(file),
  );
  trial.check(
    wrong.length === 0,
    `pushed other than intended: ${wrong.slice(0, 5).map(showPath(wanted, found)).join('; ')}`,
  );
}

const showPath = (wanted: TreeLines, found: TreeLines) => (file: string) =>
  `${JSON.stringify(file)} is ${found.get(file) ?? 'absent'} instead of ${wanted.get(file) ?? 'absent'}`;

/** Lets the worker walk over the workspace: these paths are refused for these reasons, nothing is pushed, and the workspace is what
 *  it was before. */
export async function expectRefused(
  bench: Bench,
  problems: Readonly<Record<string, FileChange['kind']>>,
): Promise<void> {
  const { trial } = bench;
  const before = treeOnServer(bench);
  const { changes, result } = await handOver(bench);
  const found = Object.fromEntries(changes.map(({ path: file, kind }) => [file, kind]));
  for (const [file, kind] of Object.entries(problems))
    trial.check(
      found[file] === kind,
      `${JSON.stringify(file)} is taken for ${found[file] ?? 'unchanged'}, not for ${kind}`,
    );
  trial.check(result === 'refused', `it was not refused, but ${JSON.stringify(result)}`);
  trial.check(sameLines(treeOnServer(bench), before), 'something was pushed');
  const left = await bench.kinds();
  trial.check(Object.keys(left).length === 0, `the workspace was not put back: ${JSON.stringify(left)}`);
}

function sameLines(one: TreeLines, other: TreeLines): boolean {
  return one.size === other.size && [...one].every(([file, line]) => other.get(file) === line);
}
