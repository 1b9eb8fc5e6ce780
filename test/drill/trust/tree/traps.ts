import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { FileChange } from '../../../../src/core/repository/file-change.ts';
import { gitEnvironment } from '../../../../src/fakes/github/git/command.ts';
import { BRANCH, commitLines, type GitScene } from '../../../support/scenes/git.ts';
import { type Attempt, attemptsOf, type Trial } from '../attempt.ts';
import { type Bench, expectPushed, expectRefused, lineOf, linesBelow, onBench } from './bench.ts';
import { checkWitness, makeRepository, makeTrap, pickSpring, springTrap, type Trap } from './trap.ts';

interface Nested {
  /** Sets the trap; returns it with the path that is refused, and why. */
  set(bench: Bench): { trap: Trap; refused: string; kind?: FileChange['kind'] };
}

/** Repositories that make git run programs, where an agent can put them. */
const NESTED: Readonly<Record<string, Nested>> = {
  'in-a-new-folder': {
    set(bench) {
      const folder = `${bench.trial.random.folders(3)}${bench.trial.random.name()}`;
      return { trap: makeTrap(bench.trial, bench.at(folder)), refused: folder };
    },
  },
  'in-place-of-a-file': {
    set(bench) {
      rmSync(bench.at('README.md'));
      return { trap: makeTrap(bench.trial, bench.at('README.md')), refused: 'README.md' };
    },
  },
  'behind-a-gitdir-file': {
    set(bench) {
      const { random } = bench.trial;
      const folder = random.word();
      const trap = makeTrap(bench.trial, bench.at(folder));
      const other = `${random.folders(2)}${random.word()}`;
      writeFileSync(bench.place(`${other}/.git`), `gitdir: ${bench.at(folder, '.git')}\n`);
      return { trap, refused: other };
    },
  },
  'behind-a-link': {
    set(bench) {
      const elsewhere = path.join(bench.folder, 'elsewhere');
      const trap = makeTrap(bench.trial, elsewhere);
      const name = bench.trial.random.word();
      symlinkSync(path.join(elsewhere, '.git'), bench.place(`${name}/.git`));
      return { trap, refused: name };
    },
  },
  'in-another-spelling': {
    set(bench) {
      const { random } = bench.trial;
      const trap = makeTrap(bench.trial, bench.at('x'));
      const name = random.pick([
        '.GIT',
        '.Git',
        'git~1',
        'GIT~1',
        '.g\u200cit',
        '.git ',
        '.git.',
        '.git::$INDEX_ALLOCATION',
      ]);
      const folder = random.word();
      execFileSync('cp', ['-r', bench.at('x', '.git'), bench.place(`${folder}/${name}`)]);
      return { trap, refused: folder };
    },
  },
  'with-a-worktree-elsewhere': {
    set(bench) {
      const { random } = bench.trial;
      const folder = random.word();
      makeRepository(bench.at(folder));
      const gitFolder = bench.at(folder, '.git');
      writeFileSync(path.join(gitFolder, 'HEAD'), 'ref: refs/heads/main\n');
      const trap = springTrap(bench.trial, { workTree: bench.at(folder), gitFolder, spring: pickSpring(random) });
      execFileSync('git', ['config', '--file', path.join(gitFolder, 'config'), 'core.worktree', bench.workspace], {
        env: gitEnvironment(),
      });
      return { trap, refused: folder };
    },
  },
};

async function expectNothingRuns(trial: Trial, { set }: Nested): Promise<void> {
  await onBench(trial, {}, async (bench) => {
    writeFileSync(bench.place('src/a.js'), trial.random.word(40));
    const { trap, refused, kind = 'nested-repository' } = set(bench);
    await expectRefused(bench, { [refused]: kind });
    checkWitness(trial, trap);
  });
}

const addSubmodule = async (scene: GitScene): Promise<void> => {
  const content = (await scene.onServer('rev-parse', 'main')).trim();
  await commitLines(scene.hosted.directory, BRANCH, [{ mode: '160000', path: Buffer.from('lib'), content }]);
};

/** What happens in a submodule's folder is no change of the branch: the rest of the work goes on. */
const IN_SUBMODULE: Readonly<Record<string, (bench: Bench) => Trap>> = {
  'in-its-folder': (bench) => makeTrap(bench.trial, bench.at('lib')),
  'in-its-folder-with-another-head': (bench) => {
    const trap = makeTrap(bench.trial, bench.at('lib'));
    writeFileSync(bench.at('lib/.git/HEAD'), `${'1'.repeat(40)}\n`);
    return trap;
  },
  'below-its-folder': (bench) =>
    makeTrap(bench.trial, bench.at('lib', bench.trial.random.word(), bench.trial.random.word())),
  'as-its-gitdir-file': (bench) => {
    const trap = makeTrap(bench.trial, path.join(bench.folder, 'module'));
    mkdirSync(bench.at('lib'), { recursive: true });
    writeFileSync(bench.at('lib/.git'), `gitdir: ${path.join(bench.folder, 'module/.git')}\n`);
    return trap;
  },
};

async function expectSubmoduleKept(trial: Trial, set: (bench: Bench) => Trap): Promise<void> {
  await onBench(trial, { prepare: addSubmodule }, async (bench) => {
    const work = trial.random.word(40);
    writeFileSync(bench.place('src/a.js'), work);
    const trap = set(bench);
    await expectPushed(bench, [['src/a.js', lineOf('100644', work)]]);
    checkWitness(trial, trap);
  });
}

/** A bare repository is made of plain files, so that a branch may hold it: nothing may take it for one. */
const BARE: Readonly<Record<string, 'agent' | 'ignored'>> = { 'of-the-agent': 'agent', ignored: 'ignored' };

async function expectBareIsFiles(trial: Trial, whose: 'agent' | 'ignored'): Promise<void> {
  const folder = `${trial.random.word()}.store`;
  const files = whose === 'ignored' ? { '.gitignore': '*.store\n' } : {};
  await onBench(trial, { files }, async (bench) => {
    const work = trial.random.word(40);
    writeFileSync(bench.place('src/a.js'), work);
    makeRepository(bench.at('x'));
    execFileSync('mv', [bench.at('x', '.git'), bench.at(folder)]);
    rmSync(bench.at('x'), { recursive: true });
    execFileSync('git', ['config', '--file', bench.at(folder, 'config'), 'core.worktree', '.'], {
      env: gitEnvironment(),
    });
    const trap = springTrap(trial, {
      workTree: bench.at(folder),
      gitFolder: bench.at(folder),
      spring: { config: '[core]\n\tfsmonitor = PROGRAM\n', proof: ['status'] },
    });
    const lines = whose === 'ignored' ? [] : [...linesBelow(bench, folder)];
    await expectPushed(bench, [['src/a.js', lineOf('100644', work)], ...lines]);
    checkWitness(trial, trap);
  });
}

export const TRAPS: readonly Attempt[] = [
  ...attemptsOf('nested-repository', { rows: NESTED, perform: expectNothingRuns }),
  ...attemptsOf('submodule', { rows: IN_SUBMODULE, perform: expectSubmoduleKept }),
  ...attemptsOf('bare-repository', { rows: BARE, perform: expectBareIsFiles }),
];
