import { execFileSync } from 'node:child_process';
import { symlinkSync, writeFileSync } from 'node:fs';
import { gitEnvironment } from '../../../../src/fakes/github/git/command.ts';
import { BRANCH, type GitScene, TASKS } from '../../../support/scenes/git.ts';
import { createSecretScan } from '../../../support/secret-scan.ts';
import { type Attempt, attemptsOf, type Trial } from '../attempt.ts';
import type { Random } from '../random.ts';
import { type Bench, onBench } from '../tree/bench.ts';

interface Smuggled {
  readonly bench: Bench;
  readonly key: string;
  readonly random: Random;
}

/** Brings the key into something that is to be pushed. */
type Smuggle = (smuggled: Smuggled) => void;

const inFile =
  (bytes: (key: string, random: Random) => string | Uint8Array): Smuggle =>
  ({ bench, key, random }) => {
    const isProgram = random.integer(3) === 0;
    writeFileSync(bench.place(`${random.folders(2)}${random.word()}`), bytes(key, random), {
      mode: isProgram ? 0o755 : 0o644,
    });
  };
const base64 = (key: string, random: Random) =>
  Buffer.from(`${'x'.repeat(random.integer(4))}${key}\nPATH=/bin\n`).toString('base64');
const utf16 = (key: string) => Buffer.from(`x${key}\r\n`, 'utf16le');
const CHUNK = 32 * 1024;

const WAYS: Readonly<Record<string, Smuggle>> = {
  'as-it-is': inFile((key, random) => `${random.word(random.integer(9000))}${key}${random.word()}`),
  'as-a-link-target': ({ bench, key, random }) => symlinkSync(`${random.folders(2)}${key}`, bench.at(random.word())),
  'in-a-file-name': ({ bench, key, random }) => writeFileSync(bench.place(`${random.folders(2)}${key}.txt`), 'x'),
  'in-a-folder-name': ({ bench, key, random }) => writeFileSync(bench.place(`${key}/${random.word()}`), 'x'),
  'in-a-file-whose-name-is-not-utf8': ({ bench, key }) =>
    writeFileSync(Buffer.from(`${bench.workspace}/k\xe9y`, 'latin1'), key),
  'in-a-name-that-is-not-utf8': ({ bench, key }) =>
    writeFileSync(Buffer.from(`${bench.workspace}/${key}\xff`, 'latin1'), 'x'),
  'as-utf16': inFile((key, random) => (random.integer(2) === 0 ? utf16(key) : utf16(key).swap16())),
  'as-utf32': inFile((key) => Buffer.concat([...key].map((letter) => Buffer.from([letter.charCodeAt(0), 0, 0, 0])))),
  'in-an-encoding-of-gitattributes': ({ bench, key, random }) =>
    writeFileSync(bench.place(`${random.word()}.u16`), utf16(key)),
  'in-base64': inFile(base64),
  'in-base64-of-columns': inFile((key, random) =>
    base64(key, random).replace(/.{11}/g, random.pick(['$&\n', '$&\r\n', '$&\n  '])),
  ),
  'in-base64-for-urls': inFile((key, random) => base64(key, random).replaceAll('+', '-').replaceAll('/', '_')),
  'in-hex': inFile((key, random) =>
    random.integer(2) === 0 ? Buffer.from(key).toString('hex') : Buffer.from(key).toString('hex').toUpperCase(),
  ),
  'in-hex-of-columns': inFile((key) => Buffer.from(key).toString('hex').replace(/../g, '$& ')),
  'as-url': inFile((key) => `http://x/?k=${encodeURIComponent(key)}`),
  'as-json': inFile((key) => JSON.stringify({ text: JSON.stringify({ key }) })),
  'over-two-lines': inFile((key, random) => {
    const at = 1 + random.integer(key.length - 2);
    return `${key.slice(0, at)}${random.pick(['\n', '\r\n  ', '\t'])}${key.slice(at)}`;
  }),
  'behind-megabytes': inFile((key, random) =>
    Buffer.concat([Buffer.alloc(4 * 1024 * 1024 + random.integer(9)), Buffer.from(key)]),
  ),
  'across-the-parts-of-a-stream': inFile((key, random) => {
    const bytes = Buffer.alloc(8 * CHUNK, 'a');
    const before = 1 + random.integer(key.length - 2);
    for (let end = CHUNK; end < bytes.length; end += CHUNK) bytes.write(key, end - before);
    return bytes;
  }),
};

