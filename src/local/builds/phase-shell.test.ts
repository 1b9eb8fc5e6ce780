import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { runPhase } from './phase-shell.ts';

for (const shell of ['sh', 'bash'] as const) {
  describe(`runPhase with ${shell}`, () => {
    let root: string;
    beforeEach(() => {
      root = mkdtempSync(join(tmpdir(), 'phase-'));
    });
    afterEach(() => rmSync(root, { recursive: true }));

    const run = async (commands: string[], last: string[] = []) => {
      const output = openSync(join(root, 'log'), 'w');
      const failure = await runPhase({
        shell,
        phase: { commands, finally: last, onFailure: 'default' },
        folder: join(root, 'phase'),
        cwd: root,
        env: { PATH: process.env.PATH ?? '', CODEBUILD_BUILD_SUCCEEDING: '1' },
        output,
        onStart: () => undefined,
      });
      closeSync(output);
      const lines = readFileSync(join(root, 'log'), 'utf8').split('\n');
      return { failure, output: lines.filter((line) => line !== '' && !line.startsWith('[Container]')) };
    };

    it('keeps variables, functions and the folder from one command to the next and into finally', async () => {
      const { failure, output } = await run(['a=1; f() { echo "f $a"; }; cd /', 'f', 'pwd'], ['f; pwd']);
      expect(failure).to.equal(null);
      expect(output).to.deep.equal(['f 1', '/', 'f 1', '/']);
    });

    it('judges a command of several lines by its last status, and set -e by the first', async () => {
      expect(await run(['false\necho last'])).to.deep.equal({ failure: null, output: ['last'] });
      expect(await run(['set -e\nfalse\necho never'], ['echo end'])).to.deep.equal({
        failure: 'exit status 1',
        output: ['end'],
      });
    });

    it('runs finally after exit, a syntax error and a failure, with a variable that says that the build is failing', async () => {
      const last = ['echo "succeeding $CODEBUILD_BUILD_SUCCEEDING"'];
      expect(await run(['exit 0', 'echo never'], last)).to.deep.equal({ failure: null, output: ['succeeding 1'] });
      expect(await run(['exit 7'], last)).to.deep.equal({ failure: 'exit status 7', output: ['succeeding 0'] });
      const broken = await run(['if (; then'], last);
      expect(broken.failure).to.match(/^exit status [12]$/);
      expect(broken.output.at(-1)).to.equal('succeeding 0');
    });

    it('fails when finally fails, and does not succeed because finally does', async () => {
      expect((await run(['true'], ['exit 3', 'echo never'])).failure).to.equal('exit status 3');
      expect((await run(['exit 3'], ['exit 0'])).failure).to.equal('exit status 3');
    });

    it('runs more than ten commands in their order', async () => {
      const numbers = Array.from({ length: 12 }, (_, index) => String(index));
      expect((await run(numbers.map((number) => `echo ${number}`))).output).to.deep.equal(numbers);
    });

    it('reports when the shell was ended by a signal', async () => {
      expect((await run(['kill -KILL $$'])).failure).to.equal('the shell was ended by SIGKILL');
    });
  });
}
