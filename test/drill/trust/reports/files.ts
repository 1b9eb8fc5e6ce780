import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { linkSync, mkdirSync, mkdtempSync, renameSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { removeTree } from '../../../../src/adapters/files/remove-tree.ts';
import { type Attempt, attemptsOf, type Trial } from '../attempt.ts';
import type { Random } from '../random.ts';

interface Plant {
  readonly random: Random;
  /** The report's place, in a folder that is there. */
  readonly at: string;
  readonly workspace: string;
  readonly outside: string;
}

const SECRET = 'planted secret';
const MIB = 1024 * 1024;

/** What tests put where a report is to be: none of it is one. */
const PLANTS: Readonly<Record<string, (plant: Plant) => Promise<void> | void>> = {
  pipe: ({ at }) => void execFileSync('mkfifo', [at]),
  socket: async ({ at, outside }) => {
    // The server takes the name away that it listened at.
    const server = createServer().listen(path.join(outside, 'socket'));
    await once(server, 'listening');
    renameSync(path.join(outside, 'socket'), at);
    await new Promise((resolve) => server.close(resolve));
  },
  'link-to-a-device': ({ at, random }) => symlinkSync(random.pick(['/dev/zero', '/dev/stdin', '/dev/random']), at),
  'link-to-a-secret': ({ at, outside }) => symlinkSync(path.join(outside, 'secret'), at),
  'second-name-of-a-secret': ({ at, outside }) => linkSync(path.join(outside, 'secret'), at),
  'link-for-its-folder': ({ at, outside }) => {
    execFileSync('rm', ['-r', path.dirname(at)]);
    symlinkSync(outside, path.dirname(at));
    writeFileSync(path.join(outside, path.basename(at)), SECRET);
  },
  'endless-file': ({ at, random }) => {
    writeFileSync(at, '');
    truncateSync(at, 2 ** (33 + random.integer(10)));
  },
  'file-above-the-bound': ({ at, random }) => {
    writeFileSync(at, '');
    truncateSync(at, 50 * MIB + 1 + random.integer(MIB));
  },
  folder: ({ at }) => void mkdirSync(at),
  'report-of-before': ({ at, workspace }) => renameSync(path.join(workspace, 'committed.xml'), at),
};

async function expectNoReport(trial: Trial, plant: (plant: Plant) => Promise<void> | void): Promise<void> {
  const { random } = trial;
  const top = mkdtempSync(path.join(tmpdir(), 'reports-'));
  try {
    const [workspace, outside] = [path.join(top, 'workspace'), path.join(top, 'outside')];
    const report = `${random.word()}/${random.word()}.xml`;
    for (const folder of [outside, path.dirname(path.join(workspace, report))]) mkdirSync(folder, { recursive: true });
    writeFileSync(path.join(outside, 'secret'), SECRET);
    writeFileSync(path.join(workspace, 'committed.xml'), '<testsuites><testcase name="old"/></testsuites>');
    const watch = await trial.parts.createWorkspaceFiles(workspace).watch({ folder: '.', patterns: [report] });
    await plant({ random, at: path.join(workspace, report), workspace, outside });
    trial.strike();
    const { files } = await watch.collect([report]);
    trial.check(
      !files.some(({ bytes }) => Buffer.from(bytes).includes(SECRET)),
      'a file of others was read for a report',
    );
    trial.check(
      files.length === 0,
      `it was taken for a report: ${files.map(({ bytes }) => bytes.length).join()} bytes`,
    );
  } finally {
    await removeTree(top);
  }
}

export const REPORT_FILES: readonly Attempt[] = attemptsOf('report', { rows: PLANTS, perform: expectNoReport });
