import { execFileSync } from 'node:child_process';
import { linkSync, lstatSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { BRANCH, TASKS } from '../../../support/scenes/git.ts';
import { type Attempt, attemptsOf, type Trial } from '../attempt.ts';
import { type Bench, lineOf, onBench, treeOnServer } from './bench.ts';

/** Puts something in the way of a file that the worker is about to write; `outside` is a folder that it must not touch. */
const OBSTACLES: Readonly<Record<string, (bench: Bench, way: { file: string; outside: string }) => void>> = {
  pipe: ({ at }, { file }) => {
    rmSync(at(file), { force: true });
    execFileSync('mkfifo', [at(file)]);
  },
  'link-outside': ({ at }, { file, outside }) => {
    rmSync(at(file), { force: true });
    symlinkSync(path.join(outside, 'theirs'), at(file));
  },
  'hard-link-outside': ({ at }, { file, outside }) => {
    rmSync(at(file), { force: true });
    linkSync(path.join(outside, 'theirs'), at(file));
  },
  folder: ({ at }, { file }) => {
    rmSync(at(file), { force: true });
    mkdirSync(path.join(at(file), 'deep'), { recursive: true });
  },
  'link-for-its-folder': ({ at }, { file, outside }) => {
    const folder = path.dirname(at(file));
    rmSync(folder, { recursive: true });
    symlinkSync(outside, folder);
  },
  'file-for-its-folder': ({ at }, { file }) => {
    const folder = path.dirname(at(file));
    rmSync(folder, { recursive: true });
    writeFileSync(folder, 'x');
  },
};
type Obstacle = (typeof OBSTACLES)[string];

function makeOutside(bench: Bench, name: string): string {
  const outside = path.join(bench.folder, 'outside');
  mkdirSync(outside);
  for (const file of ['theirs', name]) writeFileSync(path.join(outside, file), 'theirs');
  return outside;
}

function checkOutside({ trial }: Bench, outside: string): void {
  for (const name of readdirSync(outside))
    trial.check(readFileSync(path.join(outside, name), 'utf8') === 'theirs', `the worker wrote to ${name} outside`);
}

/** The worker's ticks, whatever stands in their place. */
async function expectTicks(trial: Trial, obstacle: Obstacle): Promise<void> {
  await onBench(trial, {}, async (bench) => {
    const outside = makeOutside(bench, path.basename(TASKS));
    obstacle(bench, { file: TASKS, outside });
    trial.strike();
    const ticks = `- [x] 1. ${trial.random.word()}\n`;
    await bench.repository.commitContents({
      message: 'Tick\n',
      trailers: [],
      contents: new Map([[TASKS, Buffer.from(ticks)]]),
    });
    await bench.repository.push(BRANCH);
    trial.check(treeOnServer(bench).get(TASKS) === lineOf('100644', ticks), 'the ticks did not come to the branch');
    trial.check(
      lstatSync(bench.at(TASKS)).isFile() && readFileSync(bench.at(TASKS), 'utf8') === ticks,
      'the ticks are not in the workspace',
    );
    checkOutside(bench, outside);
  });
}

/** Configuration that makes tools run programs is put back before each task. */
async function expectPutBack(trial: Trial, obstacle: Obstacle): Promise<void> {
  await onBench(trial, {}, async (bench) => {
    const base = (await bench.onServer('rev-parse', 'main')).trim();
    const outside = makeOutside(bench, 'pre-commit');
    obstacle(bench, { file: '.husky/pre-commit', outside });
    const paths = ['.husky', '.mcp.json'];
    if ((await bench.repository.differences(base, paths)).length > 0) trial.strike();
    await bench.repository.restore(base, paths);
    trial.check(lstatSync(bench.at('.husky/pre-commit')).isFile(), 'the file was not put back');
    trial.check(readFileSync(bench.at('.husky/pre-commit'), 'utf8') === 'echo base\n', 'other contents were put back');
    trial.check((await bench.repository.differences(base, paths)).length === 0, 'something still differs');
    checkOutside(bench, outside);
  });
}

export const PLACES: readonly Attempt[] = [
  ...attemptsOf('worker-writes-over', { rows: OBSTACLES, perform: expectTicks }),
  ...attemptsOf('worker-puts-back-over', { rows: OBSTACLES, perform: expectPutBack }),
];
