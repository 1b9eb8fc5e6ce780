import { writeFileSync } from 'node:fs';
import { type Attempt, attemptsOf, type Trial } from '../attempt.ts';
import type { Random } from '../random.ts';
import { type Bench, expectPushed, lineOf, onBench } from './bench.ts';

/** As Latin-1: each character is one byte of the name. */
type Name = (random: Random) => string;

const utf8 = (text: string) => Buffer.from(text).toString('latin1');

/** Names that a tree may have and that programs find hard. */
const NAMES: Readonly<Record<string, Name>> = {
  'not-utf8': (random) => `${random.word()}${random.pick(['\xe9', '\xff\xfe', '\xc0\xaf', '\xed\xa0\x80', '\x80'])}.js`,
  'line-break': (random) =>
    random.pick([`a\n${random.word()}`, `${random.word()}\n`, '\n', 'a\r\nb', utf8('a\u2028b')]),
  'terminal-sequence': (random) => `\u001b${random.pick(['[2K', ']0;owned\u0007', '[31m', 'c'])}${random.word()}`,
  'pathspec-magic': (random) => `${random.pick([':(top)', ':!', ':/', ':(exclude,glob)**', ':^'])}${random.word()}`,
  pattern: (random) => random.pick(['*', '?', '[a', '[!a]', '**', '{a,b}', '!x']),
  option: (random) => random.pick(['-rf', '--upload-pack=x', '-', '--', '--exec=id', '-uall']),
  longest: (random) => random.word(255),
  'direction-override': (random) => utf8(`${random.word()}\u202ejs.exe`),
  blank: (random) => random.pick([' ', `${random.word()} `, utf8('\u00a0'), utf8('\u3000'), '\t']),
  quotes: (random) => random.pick(['"quoted"', "it's", 'back\\slash', '\\"', '`id`', '$(id)']),
  'almost-git': (random) => random.pick(['.gitx', 'git~2', '.git2', 'x.git', '.gitkeep', 'dotgit']),
  'control-characters': (random) => `${random.word()}${random.pick(['\x01', '\x7f', '\x08', '\x0c'])}`,
  device: (random) => random.pick(['CON', 'nul.txt', 'aux', 'COM1', 'a:b', 'x:$DATA']),
  'prototype-key': (random) => random.pick(['__proto__', 'constructor', 'toString', 'hasOwnProperty']),
};

async function expectKept(trial: Trial, name: Name): Promise<void> {
  await onBench(trial, {}, async (bench) => {
    const folder = trial.random.pick(['', 'sub/', 'a/b/']);
    const file = `${folder}${name(trial.random)}`;
    await expectFiles(bench, [file]);
  });
}

/** Names that some file systems take for one. */
const TWINS: Readonly<Record<string, (random: Random) => [string, string]>> = {
  'in-letter-case': (random) => [`Read${random.word()}`, 'read'],
  'in-composition': (random) => {
    const word = random.word();
    return [utf8(`\u00e9${word}`), utf8(`e\u0301${word}`)];
  },
  'in-ignored-characters': (random) => {
    const word = random.word();
    return [word, utf8(`${word}\u200d`)];
  },
};

async function expectTwins(trial: Trial, twins: (random: Random) => [string, string]): Promise<void> {
  await onBench(trial, {}, (bench) => expectFiles(bench, twins(trial.random)));
}

async function expectFiles(bench: Bench, files: readonly string[]): Promise<void> {
  const { random } = bench.trial;
  const lines = files.map((file): [string, string] => {
    const content = random.word(30);
    const isProgram = random.integer(2) === 0;
    bench.place(file.replace(/[^/]*$/, 'x'));
    writeFileSync(Buffer.from(`${bench.workspace}/${file}`, 'latin1'), content, { mode: isProgram ? 0o755 : 0o644 });
    return [file, lineOf(isProgram ? '100755' : '100644', content)];
  });
  bench.trial.strike();
  await expectPushed(bench, lines);
  const left = await bench.kinds();
  bench.trial.check(Object.keys(left).length === 0, `the workspace differs after its commit: ${JSON.stringify(left)}`);
}

export const NAMES_OF_FILES: readonly Attempt[] = [
  ...attemptsOf('name', { rows: NAMES, perform: expectKept }),
  ...attemptsOf('twins', { rows: TWINS, perform: expectTwins }),
];
