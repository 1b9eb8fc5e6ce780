import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect } from 'chai';
import { itInRehearsal } from '../../../test/left-to-rehearsal.ts';

if (process.platform === 'linux') {
  describe('descriptors that a shell or a supervisor left open', () => {
    const SECRET = 'planted-secret-1234567';
    let directory: string;
    beforeEach(() => {
      directory = mkdtempSync(join(tmpdir(), 'descriptors-'));
      writeFileSync(join(directory, 'secret'), SECRET, { mode: 0o600 });
    });
    afterEach(() => rmSync(directory, { recursive: true }));

    /** Runs a program with descriptor 200 on the secret; its standard streams are pipes. */
    const runWithDescriptor = (...command: string[]) =>
      spawnSync('bash', ['--norc', '-c', 'exec 200<"$0"; exec "$@"', join(directory, 'secret'), ...command], {
        encoding: 'utf8',
        env: { PATH: process.env.PATH },
      });
    const LOOK = `
      const { spawnSync } = process.getBuiltinModule('node:child_process');
      const { status, stdout } = spawnSync('bash', ['--norc', '-c', 'cat <&200'], { encoding: 'utf8' });
      console.log(JSON.stringify([status, stdout]));`;
    const run = (script: string) => runWithDescriptor(process.execPath, '--input-type=module', '-e', script);

    it('reach the programs of a process that does nothing about it', () => {
      const { stdout } = run(LOOK);
      expect(JSON.parse(stdout)).to.deep.equal([0, SECRET]);
    });

    it('are closed, and are named, while the process keeps what is its own', () => {
      const close = `const { closeInheritedDescriptors } = await import(${JSON.stringify(resolve('src/adapters/process/inherited-descriptors.ts'))});
        console.log(closeInheritedDescriptors().includes(200), closeInheritedDescriptors().length);`;
      const { stdout, stderr } = run(`${close}${LOOK}`);
      expect(stdout.trim().split('\n'), stderr).to.deep.equal(['true 0', '[1,""]']);
    });

    itInRehearsal('are closed by worker and command line before anything else', () => {
      const atExit = `data:text/javascript,${encodeURIComponent(`process.on('exit', () => {${LOOK}})`)}`;
      for (const command of [['src/worker/main.ts'], ['scripts/cli.ts', 'local', 'poll', '--isolation', 'none']]) {
        const { stdout, stderr } = runWithDescriptor(process.execPath, '--import', atExit, ...command);
        expect(stdout.trim().split('\n').at(-1), stderr).to.equal('[1,""]');
      }
    });
  });
}
