import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { expect } from 'chai';
import { itInRehearsal } from '../../../test/left-to-rehearsal.ts';
import { mochaPart } from './mocha-part.ts';
import type { Part } from './part.ts';
import { playPart } from './play.ts';
import { missingTools } from './tools.ts';

describe('a part of the rehearsal', () => {
  const said: string[] = [];
  const play = (part: Partial<Part>, everyPartMustRun = false) =>
    playPart(
      {
        name: 'part',
        shows: 'something',
        missing: async () => null,
        run: async () => ({ passed: 2, failed: 0, skipped: 1 }),
        ...part,
      },
      { everyPartMustRun, say: (line) => said.push(line) },
    );
  beforeEach(() => {
    said.length = 0;
  });

  it('gives the counts of its run', async () => {
    expect(await play({})).to.deep.equal({ passed: 2, failed: 0, skipped: 1 });
  });

  it('is skipped with the reason when a tool is missing, and fails where it must run', async () => {
    const missing = async () => 'no compiler';
    expect(await play({ missing })).to.deep.equal({ passed: 0, failed: 0, skipped: 1 });
    expect(await play({ missing }, true)).to.deep.equal({ passed: 0, failed: 1, skipped: 0 });
    expect(said).to.deep.equal(['skipped: no compiler', 'failed: no compiler']);
  });

  it('fails when it throws', async () => {
    const run = () => Promise.reject(new Error('broken'));
    expect(await play({ run })).to.deep.equal({ passed: 0, failed: 1, skipped: 0 });
    expect(said.join()).to.include('broken');
  });

  itInRehearsal('fails for a process that it leaves behind, which is killed', async () => {
    const children: ChildProcess[] = [];
    const run = async () => {
      children.push(spawn('sleep', ['59.25'], { detached: true, stdio: 'ignore' }));
      return { passed: 1, failed: 0, skipped: 0 };
    };
    try {
      // Elsewhere there is no /proc to look into.
      const seen = process.platform === 'linux';
      expect(await play({ run })).to.deep.equal({ passed: 1, failed: seen ? 1 : 0, skipped: 0 });
      expect(said).to.deep.equal(seen ? ['failed: a process left behind: sleep 59.25'] : []);
    } finally {
      for (const child of children) child.kill('SIGKILL');
    }
  });
});

describe('a part of test files', () => {
  const run = async (code: string) => {
    const folder = await mkdtemp(join(tmpdir(), 'mocha-part-'));
    const output = new PassThrough();
    try {
      await writeFile(join(folder, 'some.rehearsal.mjs'), code);
      const globs = [join(folder, '*.rehearsal.mjs')];
      const counts = await mochaPart({ name: 'part', shows: 'something', globs, tools: [], output }).run();
      output.end();
      return { counts, lines: (await text(output)).split('\n').filter((line) => line !== '') };
    } finally {
      await rm(folder, { recursive: true });
    }
  };

  it('counts passed, failed and skipped tests, and indents what they print', async () => {
    const { counts, lines } = await run(`
      it('passes', () => console.log('a line of the test'));
      it('fails', () => { throw new Error('on purpose'); });
      it('is skipped', function () { this.skip(); });
    `);
    expect(counts).to.deep.equal({ passed: 1, failed: 1, skipped: 1 });
    expect(lines.filter((line) => !line.startsWith('  '))).to.deep.equal([]);
  });

  it('is skipped where every test is', async () => {
    const { counts } = await run("before(function () { this.skip(); }); it('one', () => {}); it('two', () => {});");
    expect(counts).to.deep.equal({ passed: 0, failed: 0, skipped: 2 });
  });

  itInRehearsal('fails when the runner dies or finds no test', async () => {
    expect((await run('process.exit(0);')).counts).to.deep.equal({ passed: 0, failed: 1, skipped: 0 });
    expect((await run('')).counts).to.deep.equal({ passed: 0, failed: 1, skipped: 0 });
  });
});

describe('tools', () => {
  it('are found on the PATH, and what is missing is named with its package', () => {
    expect(missingTools(['git'])).to.equal(null);
    const { PATH } = process.env;
    process.env.PATH = '/nowhere';
    try {
      expect(missingTools(['git', 'java'])).to.match(/git, java not found.*apt-get install git openjdk/);
    } finally {
      process.env.PATH = PATH;
    }
  });
});
