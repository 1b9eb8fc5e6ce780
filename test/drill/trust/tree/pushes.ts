import { writeFileSync } from 'node:fs';
import { runGit } from '../../../../src/fakes/github/git/command.ts';
import { BRANCH } from '../../../support/scenes/git.ts';
import { type Attempt, attemptsOf, type Trial } from '../attempt.ts';
import { type Bench, onBench } from './bench.ts';

const REF = `refs/heads/${BRANCH}`;

/** Moves the branch on the server as somebody else would; returns where it then is, null for nowhere. */
const MOVES: Readonly<Record<string, (bench: Bench) => Promise<string | null>>> = {
  'a-commit-on-top': ({ github, hosted, trial }) =>
    github.moveBranch(hosted, { branch: BRANCH, files: { [`${trial.random.word()}.md`]: 'theirs\n' } }),
  'a-force-push-to-an-ancestor': ({ hosted }) => forceTo(hosted.directory, `${REF}~1`),
  'a-force-push-to-another-history': ({ hosted }) => forceTo(hosted.directory, 'refs/heads/main'),
  'its-deletion': async ({ hosted }) => {
    await runGit(hosted.directory, ['update-ref', '-d', REF]);
    return null;
  },
};
type Move = (typeof MOVES)[string];

async function forceTo(directory: string, revision: string): Promise<string> {
  await runGit(directory, ['update-ref', REF, revision]);
  return (await runGit(directory, ['rev-parse', REF])).trim();
}

async function commitWork(bench: Bench): Promise<void> {
  writeFileSync(bench.place('src/a.js'), bench.trial.random.word(40));
  await bench.commit();
}

const headOf = async (bench: Bench) =>
  (await bench.onServer('for-each-ref', '--format=%(objectname)', REF)).trim() || null;

/** Whatever somebody else did to the branch stays done. */
async function expectHonoured(
  bench: Bench,
  { moved, result }: { moved: string | null; result: unknown },
): Promise<void> {
  const { trial } = bench;
  trial.check((await headOf(bench)) === moved, `the worker has undone it: ${await headOf(bench)} instead of ${moved}`);
  trial.check(JSON.stringify(result).includes('"moved"'), `the push is taken for ${JSON.stringify(result)}`);
}

async function beforeThePush(trial: Trial, move: Move): Promise<void> {
  await onBench(trial, {}, async (bench) => {
    await commitWork(bench);
    const moved = await move(bench);
    trial.strike();
    await expectHonoured(bench, { moved, result: await bench.repository.push(BRANCH) });
  });
}

async function duringThePush(trial: Trial, move: Move): Promise<void> {
  await onBench(trial, {}, async (bench) => {
    await commitWork(bench);
    let moved: string | null = null;
    const run = async () => {
      moved = await move(bench);
      trial.strike();
    };
    bench.github.faults.next({ git: 'receive-pack', method: 'GET' }, { kind: 'before', run });
    const result = await bench.repository.push(BRANCH);
    await expectHonoured(bench, { moved, result });
  });
}

/** Refs that others may make, and that some command could take for the branch. GitHub takes no name that begins with `refs/`. */
const LOOK_ALIKES: Readonly<Record<string, string>> = {
  'ends-in-its-name': `refs/heads/a/${REF}`,
  'is-a-tag': `refs/tags/${BRANCH}`,
  'is-a-note': `refs/notes/${BRANCH}`,
  'is-a-pull-request': `refs/pull/1/${BRANCH}`,
};

async function expectNotMistaken(trial: Trial, ref: string): Promise<void> {
  const prepare = async ({ onServer }: { onServer: (...args: string[]) => Promise<string> }) => {
    await onServer('update-ref', ref, 'refs/heads/main');
  };
  await onBench(trial, { prepare }, async (bench) => {
    trial.strike();
    await commitWork(bench);
    const result = await bench.repository.push(BRANCH);
    trial.check(result.kind === 'pushed', `the push is taken for ${JSON.stringify(result)}`);
    trial.check(
      (await bench.onServer('cat-file', '-t', `${REF}:src/a.js`)) === 'blob\n',
      'the work is not on the branch',
    );
  });
}

export const PUSHES: readonly Attempt[] = [
  ...attemptsOf('before-the-push', { rows: MOVES, perform: beforeThePush }),
  ...attemptsOf('during-the-push', { rows: MOVES, perform: duringThePush }),
  ...attemptsOf('another-ref', { rows: LOOK_ALIKES, perform: expectNotMistaken }),
];
