import { spawnSync } from 'node:child_process';
import { existsSync, lstatSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'chai';
import { REPOSITORY_ROOT } from '../../src/adapters/bundle/bundle.ts';
import { isOpenFolder } from '../../src/adapters/files/open-folder.ts';
import { itInRehearsal } from '../left-to-rehearsal.ts';
import { waitUntil } from '../process-state.ts';

import { killWorkers } from '../support/live-build.ts';
import { createTestSystem, type TestSystem } from '../support/system/test-system.ts';

const isRoot = process.platform === 'linux' && process.getuid?.() === 0;

describe('what a run leaves on the machine', () => {
  let system: TestSystem;
  afterEach(() => system.close());

  itInRehearsal('is a data folder that only its owner may look into, file by file', async () => {
    system = await createTestSystem({ tasks: '- [ ] 1. One task\n' });
    await system.run();
    const paths = ['', ...readdirSync(system.dataDirectory, { recursive: true, encoding: 'utf8' })];
    const open = paths.filter((name) => lstatSync(path.join(system.dataDirectory, name)).mode & 0o077);
    expect(paths).to.include.members(['locks.sqlite', 'builds', path.join('builds', 'builds.sqlite'), 'artifacts']);
    expect(paths.some((name) => name.endsWith('build.log'))).to.equal(true);
    expect(paths.some((name) => name.endsWith('metadata.json'))).to.equal(true);
    expect(open).to.deep.equal([]);
  });

  if (isRoot) {
    itInRehearsal(
      'is nothing after the next start when its worker was killed: no program, no file, no folder of the run',
      async () => {
        const mark = `600.${process.pid}${String(Math.random()).slice(2, 8)}`;
        const agentScript = `
        import cp from 'node:child_process';
        import fs from 'node:fs';
        export async function work({ write }) {
          cp.execFileSync('setsid', ['-f', 'env', '-i', '/usr/bin/sleep', '${mark}'], { stdio: 'ignore' });
          for (const folder of ['/tmp', '/var/tmp', '/dev/shm']) fs.writeFileSync(folder + '/${mark}', '');
          write('src/a.js', 'export const a = 1;\\n');
          await new Promise((resolve) => setTimeout(resolve, 600_000));
        }`;
        system = await createTestSystem({ tasks: '- [ ] 1. One task\n', agentScript });
        await system.poll();
        await waitUntil(() => processesWith(mark).length > 0, 'the agent has left its daemon');
        const [build] = await system.machine.builds.list(1);
        const source = path.join(system.dataDirectory, 'builds', build?.id.split(':')[1] ?? '', 'src');
        expect(existsSync(source)).to.equal(true);
        expect(killWorkers(system)).to.equal(1);
        await system.machine.builds.waitForAll();
        await system.openMachine();
        expect(processesWith(mark)).to.deep.equal([]);
        for (const folder of ['/tmp', '/var/tmp', '/dev/shm'])
          expect(existsSync(path.join(folder, mark))).to.equal(false);
        expect(existsSync(source)).to.equal(false);
      },
    );
  }
});

describe('local mode where nothing can keep untrusted programs apart', () => {
  let system: TestSystem;
  afterEach(() => system.close());

  /** Runs the command line without rights, and without a bubblewrap that works. */
  function runWithoutIsolation(...words: string[]) {
    const command = [process.execPath, path.join(REPOSITORY_ROOT, 'scripts', 'cli.ts'), ...words];
    const hide = '[ ! -e /usr/bin/bwrap ] || mount --bind /bin/false /usr/bin/bwrap; exec "$@"';
    const bare = [
      'unshare',
      '--mount',
      '--',
      'sh',
      '-c',
      hide,
      'hide',
      'setpriv',
      '--reuid=64061',
      '--clear-groups',
      '--',
    ];
    const [program = '', ...args] = isRoot ? [...bare, ...command] : command;
    return spawnSync(program, args, {
      encoding: 'utf8',
      cwd: system.root,
      env: { PATH: process.env.PATH, ...system.env },
    });
  }

  // Another user cannot start what lies in a closed checkout.
  const canStart = !isRoot || isOpenFolder(path.join(REPOSITORY_ROOT, 'scripts'));
  const canShow =
    canStart && isRoot ? spawnSync('unshare', ['--mount', 'true']).status === 0 : !existsSync('/usr/bin/bwrap');
  if (!canStart || !canShow) return;
  itInRehearsal('wants to be told, ends with 2, and says what is reachable and what to type', async () => {
    system = await createTestSystem();
    const { status, stderr } = runWithoutIsolation('local', 'poll', '--config', system.configFile);
    expect(status, stderr).to.equal(2);
    expect(stderr).to.contain('they could read your files, keys and tokens, and leave programs running.');
    expect(stderr).to.contain('--isolation none');
    expect((await system.machine.builds.list(1)).length).to.equal(0);
  });
});

function processesWith(argument: string): string[] {
  return readdirSync('/proc').filter((name) => /^\d+$/.test(name) && commandLine(name).includes(argument));
}

function commandLine(pid: string): string[] {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
  } catch {
    return []; // Gone in the meantime.
  }
}
