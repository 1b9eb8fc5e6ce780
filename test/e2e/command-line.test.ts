import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { DEMO, fillDemoBoard } from '../../src/fakes/github/demo-board.ts';
import type { LocalGitHub } from '../../src/fakes/github/server.ts';
import { startLocalGitHub } from '../../src/fakes/github/server.ts';
import { itInRehearsal, telling } from '../left-to-rehearsal.ts';
import { startCommand } from '../support/command-line.ts';

const EXAMPLES = fileURLToPath(new URL('../../examples', import.meta.url));
const TOKEN = 'ghp_0123456789abcdefghijklmnopqrstuvwxyz';

describe('the command line', () => {
  let folder: string;
  let github: LocalGitHub;
  let env: Record<string, string>;

  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'kiro-cli-'));
    github = await startLocalGitHub({ tokens: [TOKEN], root: path.join(folder, 'github') });
    const { repository } = await fillDemoBoard(github, EXAMPLES);
    env = {
      GITHUB_TOKEN: TOKEN,
      GITHUB_API_URL: github.apiUrl,
      GITHUB_GRAPHQL_URL: github.graphqlUrl,
      GITHUB_SERVER_URL: github.serverUrl,
    };
    const config = { organization: DEMO.organization, repository, projectNumber: DEMO.projectNumber };
    await writeFile(path.join(folder, 'kiro-worker.config.json'), JSON.stringify(config));
  });

  after(async () => {
    await github.close();
    await rm(folder, { recursive: true, force: true });
  });

  const command = (args: readonly string[], more: Record<string, string> = {}) =>
    startCommand(args, { cwd: folder, env: { ...env, ...more } }).result;

  it('explains every card of the board and writes nothing anywhere', async () => {
    const before = github.requests.length;
    const { exitCode, stdout, stderr } = await command(['explain', '--json']);
    expect(exitCode, stderr).to.equal(0);
    const { cards } = JSON.parse(stdout) as {
      cards: { title: string; decision: string; reason: string; detail: string }[];
    };
    expect(cards.map(({ reason }) => reason)).to.deep.equal([
      'ready',
      'spec-missing',
      'no-branch',
      'invalid-branch',
      'draft-issue',
      'redacted',
      'other-column',
      'ready',
    ]);
    for (const card of cards) expect(card.detail, card.title).to.match(/\S/);
    expect(existsSync(path.join(folder, '.kiro-worker'))).to.equal(false);
    const writes = github.requests
      .slice(before)
      .filter(({ method, operation }) => method === 'PATCH' || /^(Move|Add|Edit|Mark|Convert)/.test(operation ?? ''));
    expect(writes).to.deep.equal([]);
  });

  itInRehearsal('explains one card, and says when there is none of that name', async () => {
    const one = await command(['explain', DEMO.branch, '--json']);
    expect(JSON.parse(one.stdout).cards.map((card: { title: string }) => card.title)).to.deep.equal([DEMO.card]);
    const none = await command(['explain', 'nothing like it']);
    expect(none.exitCode).to.equal(1);
    expect(none.stderr).to.include('"nothing like it"');
  });

  itInRehearsal('has a status before anything has run', async () => {
    const { exitCode, stdout } = await command(['status', '--json']);
    expect(exitCode).to.equal(0);
    expect(JSON.parse(stdout)).to.deep.equal({ breakers: [], locks: [], damaged: [], builds: [] });
  });

  itInRehearsal('names every problem of a configuration, and the file', async () => {
    await writeFile(path.join(folder, 'bad.json'), '{"organization":"-","projectNumber":0}');
    const { exitCode, stderr } = await command(['explain', '--config', 'bad.json']);
    expect(exitCode).to.equal(1);
    for (const part of ['bad.json', 'organization', 'repository', 'projectNumber', 'CONFIG_INVALID'])
      expect(stderr).to.include(part);
  });

  const failures: [string, string[], Record<string, string>, number, string][] = [
    ['a missing configuration file', ['explain', '--config', 'none.json'], {}, 1, 'none.json'],
    ['a missing token', ['explain'], { GITHUB_TOKEN: '' }, 1, 'GITHUB_TOKEN'],
    ['a missing key', ['local', 'poll'], {}, 1, 'KIRO_API_KEY'],
    ['a refused token', ['explain'], { GITHUB_TOKEN: 'ghp_wrong_wrong_wrong' }, 1, 'token'],
    ['an unknown command', ['frobnicate'], {}, 2, 'frobnicate'],
    ['an unknown option', ['demo', '--fast'], {}, 2, '--fast'],
    ['a folder that is not there', ['spec', 'check', 'none'], {}, 2, 'none'],
    ['a missing argument', ['spec', 'check'], {}, 2, 'folder'],
    ['a data folder that is not there', ['status', '--data', 'typo'], {}, 1, 'no data folder'],
    ['a data folder that is a file', ['status', '--data', process.execPath], {}, 1, 'no data folder'],
    ['an environment that is not there', ['synth', '--env', 'nope', '--out', 'x'], {}, 2, 'no environment "nope"'],
    ['what is no hash, before anything is asked of AWS', ['release', 'use', 'zzz'], {}, 1, 'neither the content hash'],
    ['a missing agent', ['local', 'poll'], { KIRO_API_KEY: 'ksk_0123456789', KIRO_CLI_PATH: 'none' }, 1, 'not on PATH'],
  ];
  for (const [name, args, more, code, part] of telling(1, failures)) {
    it(`ends with ${code} and a clear message for ${name}`, async () => {
      const { exitCode, stdout, stderr } = await command(args, more);
      expect(exitCode, stderr).to.equal(code);
      expect(stderr).to.include(part);
      expect(stderr).to.not.include('    at ');
      expect(stdout).to.equal('');
    });
  }

  itInRehearsal('takes no card where the agent is missing', async () => {
    const before = github.requests.length;
    await command(['local', 'poll'], { KIRO_API_KEY: 'ksk_0123456789', KIRO_CLI_PATH: 'none' });
    expect(github.requests.length).to.equal(before);
  });

  itInRehearsal('goes on when the reader of its output has seen enough', async () => {
    for (const stream of ['stdout', 'stderr'] as const) {
      const running = startCommand(['explain', 'nothing like it'], { cwd: folder, env });
      running.process[stream]?.destroy();
      expect((await running.result).exitCode).to.equal(1);
    }
    const running = startCommand(['explain', '--json'], { cwd: folder, env });
    running.process.stdout?.destroy();
    const { exitCode, stderr } = await running.result;
    expect(exitCode, stderr).to.equal(0);
  });
});
