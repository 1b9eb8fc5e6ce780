import { existsSync, readdirSync, realpathSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { LockRow } from '../../../src/core/lock.ts';
import { lockKey } from '../../../src/core/lock.ts';
import { MARKERS, TRAILERS } from '../../../src/core/names.ts';
import { artifactPrefix } from '../../../src/core/report/artifact-path.ts';
import { parseSection } from '../../../src/core/report/pull-request-section.ts';
import { runGit } from '../../../src/fakes/github/git/command.ts';
import type { Comment, PullRequest } from '../../../src/fakes/github/model.ts';
import type { LocalBuild } from '../../../src/local/builds/build-view.ts';
import { LOCAL_ENVIRONMENT } from '../../../src/local/project-variables.ts';
import { PLACE } from './repository.ts';
import type { TestSystem } from './test-system.ts';

export interface SeenCommit {
  readonly id: string;
  readonly subject: string;
  readonly author: string;
  /** Of the task that it implements, null when it implements none. */
  readonly task: string | null;
  readonly build: string | null;
  readonly repair: string | null;
}

/** Commits of the feature branch since the base branch, oldest first. */
export async function commitsOf(system: TestSystem, branch: string = PLACE.branch): Promise<SeenCommit[]> {
  const trailer = (name: string) => `%(trailers:key=${name},valueonly=true,separator=%x20)`;
  const format = ['%H', '%s', '%an', trailer(TRAILERS.task), trailer(TRAILERS.build), trailer(TRAILERS.repair)].join(
    '%x1f',
  );
  const text = await runGit(system.repository.directory, ['log', '--reverse', `--format=${format}`, `main..${branch}`]);
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const [id = '', subject = '', author = '', task = '', build = '', repair = ''] = line.split('\x1f');
      return { id, subject, author, task: task || null, build: build || null, repair: repair || null };
    });
}

/** Tasks that commits of the branch implement, oldest first: a task done twice stands here twice. */
export async function tasksDone(system: TestSystem): Promise<(string | null)[]> {
  return (await commitsOf(system)).flatMap(({ task }) => (task === null ? [] : [task]));
}

/** Text of a file on a branch; throws when it is not there. */
export function fileOn(system: TestSystem, file: string, branch: string = PLACE.branch): Promise<string> {
  return runGit(system.repository.directory, ['cat-file', 'blob', `refs/heads/${branch}:${file}`]);
}

export async function headOf(system: TestSystem, branch: string = PLACE.branch): Promise<string> {
  return (await runGit(system.repository.directory, ['rev-parse', `refs/heads/${branch}`])).trim();
}

/** The branch's lock row; throws when there is none. */
export async function lockOf(system: TestSystem, branch: string = PLACE.branch): Promise<LockRow> {
  const row = await system.machine.locks.get(lockKey(PLACE.repository, branch));
  if (row === null) throw new Error(`there is no lock of ${branch}`);
  return row;
}

export function columnOf({ github, item }: TestSystem): string | null {
  return github.state.columnOf(item);
}

/** Our own comments, wherever they stand. */
export function commentsOf({ github }: TestSystem): Comment[] {
  return github.state.all('comment').filter(({ body }) => body.includes(MARKERS.comment));
}

/** The open pull request of the feature branch; throws when there is none or several. */
export function pullRequestOf({ github, repository }: TestSystem): PullRequest {
  const open = github.state.pullRequests(repository).filter(({ state }) => state === 'OPEN');
  const [only] = open;
  if (only === undefined || open.length > 1) throw new Error(`${open.length} pull requests are open`);
  return only;
}

/** What our section of the pull request says of the last run. */
export function sectionOf(system: TestSystem): ReturnType<typeof parseSection> {
  return parseSection(pullRequestOf(system).body);
}

/** Builds, oldest first. */
export async function buildsOf({ machine }: TestSystem): Promise<LocalBuild[]> {
  return (await machine.builds.list(1000)).reverse();
}

/** Exit code of the worker in a build that has ended; null when it did not end by itself. */
export function exitCodeOf(build: LocalBuild): number | null {
  const phase = build.phases.find(({ name }) => name === 'BUILD');
  if (phase === undefined || phase.endedAtMs === null) return null;
  if (phase.detail === null) return 0;
  const code = /^exit status (\d+)$/.exec(phase.detail)?.[1];
  return code === undefined ? null : Number(code);
}

/** Exit code of the worker in the newest build, as `exitCodeOf`; undefined where there is no build. */
export async function lastExitCodeOf(system: TestSystem): Promise<number | null | undefined> {
  const build = (await buildsOf(system)).at(-1);
  return build === undefined ? undefined : exitCodeOf(build);
}

/** What `metadata.json` of the newest build says. */
export async function lastMetadataOf(system: TestSystem) {
  const build = (await buildsOf(system)).at(-1);
  return JSON.parse(await artifactOf(system, build?.id ?? '', 'metadata.json'));
}

/** Pairs of builds of one branch that ran at the same time. */
export function overlapping(builds: readonly LocalBuild[]): [string, string][] {
  const pairs: [string, string][] = [];
  for (const [index, one] of builds.entries()) {
    for (const other of builds.slice(index + 1)) {
      if (one.variables.BRANCH_NAME !== other.variables.BRANCH_NAME) continue;
      const oneEnd = one.endedAtMs ?? Number.POSITIVE_INFINITY;
      const otherEnd = other.endedAtMs ?? Number.POSITIVE_INFINITY;
      if (one.startedAtMs < otherEnd && other.startedAtMs < oneEnd) pairs.push([one.id, other.id]);
    }
  }
  return pairs;
}

export function logOf({ dataDirectory }: TestSystem, buildId: string): Promise<string> {
  return readFile(path.join(dataDirectory, 'builds', buildId.slice(buildId.indexOf(':') + 1), 'build.log'), 'utf8');
}

export function artifactOf({ machine }: TestSystem, buildId: string, name: string): Promise<string> {
  const folder = artifactPrefix(LOCAL_ENVIRONMENT, buildId).split('/');
  return readFile(path.join(machine.artifactsDirectory, ...folder, ...name.split('/')), 'utf8');
}

/** The folders that running builds work in, as far as they lie elsewhere than below the data folder. */
export function sourceFoldersOf({ dataDirectory }: TestSystem): string[] {
  const folder = path.join(dataDirectory, 'builds');
  const sources = readdirSync(folder).map((name) => path.join(folder, name, 'src'));
  const real = sources.filter((source) => existsSync(source)).map((source) => realpathSync(source));
  return real.filter((source) => !source.startsWith(dataDirectory));
}
