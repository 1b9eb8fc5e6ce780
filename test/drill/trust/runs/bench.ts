import { execFileSync, spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { OutcomeKind } from '../../../../src/core/outcome.ts';
import { gitEnvironment, runGit } from '../../../../src/fakes/github/git/command.ts';
import { createSecretScan } from '../../../support/secret-scan.ts';
import { PLACE } from '../../../support/system/repository.ts';
import { createTestSystem, type TestSystem, type TestSystemOptions } from '../../../support/system/test-system.ts';
import * as view from '../../../support/system/view.ts';
import type { Trial } from '../attempt.ts';
import type { Random } from '../random.ts';

export interface RunBench {
  readonly system: TestSystem;
  readonly trial: Trial;
  /** All that builds printed and stored. */
  readonly records: string;
}

/** A whole run of the worker on something hostile. */
export interface HostileRun {
  readonly system: (random: Random) => TestSystemOptions;
  readonly prepare?: (system: TestSystem, random: Random) => Promise<unknown> | unknown;
  readonly endings: readonly OutcomeKind[];
  /** What may come to the branch beside the worker's ticks. */
  readonly work: RegExp;
  /** Whether the trap was set; by default the hostile program has said so in a log. */
  readonly isStruck?: (bench: RunBench) => Promise<boolean> | boolean;
  readonly check?: (bench: RunBench) => Promise<void> | void;
  /** What tests a clean clone; by default node:test. Null where that would leave something on this machine. */
  readonly clone?: readonly string[] | null;
}

/** Statement by which a hostile program says that it has run. Its words stand in no source as they are printed. */
export const SAY = "process.stderr.write('struck' + '-it\\n');";
/** What GitHub takes for a body. */
const LONGEST_BODY = 65_536;
const TASKS_FILE = `${PLACE.specFolder}/tasks.md`;

/** Runs the card once and checks what must hold after any run, whatever the branch is. */
export async function performRun(trial: Trial, run: HostileRun): Promise<void> {
  const system = await createTestSystem({ tasks: '- [ ] 1. One task\n', ...run.system(trial.random) });
  try {
    await run.prepare?.(system, trial.random);
    const before = { refs: await otherRefs(system), head: await view.headOf(system) };
    await system.run();
    const bench = { system, trial, records: readRecords(system.dataDirectory) };
    if (await (run.isStruck ?? hasSaidSo)(bench)) trial.strike();
    await checkEnding(bench, run);
    await checkBranch(bench, { before, work: run.work });
    checkSecrets(bench);
    checkBodies(bench);
    await run.check?.(bench);
  } finally {
    await system.close();
  }
}

function hasSaidSo({ records }: RunBench): boolean {
  return records.includes('struck-it');
}

async function otherRefs({ repository }: TestSystem): Promise<string> {
  const refs = await runGit(repository.directory, ['for-each-ref', '--format=%(objectname) %(refname)']);
  return refs
    .split('\n')
    .filter((line) => !line.endsWith(` refs/heads/${PLACE.branch}`))
    .join('\n');
}

/** The run ended as it should, its lock is free, and `completed` stands for the head of the branch, whose clean clone passes. */
async function checkEnding(
  { system, trial, records }: RunBench,
  { endings, clone = ['--test'] }: HostileRun,
): Promise<void> {
  const lock = await view.lockOf(system);
  const kind = endings.find((one) => one === lock.lastOutcome);
  const log = records
    .split('\n')
    .filter((line) => line.includes('"level":"ERROR"'))
    .slice(-2)
    .join(' ')
    .slice(0, 600);
  trial.check(kind !== undefined, `the run ended ${lock.lastOutcome}, not ${endings.join(' or ')}. ${log}`);
  trial.check(lock.status === 'released', 'the lock is still held');
  trial.check(view.commentsOf(system).length === 1, `${view.commentsOf(system).length} comments were written`);
  if (lock.lastOutcome !== 'completed') return;
  const head = await view.headOf(system);
  const { body } = view.pullRequestOf(system);
  trial.check(body.includes(`passed at ${head.slice(0, 12)}`), 'the verdict belongs to another commit than the head');
  if (clone === null) return;
  const folder = path.join(trial.folder, 'clone');
  const from = ['clone', '--quiet', '--branch', PLACE.branch, system.repository.directory, folder];
  execFileSync('git', from, { env: gitEnvironment(), stdio: 'ignore' });
  const env = { PATH: process.env.PATH, HOME: trial.folder };
  const { status, stdout } = spawnSync(process.execPath, clone, { cwd: folder, env, encoding: 'utf8' });
  trial.check(status === 0, `a clean clone of a completed head fails: ${stdout.slice(-300)}`);
}

/** No other ref has moved, and nothing came to the branch but the work and the ticks. */
async function checkBranch(
  { system, trial }: RunBench,
  { before, work }: { before: { refs: string; head: string }; work: RegExp },
): Promise<void> {
  trial.check((await otherRefs(system)) === before.refs, 'another ref of the repository has moved');
  const args = [
    '--git-dir',
    system.repository.directory,
    'diff-tree',
    '-r',
    '-z',
    '--name-only',
    before.head,
    `refs/heads/${PLACE.branch}`,
  ];
  const changed = execFileSync('git', args, { env: gitEnvironment(), encoding: 'latin1' }).split('\0').filter(Boolean);
  const wrong = changed.filter((file) => file !== TASKS_FILE && !work.test(file));
  trial.check(wrong.length === 0, `pushed without being intended: ${JSON.stringify(wrong)}`);
}

/** Token and key stand nowhere in what the run left: server, artifacts, logs, comments. */
function checkSecrets({ system, trial }: RunBench): void {
  const scan = createSecretScan(system.secrets);
  for (const folder of [system.repository.directory, system.dataDirectory]) scan.folder(folder);
  for (const { body } of system.github.state.all('comment')) scan.text('a comment', body);
  scan.text('the pull request', view.pullRequestOf(system).body);
  trial.check(scan.seen.gitObjects > 0 && scan.seen.files > 5, 'too little was looked through for secrets');
  trial.check(scan.leaks.length === 0, `a secret got out: ${JSON.stringify(scan.leaks.slice(0, 3))}`);
}

function checkBodies({ system, trial }: RunBench): void {
  for (const { body } of [...view.commentsOf(system), view.pullRequestOf(system)])
    trial.check(body.length < LONGEST_BODY, `a body has ${body.length} characters`);
}

function readRecords(folder: string): string {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true });
  return files
    .filter((file) => file.isFile() && /\.(?:log|json|md|txt)$/.test(file.name))
    .map((file) => readFileSync(path.join(file.parentPath, file.name), 'utf8'))
    .join('\n');
}
