import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { sandboxScene } from '../../../../test/support/scenes/sandbox.ts';
import { untrustedEnvironment } from '../../../adapters/process/untrusted-environment.ts';
import type { Argv } from '../../../core/repository/argv.ts';
import { proveTools } from './prove-tools.ts';

const COMMANDS = {
  ...{ folder: '.', coverage: null, reports: { tests: [], coverage: [] }, source: 'here' },
  ...{ ecosystem: null, detectedBy: [], needs: [] },
};

describe('proof of tools', () => {
  const { create, directory } = sandboxScene();
  const before = process.env.PATH;
  let bin: string;
  beforeEach(() => {
    bin = join(directory(), 'bin');
    mkdirSync(bin);
  });
  afterEach(() => {
    process.env.PATH = before;
  });

  function place(name: string, script: string): void {
    writeFileSync(join(bin, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  }
  async function prove({ install = [], test }: { install?: readonly Argv[]; test: Argv }) {
    process.env.PATH = bin;
    const sandbox = await create({ user: 'none' });
    const commandEnvironment = { ...untrustedEnvironment({ home: sandbox.home }), PATH: bin };
    return proveTools({ sandbox, commandEnvironment }, { ...COMMANDS, install, test });
  }

  it('passes what starts, by a call that only prints a version', async () => {
    place('go', `[ "$*" = version ]`);
    expect(await prove({ install: [['go', 'mod', 'download']], test: ['go', 'test'] })).to.equal(null);
  });

  it('ends the run with each tool that does not: where it is, what it says, what to do', async () => {
    place('cargo', 'echo "no toolchain is installed" >&2; exit 3');
    const result = await prove({ install: [['poetry', 'install']], test: ['cargo', 'test'] });
    expect(result).to.include({ stage: 'ended', kind: 'setup-failed' });
    expect(result?.detail.split('\n').slice(1)).to.deep.equal([
      `cargo: it was found as ${bin}/cargo; "cargo --version" says: no toolchain is installed`,
      'poetry: it is in no folder of the PATH; "poetry --version" says: Cannot start poetry: No such file or directory',
    ]);
    expect(result?.remedy).to.include('for all users').and.to.include('/usr/local');
  });
});
