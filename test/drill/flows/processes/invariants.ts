import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { gitEnvironment, runGit } from '../../../../src/fakes/github/git/command.ts';
import { killWorkers } from '../../../support/live-build.ts';
import { createSecretScan } from '../../../support/secret-scan.ts';
import { PLACE } from '../../../support/system/repository.ts';
import * as view from '../../../support/system/view.ts';
import type { ProcessWorld } from './world.ts';

const execute = promisify(execFile);
const THRESHOLD_PCT = 80;
const MOST_BUILDS = 12;

/** Returns a sentence for each thing that may not be at the end of a run, and is. */
export async function findProcessViolations(world: ProcessWorld): Promise<string[]> {
  return [
    ...(await findUnexplained(world)),
    ...(await findUnproven(world)),
    ...(await findDoubleWork(world)),
    ...(await findLostPushes(world)),
    ...findSecrets(world),
    ...findLeftovers(world),
  ];
}

/** Only what passes struck, so the work is done, and it is said everywhere. */
async function findUnexplained({ system, failures, struck }: ProcessWorld): Promise<string[]> {
  const row = await view.lockOf(system);
  const said = `done: ${row.branch} ended with ${row.lastOutcome} (${row.status}, polls failed: ${failures.join('; ') || 'none'})`;
  const section = view.sectionOf(system);
  // A card that was moved away while its completed run was published, and back, has nothing left to do.
  const isDone =
    row.lastOutcome === 'nothing-to-do' &&
    section?.outcome === 'completed' &&
    struck.has('a card is moved away and back');
  if (row.status === 'released' && isDone) return [];
  if (row.status !== 'released' || row.lastOutcome !== 'completed') return [said];
  const [comment, ...others] = view.commentsOf(system);
  return [
    ...(view.columnOf(system) === 'In Review' ? [] : [`explained: the card stands in "${view.columnOf(system)}"`]),
    ...(section?.outcome === 'completed' && section.buildId === row.buildId
      ? []
      : ['explained: the section does not say completed']),
    ...(comment?.body.includes(row.buildId ?? '?') && others.length === 0
      ? []
      : ['explained: no comment, or several, speak of the build']),
    ...(view.pullRequestOf(system).draft ? ['explained: the pull request is still a draft'] : []),
  ];
}

/** What is called completed passes its tests and meets the threshold in a clean clone of that commit. */
async function findUnproven({ system }: ProcessWorld): Promise<string[]> {
  const section = view.sectionOf(system);
  if (section?.outcome !== 'completed') return [];
  if (section.head !== (await view.headOf(system))) return ['proof: completed of another commit than the head'];
  const folder = await mkdtemp(path.join(tmpdir(), 'kiro-proof-'));
  try {
    const clone = path.join(folder, 'clone');
    await execute('git', ['clone', '--quiet', '--branch', PLACE.branch, system.repository.directory, clone], {
      env: gitEnvironment(),
    });
    const reporter = ['--test-reporter=lcov', '--test-reporter-destination=proof.info'];
    const command = ['--test', '--test-isolation=none', '--experimental-test-coverage', ...reporter];
    await execute(process.execPath, command, { cwd: clone, env: { PATH: process.env.PATH } });
    const linesPct = coveredPct(await readFile(path.join(clone, 'proof.info'), 'utf8'));
    return linesPct >= THRESHOLD_PCT ? [] : [`proof: completed, but ${linesPct} % of the lines are covered`];
  } catch (error) {
    return [`proof: completed, but in a clean clone: ${String(error)}`];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function coveredPct(lcov: string): number {
  const sum = (name: string) =>
    [...lcov.matchAll(new RegExp(`^${name}:(\\d+)$`, 'gm'))].reduce((all, [, count]) => all + Number(count), 0);
  return (100 * sum('LH')) / sum('LF');
}

async function findDoubleWork({ system }: ProcessWorld): Promise<string[]> {
  const tasks = await view.tasksDone(system);
  const builds = await view.buildsOf(system);
  return [
    ...(new Set(tasks).size === tasks.length ? [] : [`done once: tasks ${tasks.join(', ')} were done`]),
    ...view.overlapping(builds).map((pair) => `one owner: ${pair.join(' and ')} ran at the same time`),
    ...(builds.length > MOST_BUILDS ? [`caps: ${builds.length} builds`] : []),
  ];
}

async function findLostPushes({ system, personCommits }: ProcessWorld): Promise<string[]> {
  const log = await runGit(system.repository.directory, ['rev-list', `refs/heads/${PLACE.branch}`]);
  return personCommits.filter((id) => !log.includes(id)).map((id) => `pushes kept: the person's commit ${id} is lost`);
}

function findSecrets({ system }: ProcessWorld): string[] {
  const scan = createSecretScan(system.secrets);
  scan.folder(system.root);
  for (const { body } of system.github.state.all('comment')) scan.text('a comment', body);
  scan.text('the pull request', view.pullRequestOf(system).body);
  scan.text('the log', JSON.stringify(system.telemetry.lines));
  return scan.leaks.map(({ where, spelling }) => `no secret: ${where} has ${spelling}`);
}

function findLeftovers({ system }: ProcessWorld): string[] {
  const workers = killWorkers(system);
  const folders = view.sourceFoldersOf(system);
  return [
    ...(workers > 0 ? [`nothing left: ${workers} workers still run`] : []),
    ...folders.map((folder) => `nothing left: the folder ${folder}`),
  ];
}
