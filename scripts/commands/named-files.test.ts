import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import { runCommand } from '../../test/support/command-line.ts';

describe('files that somebody names', () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'kiro-named-files-'));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  // Nothing answers there: whoever asks AWS first fails otherwise.
  const env = { AWS_ENDPOINT_URL: 'http://127.0.0.1:9', AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' };
  for (const args of [
    ['deploy', '--plan', 'none/plan.json'],
    ['deploy', '--out', 'none/plan.json'],
    ['deploy', '--outputs', '.'],
    ['costs', '--filter-file', 'none/filter.json'],
  ])
    it(`are refused before anything is begun: ${args.join(' ')}`, async () => {
      const { exitCode, stderr } = await runCommand([...args, '--env', 'test'], { cwd: folder, env });
      expect(exitCode, stderr).to.equal(2);
      expect(stderr)
        .to.include(args[2] ?? '')
        .and.to.include('ARGUMENT_INVALID')
        .and.not.to.include('    at ');
      expect(await readdir(folder)).to.deep.equal([]);
    });

  it('make no deployment of what asks for a plan', async () => {
    const { exitCode, stderr } = await runCommand(['deploy', '--env', 'test', '--out', 'plan.json', '--yes'], {
      cwd: folder,
      env,
    });
    expect(exitCode, stderr).to.equal(2);
  });
});
