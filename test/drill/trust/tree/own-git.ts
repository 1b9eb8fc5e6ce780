import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type Attempt, attemptsOf, type Trial } from '../attempt.ts';
import { type Bench, expectPushed, lineOf, onBench } from './bench.ts';
import { checkWitness, gitIn, SPRINGS, type Spring, springTrap } from './trap.ts';

/** The workspace has a `.git` of its own, which is the agent's to spoil. */
async function withSpoiledConfig(trial: Trial, spring: Spring): Promise<void> {
  await onBench(trial, { files: { f: 'one\n' } }, async (bench) => {
    await bench.repository.resetWorkspaceGit();
    writeFileSync(bench.at('f'), 'two\n');
    const trap = springTrap(trial, { workTree: bench.workspace, gitFolder: bench.at('.git'), spring });
    const work = trial.random.word(40);
    writeFileSync(bench.at('f'), work);
    await expectPushed(bench, [['f', lineOf('100644', work)]]);
    checkWitness(trial, trap);
  });
}

/** Each spoils the `.git` of the workspace in a way that runs nothing; none of it comes to the branch. */
const SPOILED: Readonly<Record<string, (bench: Bench) => void>> = {
  'commits-of-the-agent': (bench) => {
    writeFileSync(bench.at('README.md'), 'by the agent itself');
    gitIn(bench.workspace, ['-c', 'user.name=x', '-c', 'user.email=x@y', 'commit', '--all', '--message', 'x']);
    writeFileSync(bench.at('README.md'), 'Hello\r\n');
    if (readdirSync(bench.at('.git/objects')).length > 2) bench.trial.strike();
  },
  'a-gitlink-in-its-index': (bench) => {
    gitIn(bench.workspace, [
      'update-index',
      '--add',
      '--cacheinfo',
      `160000,${'1'.repeat(40)},${bench.trial.random.word()}`,
    ]);
    bench.trial.strike();
  },
  'unchanged-files-in-its-index': (bench) => {
    gitIn(bench.workspace, ['update-index', '--assume-unchanged', 'src/a.js']);
    bench.trial.strike();
  },
  'a-replaced-head': (bench) => {
    writeFileSync(bench.at('.git/HEAD'), 'ref: refs/heads/main\n');
    gitIn(bench.workspace, ['replace', '--force', 'HEAD', 'HEAD~1']);
    bench.trial.strike();
  },
  'everything-excluded': (bench) => {
    writeFileSync(bench.place('.git/info/exclude'), '*\n');
    bench.trial.strike();
  },
  'another-remote': (bench) => {
    const config = `[remote "origin"]\n\turl = ext::sh -c id\n\tpushurl = /nowhere\n[url "http://127.0.0.1:9/"]\n\tinsteadOf = http://127.0.0.1\n[http]\n\tproxy = http://127.0.0.1:9\n`;
    appendFileSync(bench.at('.git/config'), config);
    bench.trial.strike();
  },
  'pipes-for-its-files': (bench) => {
    for (const name of ['config', 'HEAD', 'index', 'packed-refs']) {
      rmSync(bench.at('.git', name), { force: true });
      execFileSync('mkfifo', [bench.at('.git', name)]);
    }
    bench.trial.strike();
  },
  'a-link-for-it': (bench) => {
    const elsewhere = path.join(bench.folder, 'elsewhere');
    mkdirSync(elsewhere);
    writeFileSync(path.join(elsewhere, 'config'), 'theirs');
    rmSync(bench.at('.git'), { recursive: true });
    symlinkSync(elsewhere, bench.at('.git'));
    bench.trial.strike();
  },
  'a-file-for-it': (bench) => {
    rmSync(bench.at('.git'), { recursive: true });
    writeFileSync(bench.at('.git'), `gitdir: ${bench.folder}/private/git\n`);
    bench.trial.strike();
  },
};

async function withSpoiledFolder(trial: Trial, spoil: (bench: Bench) => void): Promise<void> {
  await onBench(trial, {}, async (bench) => {
    await bench.repository.resetWorkspaceGit();
    const work = trial.random.word(40);
    writeFileSync(bench.place('src/a.js'), work);
    spoil(bench);
    await expectPushed(bench, [['src/a.js', lineOf('100644', work)]]);
    const elsewhere = path.join(bench.folder, 'elsewhere');
    const names = readdirSync(bench.folder).includes('elsewhere') ? readdirSync(elsewhere) : ['config'];
    trial.check(names.join() === 'config', 'the worker wrote behind a link');
  });
}

export const OWN_GIT: readonly Attempt[] = [
  ...attemptsOf<Spring>('git-of-the-workspace', { rows: SPRINGS, perform: withSpoiledConfig }),
  ...attemptsOf('git-of-the-workspace', { rows: SPOILED, perform: withSpoiledFolder }),
];
