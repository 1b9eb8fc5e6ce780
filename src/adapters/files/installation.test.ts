import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { itInRehearsal } from '../../../test/left-to-rehearsal.ts';
import { createSandbox, type LocalSandbox } from '../process/sandbox.ts';
import { untrustedEnvironment } from '../process/untrusted-environment.ts';
import { createInstallation, type LocalInstallation } from './installation.ts';
import { removeTree } from './remove-tree.ts';

/** The folder for temporary files, for a shell. */
const TEMPORARY = '"$(dirname "$(mktemp -u)")"';

describe('what an install leaves', () => {
  let top: string;
  let workspace: string;
  let home: string;
  let privateDirectory: string;
  let sandbox: LocalSandbox;
  let installation: LocalInstallation;

  beforeEach(async () => {
    top = mkdtempSync(join(tmpdir(), 'kiro-installation-'));
    chmodSync(top, 0o711);
    workspace = join(top, 'workspace');
    privateDirectory = join(top, 'private');
    mkdirSync(workspace);
    mkdirSync(privateDirectory, { mode: 0o700 });
    sandbox = await createSandbox({ runDirectory: top, hide: [privateDirectory] });
    ({ home } = sandbox);
    installation = createInstallation({ privateDirectory, workspace, home, grant: sandbox.grant });
    await installation.begin();
  });
  afterEach(async () => {
    await sandbox.close();
    await removeTree(top);
  });

  /** Runs a script of the shell in the workspace, as untrusted as all else; returns what it printed. */
  async function run(script: string): Promise<string> {
    await sandbox.grant(workspace);
    const { exitCode, stdoutTail, stderrTail } = await sandbox.run({
      command: ['/bin/sh', '-ec', script],
      cwd: workspace,
      env: untrustedEnvironment({ home }),
      timeoutMs: 60_000,
    });
    expect(exitCode, stderrTail).to.equal(0);
    return stdoutTail;
  }

  async function expectDone(one: LocalInstallation): Promise<void> {
    const failure = await one.open().then(
      () => null,
      (error) => error,
    );
    expect(failure)
      .to.be.instanceOf(Error)
      .with.property('message')
      .that.matches(/^More steps want the installation/);
  }

  itInRehearsal('is the same for every step, whatever the steps before it did', async () => {
    await run(
      `mkdir lib; echo installed >lib/a; chmod 640 lib/a; ln -s lib/a b; echo installed >~/c; echo x >${TEMPORARY}/d`,
    );
    await installation.seal(3);
    for (const step of [1, 2, 3]) {
      await installation.open();
      const look = `cat lib/a b ~/c; ls . ~; ls ${TEMPORARY} | grep -c left || :; [ -w lib/a ]`;
      expect(await run(look), `step ${step}`).to.equal(
        `installed\ninstalled\ninstalled\n.:\nb\nlib\n\n${home}:\nc\n0\n`,
      );
      await run(
        `echo changed >lib/a; rm b ~/c; echo new >n; echo new >~/n; mkdir ~/.cache .git; echo left >${TEMPORARY}/left`,
      );
    }
    await expectDone(installation);
    expect(readdirSync(privateDirectory)).to.deep.equal(['installed']);
    await installation.close();
    expect(readdirSync(privateDirectory)).to.deep.equal([]);
  });

  itInRehearsal(
    'shares no inode between two steps, nor within one, and none that an earlier step could still write to',
    async () => {
      await run('mkdir -p store ~/store; echo one >store/a; ln store/a ~/store/a; ln store/a b');
      linkSync(join(workspace, 'store/a'), join(top, 'way-in'));
      await installation.seal(2);
      await installation.open();
      writeFileSync(join(top, 'way-in'), 'changed by another name\n');
      await run('echo changed >store/a');
      const first = lstatSync(join(workspace, 'store/a')).ino;
      await installation.open();
      const files = [join(workspace, 'store/a'), join(workspace, 'b'), join(home, 'store/a')].map((file) =>
        lstatSync(file),
      );
      expect(files.map(({ nlink }) => nlink)).to.deep.equal([1, 1, 1]);
      expect(new Set([first, ...files.map(({ ino }) => ino)]).size).to.equal(4);
      expect(await run('cat store/a b ~/store/a')).to.equal('one\none\none\n');
    },
  );

  itInRehearsal(
    'lies at the same paths in every step, so that a program that knows its own place is the copy',
    async () => {
      await run(`mkdir -p venv/bin venv/lib
      echo 'echo installed' >venv/lib/tool
      printf '#!/bin/sh\\n. %s/venv/lib/tool\\n. %s/tool\\n' "$PWD" "$HOME" >venv/bin/tool
      chmod +x venv/bin/tool; ln -s "$PWD/venv/bin/tool" tool; echo 'echo from home' >~/tool`);
      await installation.seal(2);
      await installation.open();
      await run("echo 'echo changed' >venv/lib/tool; echo 'echo changed' >~/tool");
      await installation.open();
      expect(await run('./tool')).to.equal('installed\nfrom home\n');
      expect(readlinkSync(join(workspace, 'tool'))).to.equal(join(workspace, 'venv/bin/tool'));
    },
  );

  itInRehearsal(
    'may hold pipes, endless names, closed folders and links to anywhere: none is read or followed',
    async () => {
      const outside = join(top, 'outside');
      writeFileSync(outside, 'theirs');
      symlinkSync(outside, join(workspace, 'link'));
      symlinkSync('/', join(home, 'root'));
      writeFileSync(Buffer.concat([Buffer.from(`${home}/`), Buffer.from([0x6b, 0xe9, 0x0a, 0x1b])]), 'bytes');
      await run('mkfifo pipe ~/pipe; mkdir closed; echo x >closed/a; chmod 555 closed; ln -s loop loop;');
      await installation.seal(3);
      for (const _ of [1, 2, 3]) {
        await installation.open();
        expect(lstatSync(join(workspace, 'pipe')).isFIFO()).to.equal(true);
        expect(lstatSync(join(home, 'root')).isSymbolicLink()).to.equal(true);
        expect(readFileSync(join(workspace, 'closed/a'), 'utf8')).to.equal('x\n');
        expect(readdirSync(home, { encoding: 'latin1' })).to.include('k\xe9\n\x1b');
        await run('rm -f link; ln -s / link; rm -rf pipe; mkdir pipe');
      }
      expect(readFileSync(outside, 'utf8')).to.equal('theirs');
    },
  );

  itInRehearsal('may hold sockets of programs that have ended', async () => {
    const server = createServer().listen(join(workspace, 's'));
    await new Promise((resolve) => server.once('listening', resolve));
    execFileSync('cp', ['-a', join(workspace, 's'), join(workspace, 'socket')]);
    server.close();
    await installation.seal(2);
    await installation.open();
    await installation.open();
    expect(lstatSync(join(workspace, 'socket')).isSocket()).to.equal(true);
  });

  it('is closed to what runs untrusted, where that is another user', async () => {
    await run('echo installed >a');
    await installation.seal(2);
    await installation.open();
    const seen = await run(`ls ${privateDirectory} 2>/dev/null || echo closed`);
    expect(seen).to.equal(sandbox.isolation === 'user' ? 'closed\n' : 'installed\n');
    expect(lstatSync(privateDirectory).mode & 0o077).to.equal(0);
  });

  itInRehearsal('is given without named folders of the home, also behind links and closed folders', async () => {
    await run(`mkdir -p ~/.agent ~/real/share/agent ~/shut/agent ~/kept; echo evil >~/.agent/mcp.json
      echo evil >~/real/share/agent/x; ln -s real ~/.local; echo evil >~/shut/agent/x; chmod 500 ~/shut`);
    await installation.seal(1);
    await installation.open({ home: ['.agent', '.local/share/agent', 'shut/agent', 'none/at/all'] });
    expect(readdirSync(home).sort()).to.deep.equal(['kept', 'real', 'shut']);
    expect(existsSync(join(home, 'shut/agent'))).to.equal(false);
    expect(readFileSync(join(home, 'real/share/agent/x'), 'utf8')).to.equal('evil\n');
  });

  itInRehearsal('of a run that was cut off is gone when the next one begins', async () => {
    await run('echo one >a; echo one >~/a');
    await installation.seal(3);
    mkdirSync(join(privateDirectory, 'next'));
    const after = createInstallation({ privateDirectory, workspace, home, grant: sandbox.grant });
    await after.begin();
    expect(readdirSync(privateDirectory)).to.deep.equal([]);
    expect(readdirSync(home)).to.deep.equal([]);
    await expectDone(after);
  });

  itInRehearsal('that cannot be copied ends the run, and is not opened in part', async () => {
    const half = Array.from({ length: 12 }, () => 'n'.repeat(200)).join('/');
    for (const part of ['d', 'e']) mkdirSync(join(home, part, half), { recursive: true });
    renameSync(join(home, 'e'), join(home, 'd', half, 'e'));
    const failure = await installation.seal(2).catch((error) => error);
    expect(failure).to.include({ code: 'WORKSPACE_NOT_COPIED' });
    await expectDone(installation);
    await installation.begin();
    expect(readdirSync(home)).to.deep.equal([]);
  });
});
