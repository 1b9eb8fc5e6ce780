import { execFileSync } from 'node:child_process';
import { chmodSync, linkSync, mkdirSync, renameSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import type { FileChange } from '../../../../src/core/repository/file-change.ts';
import { type Attempt, attemptsOf, type Trial } from '../attempt.ts';
import { needsDevices } from '../machine.ts';
import { type Bench, expectRefused, onBench } from './bench.ts';

type Problems = Readonly<Record<string, FileChange['kind']>>;
/** Puts something into the workspace that may not be committed; returns what is to be said of it. */
type Plant = (bench: Bench) => Problems | Promise<Problems>;

const TRACKED = ['README.md', '.gitignore', '.gitattributes', 'src/tracked.js', 'package.json'] as const;
const FILES = Object.fromEntries(TRACKED.map((file) => [file, file.startsWith('.git') ? '# none\n' : `${file}\n`]));
/** Above what GitHub takes. */
const LARGE_BYTES = 100 * 1024 * 1024 + 1;

function mkfifo(place: string): void {
  execFileSync('mkfifo', [place]);
}

/** A file of the branch, or a new one. */
function somewhere({ trial: { random }, at, place }: Bench): string {
  if (random.integer(2) === 0) {
    const file = `${random.folders(3)}${random.name()}`;
    place(file);
    return file;
  }
  const file = random.pick(TRACKED);
  rmSync(at(file));
  return file;
}

async function makeSocket(bench: Bench, file: string): Promise<void> {
  // The server takes the name away that it listened at.
  const first = path.join(bench.folder, 'socket');
  const server = createServer().listen(first);
  await new Promise((resolve) => server.once('listening', resolve));
  renameSync(first, bench.place(file));
  await new Promise((resolve) => server.close(resolve));
}

const PLANTS: Readonly<Record<string, Plant>> = {
  pipe: (bench) => {
    const file = somewhere(bench);
    mkfifo(bench.at(file));
    return { [file]: 'special-file' };
  },
  'pipe-for-gitignore': (bench) => {
    const file = `${bench.trial.random.folders(2)}.gitignore`;
    rmSync(bench.place(file), { force: true });
    mkfifo(bench.at(file));
    return { [file]: 'special-file' };
  },
  'pipe-for-gitattributes': (bench) => {
    rmSync(bench.at('.gitattributes'));
    mkfifo(bench.at('.gitattributes'));
    return { '.gitattributes': 'special-file' };
  },
  socket: async (bench) => {
    const file = somewhere(bench);
    await makeSocket(bench, file);
    return { [file]: 'special-file' };
  },
  'link-to-a-device': (bench) => {
    const file = somewhere(bench);
    symlinkSync(bench.trial.random.pick(['/dev/zero', '/dev/stdin', '/proc/self/environ', '/dev/tty']), bench.at(file));
    return { [file]: 'link-outside' };
  },
  'link-to-a-secret': (bench) => {
    const file = somewhere(bench);
    const secret = path.join(bench.folder, 'private', 'askpass.sh');
    symlinkSync(bench.trial.random.pick([secret, path.relative(path.dirname(bench.at(file)), secret)]), bench.at(file));
    return { [file]: 'link-outside' };
  },
  'link-into-git': (bench) => {
    const name = bench.trial.random.word();
    symlinkSync(bench.trial.random.pick(['.git/config', './.GIT/config', '.git', '.git//hooks/x']), bench.at(name));
    return { [name]: 'link-outside' };
  },
  'link-that-climbs-later': (bench) => {
    const name = `${bench.trial.random.word()}/${bench.trial.random.word()}`;
    symlinkSync(bench.trial.random.pick(['a/../../../x', '../../x', 'a/b/../../../../x', '../..']), bench.place(name));
    return { [name]: 'link-outside' };
  },
  'link-for-a-folder': (bench) => {
    const outside = path.join(bench.folder, 'outside');
    mkdirSync(outside);
    writeFileSync(path.join(outside, 'tracked.js'), 'theirs');
    rmSync(bench.at('src'), { recursive: true });
    symlinkSync(outside, bench.at('src'));
    return { src: 'link-outside' };
  },
  'hard-link-to-a-secret': (bench) => {
    const secret = path.join(bench.folder, 'secret');
    writeFileSync(secret, 'planted');
    const file = somewhere(bench);
    linkSync(secret, bench.at(file));
    return { [file]: 'hard-link' };
  },
  'endless-file': (bench) => {
    const file = somewhere(bench);
    writeFileSync(bench.at(file), '');
    truncateSync(bench.at(file), 2 ** (41 + bench.trial.random.integer(2)));
    return { [file]: 'too-large' };
  },
  'large-file': (bench) => {
    const file = somewhere(bench);
    writeFileSync(bench.at(file), '');
    truncateSync(bench.at(file), LARGE_BYTES + bench.trial.random.integer(1000));
    return { [file]: 'too-large' };
  },
  'folders-too-deep': (bench) => {
    const { random } = bench.trial;
    const name = random.word(150 + random.integer(100));
    const folder = random.word();
    mkdirSync(bench.at(folder));
    // One folder at a time: no path may be this long.
    const script = 'i=0; while [ $i -lt "$1" ]; do mkdir "$0" && cd "$0" || exit 1; i=$((i+1)); done; echo x > file';
    execFileSync('bash', ['-c', script, name, String(40 + random.integer(20))], { cwd: bench.at(folder) });
    return {};
  },
  'link-that-git-refuses': (bench) => {
    const name = bench.trial.random.pick(['GITMOD~1', 'gi7eba~4', 'sub/.gitmodules', '.gitmodules ', '.GitModules.']);
    symlinkSync(bench.trial.random.word(), bench.place(name));
    return { [name]: 'refused-name' };
  },
  'name-that-git-refuses': (bench) => {
    const { random } = bench.trial;
    const name = `${random.pick(['.git', '.GIT', 'git~1', '.git.', 'a/.git '])}\\${random.word()}`;
    writeFileSync(bench.place(name), random.word());
    return { [name]: 'refused-name' };
  },
  'patterns-that-take-for-ever': (bench) => {
    const { random } = bench.trial;
    writeFileSync(bench.at('.gitignore'), `${'**/'.repeat(30 + random.integer(10))}${random.word()}\n`);
    mkdirSync(bench.at('d/'.repeat(60)), { recursive: true });
    return { '.gitignore': 'slow-patterns' };
  },
  'stored-by-a-filter': (bench) => {
    const file = `${bench.trial.random.word()}.${bench.trial.random.pick(['bin', 'key'])}`;
    writeFileSync(bench.at(file), 'contents');
    return { [file]: 'filtered' };
  },
  'not-in-its-encoding': (bench) => {
    const file = `${bench.trial.random.word()}.u16`;
    writeFileSync(bench.at(file), Buffer.from([0x41, 0xd8, 0x41]));
    return { [file]: 'not-in-encoding' };
  },
};

const ATTRIBUTES =
  '*.bin filter=lfs diff=lfs merge=lfs -text\n*.key filter=git-crypt\n*.u16 text working-tree-encoding=UTF-16LE\n';

async function expectRefusal(trial: Trial, plant: Plant): Promise<void> {
  await onBench(trial, { files: { ...FILES, '.gitattributes': ATTRIBUTES } }, async (bench) => {
    writeFileSync(bench.place('work.js'), trial.random.word(40));
    const problems = await plant(bench);
    trial.strike();
    await expectRefused(bench, problems);
  });
}

/** What the owner has closed against itself: unreadable for a worker that is not root, and never in the way of the next step. */
const CLOSED: Readonly<Record<string, number>> = { 'closed-file': 0, 'closed-folder': 0o500 };

async function expectPutBack(trial: Trial, mode: number): Promise<void> {
  await onBench(trial, { files: FILES }, async (bench) => {
    const name = trial.random.word();
    writeFileSync(bench.place(`${name}/inner/file`), 'x');
    chmodSync(bench.at(name, mode === 0 ? 'inner/file' : 'inner'), mode);
    if (mode !== 0) chmodSync(bench.at(name), mode);
    trial.strike();
    await bench.repository.discard();
    const left = await bench.kinds();
    trial.check(Object.keys(left).length === 0, `the workspace was not put back: ${JSON.stringify(left)}`);
  });
}

export const SPECIAL_FILES: readonly Attempt[] = [
  ...attemptsOf('special-file', { rows: PLANTS, perform: expectRefusal }),
  ...attemptsOf('special-file', { rows: CLOSED, perform: expectPutBack }),
  ...attemptsOf('special-file', {
    rows: { device: 'c' },
    obstacle: needsDevices,
    perform: (trial) =>
      expectRefusal(trial, (bench) => {
        const file = somewhere(bench);
        execFileSync('mknod', [bench.at(file), 'c', '1', '5']);
        return { [file]: 'special-file' };
      }),
  }),
];
