import { chmodSync, chownSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { expectError } from '../../../../test/support/expect-error.ts';
import { checkProgram, filesOf } from './program.ts';

describe('the program of an agent', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'agent-program-'));
    mkdirSync(join(folder, 'node_modules/agent'), { recursive: true });
    writeFileSync(join(folder, 'node_modules/agent/cli.js'), '#!/usr/bin/env node\n', { mode: 0o755 });
    symlinkSync('node_modules/agent/cli.js', join(folder, 'agent'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));
  const check = async (command: readonly string[]) => checkProgram(command, 'user');

  it('is found with the scripts that are named behind it', () => {
    const script = join(folder, 'node_modules/agent/cli.js');
    expect(filesOf(['node', script, '--acp', '/nowhere/x']))
      .to.have.length(2)
      .and.to.include(script);
  });

  it('may be where only root can change it', () => check([join(folder, 'agent'), '--acp']));

  it('may not be where others can put something in its place', async () => {
    chmodSync(join(folder, 'node_modules'), 0o777);
    const { problems } = await expectError(check([process.execPath, join(folder, 'agent')]), 'AGENT_SETUP_INVALID');
    expect(problems).to.deep.equal([`Others may change ${join(folder, 'node_modules')}.`]);
  });

  it('may not belong to somebody else', async function () {
    if (process.getuid?.() !== 0) this.skip();
    const script = join(folder, 'node_modules/agent/cli.js');
    chownSync(script, 12_345, 12_345);
    const { problems } = await expectError(check([join(folder, 'agent')]), 'AGENT_SETUP_INVALID');
    expect(problems).to.deep.equal([`${script} belongs to the user 12345.`]);
  });
});
