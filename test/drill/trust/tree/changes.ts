import { chmodSync, lstatSync, mkdirSync, rmdirSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { BRANCH, commitLines, type GitScene } from '../../../support/scenes/git.ts';
import { type Attempt, attemptsOf, type Trial } from '../attempt.ts';
import { type Bench, expectPushed, expectRefused, lineOf, onBench } from './bench.ts';

const FILES = {
  'src/a.js': 'let a = 1;\n',
  'thing/inner': 'x\n',
  '.gitignore': 'build/\n*.log\n',
  'build/tracked': 'x\n',
  '.gitattributes': '*.txt text eol=lf\n*.id ident\n',
  'notes.txt': 'a\r\nb\r\n',
  'v.id': '$Id$\n',
};

/** Changes of one kind; each returns what must come to the branch, and nothing else may. */
const CHANGES: Readonly<Record<string, (bench: Bench) => [string, string | null][]>> = {
  'with-forged-times': (bench) => {
    const file = bench.at('src/a.js');
    const { atime, mtime } = lstatSync(file);
    const digit = 2 + bench.trial.random.integer(8);
    writeFileSync(file, `let a = ${digit};\n`);
    utimesSync(file, atime, mtime);
    return [['src/a.js', lineOf('100644', `let a = ${digit};\n`)]];
  },
  'with-odd-rights': (bench) => {
    chmodSync(bench.at('src/a.js'), bench.trial.random.pick([0o4755, 0o2755, 0o1755, 0o777, 0o700]));
    return [['src/a.js', lineOf('100755', FILES['src/a.js'])]];
  },
  'a-file-for-a-folder': (bench) => {
    rmSync(bench.at('thing'), { recursive: true });
    writeFileSync(bench.at('thing'), 'file');
    return [
      ['thing/inner', null],
      ['thing', lineOf('100644', 'file')],
    ];
  },
  'a-folder-for-a-file': (bench) => {
    const inner = `src/a.js/${bench.trial.random.word()}`;
    rmSync(bench.at('src/a.js'));
    writeFileSync(bench.place(inner), 'inner');
    return [
      ['src/a.js', null],
      [inner, lineOf('100644', 'inner')],
    ];
  },
  'a-link-for-a-file': (bench) => {
    rmSync(bench.at('README.md'));
    const target = bench.trial.random.pick(['src/a.js', 'nowhere', 'README.md']);
    symlinkSync(target, bench.at('README.md'));
    return [['README.md', lineOf('120000', target)]];
  },
  'links-in-a-circle': (bench) => {
    symlinkSync('two', bench.at('one'));
    symlinkSync('one', bench.at('two'));
    return [
      ['one', lineOf('120000', 'two')],
      ['two', lineOf('120000', 'one')],
    ];
  },
  'in-ignored-places': (bench) => {
    const name = bench.trial.random.word();
    for (const file of [`build/${name}`, `${name}.log`, `src/${name}.log`]) writeFileSync(bench.place(file), 'x');
    writeFileSync(bench.at('build/tracked'), 'changed');
    return [['build/tracked', lineOf('100644', 'changed')]];
  },
  'hidden-by-own-ignore-rules': (bench) => {
    writeFileSync(bench.place('own/.gitignore'), '*\n');
    writeFileSync(bench.place('own/hidden'), 'x');
    writeFileSync(bench.at('src/a.js'), 'seen');
    return [['src/a.js', lineOf('100644', 'seen')]];
  },
  'by-own-attributes': (bench) => {
    const attributes = '*.js text working-tree-encoding=UTF-16LE ident filter=lfs\n';
    writeFileSync(bench.at('.gitattributes'), attributes);
    const text = Buffer.from(bench.trial.random.word(20), 'utf16le');
    writeFileSync(bench.at('src/a.js'), text);
    return [
      ['.gitattributes', lineOf('100644', attributes)],
      ['src/a.js', lineOf('100644', text)],
    ];
  },
  'next-to-phantom-line-ends': (bench) => {
    writeFileSync(bench.at('src/a.js'), 'only this');
    return [['src/a.js', lineOf('100644', 'only this')]];
  },
  'in-an-expanded-ident': (bench) => {
    writeFileSync(bench.at('v.id'), `$Id: ${bench.trial.random.word(40)} $\nmore\n`);
    return [['v.id', lineOf('100644', '$Id$\nmore\n')]];
  },
  'that-are-empty-folders': (bench) => {
    mkdirSync(bench.place(`${bench.trial.random.word()}/deep/er/x`));
    writeFileSync(bench.at('src/a.js'), 'x');
    return [['src/a.js', lineOf('100644', 'x')]];
  },
};

async function expectChange(trial: Trial, change: (bench: Bench) => [string, string | null][]): Promise<void> {
  await onBench(trial, { files: FILES }, async (bench) => {
    const lines = change(bench);
    trial.strike();
    await expectPushed(bench, lines);
  });
}

const ID = /^160000 commit ([0-9a-f]+)\tlib$/m;

const addSubmodule = async (scene: GitScene): Promise<void> => {
  const content = (await scene.onServer('rev-parse', 'main')).trim();
  await commitLines(scene.hosted.directory, BRANCH, [{ mode: '160000', path: Buffer.from('lib'), content }]);
};

/** What an agent does to a submodule: it stays, or the task is refused. */
const SUBMODULE: Readonly<Record<string, { kept: boolean; change: (bench: Bench) => void }>> = {
  removed: { kept: true, change: (bench) => rmdirSync(bench.at('lib')) },
  filled: { kept: true, change: (bench) => writeFileSync(bench.at('lib', bench.trial.random.word()), 'x') },
  'turned-into-a-file': {
    kept: false,
    change(bench) {
      rmdirSync(bench.at('lib'));
      writeFileSync(bench.at('lib'), 'x');
    },
  },
  'turned-into-a-link': {
    kept: false,
    change(bench) {
      rmdirSync(bench.at('lib'));
      symlinkSync('src', bench.at('lib'));
    },
  },
};

async function expectSubmodule(
  trial: Trial,
  { kept, change }: { kept: boolean; change: (bench: Bench) => void },
): Promise<void> {
  await onBench(trial, { prepare: addSubmodule }, async (bench) => {
    const line = await bench.onServer('ls-tree', BRANCH, 'lib');
    writeFileSync(bench.place('src/a.js'), 'work');
    change(bench);
    if (ID.test(line)) trial.strike();
    if (kept) await expectPushed(bench, [['src/a.js', lineOf('100644', 'work')]]);
    else await expectRefused(bench, { lib: 'submodule' });
    trial.check((await bench.onServer('ls-tree', BRANCH, 'lib')) === line, 'the submodule has moved');
  });
}

export const CHANGES_OF_FILES: readonly Attempt[] = [
  ...attemptsOf('change', { rows: CHANGES, perform: expectChange }),
  ...attemptsOf('submodule', { rows: SUBMODULE, perform: expectSubmodule }),
];