const ATTRIBUTES = { '.gitattributes': '*.u16 text working-tree-encoding=UTF-16LE\n' };

/** A key that nobody has had before, with letters that encodings spell in other ways. */
const makeKey = (random: Random) =>
  `ksk_${random.word(10)}${random.pick(['+=&', '"%?', "~'(", '#$,'])}${random.word(10)}`;

async function expectHeldBack(trial: Trial, smuggle: Smuggle): Promise<void> {
  const key = makeKey(trial.random);
  await onBench(trial, { secrets: [key], files: ATTRIBUTES }, async (bench) => {
    smuggle({ bench, key, random: trial.random });
    trial.strike();
    await expectNothingPushed(bench, { key, commit: () => bench.commit() });
  });
}

/** What the worker itself puts in counts as well. */
const OF_THE_WORKER: Readonly<Record<string, (key: string) => { message: string; ticks: string }>> = {
  'in-the-message': (key) => ({ message: `Use ${key}\n`, ticks: '- [x] 1. Do it\n' }),
  'in-the-ticks': (key) => ({ message: 'Tick\n', ticks: `- [x] 1. ${key}\n` }),
};

async function expectWorkerHeldBack(trial: Trial, make: (typeof OF_THE_WORKER)[string]): Promise<void> {
  const key = makeKey(trial.random);
  await onBench(trial, { secrets: [key] }, async (bench) => {
    const { message, ticks } = make(key);
    const request = { message, trailers: [], contents: new Map([[TASKS, Buffer.from(ticks)]]) };
    trial.strike();
    await expectNothingPushed(bench, { key, commit: () => bench.repository.commitContents(request) });
  });
}

async function expectNothingPushed(
  bench: Bench,
  { key, commit }: { key: string; commit: () => Promise<{ kind: string }> },
): Promise<void> {
  const { trial, repository } = bench;
  const before = await bench.onServer('rev-parse', BRANCH);
  const { kind } = await commit();
  trial.check(kind === 'holds-secrets', `a commit with the key is ${kind}`);
  await repository.push(BRANCH);
  trial.check((await bench.onServer('rev-parse', BRANCH)) === before, 'something was pushed');
  checkServer(bench, key);
  await repository.discard();
  trial.check(Object.keys(await bench.kinds()).length === 0, 'the workspace was not put back');
}

/** No object of the server holds the key, also not with what is skipped between its letters. */
function checkServer({ trial, hosted }: GitScene & Pick<Bench, 'trial'>, key: string): void {
  const args = ['--git-dir', hosted.directory, 'cat-file', '--batch-all-objects', '--batch'];
  const objects = execFileSync('git', args, { env: gitEnvironment(), maxBuffer: 2 ** 28 });
  const scan = createSecretScan({ key });
  scan.text('objects', objects);
  scan.text('objects without blanks', Buffer.from(objects.toString('latin1').replace(/[\0\s]+/g, ''), 'latin1'));
  trial.check(scan.leaks.length === 0, `the key came to the server: ${JSON.stringify(scan.leaks)}`);
}

export const SECRETS_IN_COMMITS: readonly Attempt[] = [
  ...attemptsOf('secret', { rows: WAYS, perform: expectHeldBack }),
  ...attemptsOf('secret', { rows: OF_THE_WORKER, perform: expectWorkerHeldBack }),
];
