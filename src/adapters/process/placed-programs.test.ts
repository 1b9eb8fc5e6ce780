import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect } from 'chai';
import { placePrograms } from './placed-programs.ts';

const SOMEBODY = { uid: 64_099, gid: 64_099 };
const asked = { command: ['node', 'x'] as const, cwd: '/', env: { PATH: '/opt/none' }, timeoutMs: 1 };

describe('programs placed for another user', () => {
  let directory: string;
  let closed: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'placed-'));
    chmodSync(directory, 0o711);
    closed = join(directory, 'closed');
    mkdirSync(closed, { mode: 0o700 });
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  const place = (options: { node?: string; path?: string; programs?: string[] }) =>
    placePrograms({
      folder: join(directory, 'programs'),
      user: SOMEBODY,
      programs: [],
      node: '/bin/sh',
      path: '',
      ...options,
    });

  it('are none where all can be reached, and the request stays as it is', () => {
    expect(place({ path: '/nowhere', programs: ['/bin/sh', '/nowhere'] }).translate({ ...asked })).to.deep.equal(asked);
  });

  it('are Node and npm of a closed folder, last on the PATH, whatever their rights were', () => {
    const node = join(closed, 'bin', 'node');
    const npm = join(closed, 'lib', 'node_modules', 'npm');
    mkdirSync(dirname(node));
    mkdirSync(join(npm, 'bin'), { recursive: true });
    copyFileSync('/bin/sh', node);
    chmodSync(node, 0o700);
    writeFileSync(join(npm, 'bin', 'npm-cli.js'), '#!/usr/bin/env node\necho npm runs\n', { mode: 0o700 });
    writeFileSync(join(npm, 'index.js'), 'secret', { mode: 0o600 });
    symlinkSync('../lib/node_modules/npm/bin/npm-cli.js', join(closed, 'bin', 'npm'));
    const placed = place({ node, path: join(closed, 'bin') });
    const bin = join(directory, 'programs', 'bin');
    const { command, env } = placed.translate({ ...asked, command: [node, '-c', 'npm'] });
    expect(command).to.deep.equal([join(bin, 'node'), '-c', 'npm']);
    expect(env.PATH).to.equal(`/opt/none:${bin}`);
    expect(spawnSync(command[0], command.slice(1), { env, encoding: 'utf8' }).stdout).to.equal('npm runs\n');
    expect(statSync(join(bin, 'node')).mode & 0o777).to.equal(0o755);
    expect(statSync(join(bin, 'npm')).mode & 0o777).to.equal(0o755);
    expect(statSync(join(directory, 'programs', 'lib', 'npm', 'index.js')).mode & 0o777).to.equal(0o644);
    expect(statSync(node).mode & 0o777, 'the original').to.equal(0o700);
  });

  it('do not include npm when another one can be reached', () => {
    const open = join(directory, 'open');
    mkdirSync(open);
    for (const folder of [closed, open]) writeFileSync(join(folder, 'npm'), '', { mode: 0o755 });
    expect(place({ path: `${closed}:${open}` }).translate({ ...asked }).env).to.deep.equal(asked.env);
    expect(existsSync(join(directory, 'programs', 'lib'))).to.equal(false);
  });

  it('include no closed script, since other files may belong to it', () => {
    const script = join(closed, 'agent.mjs');
    writeFileSync(script, '');
    expect(() => place({ programs: [script] }))
      .to.throw(/AGENT_SETUP_INVALID/)
      .with.property('message')
      .that.contains('KIRO_CLI_PATH');
  });
});
