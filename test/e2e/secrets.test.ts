import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'chai';
import { runGit } from '../../src/fakes/github/git/command.ts';
import { itInRehearsal, telling } from '../left-to-rehearsal.ts';
import { startCommand } from '../support/command-line.ts';
import { createSecretScan, watchCommandLines } from '../support/secret-scan.ts';
import { startScriptedServer } from '../support/servers/scripted.ts';
import { PLACE } from '../support/system/repository.ts';
import type { TestSystem } from '../support/system/test-system.ts';
import { createTestSystem } from '../support/system/test-system.ts';
import * as view from '../support/system/view.ts';

/** Every character that a token may have and that base64, URLs, JSON or a shell spell differently. */
const SECRETS = { token: 'ghp_Zq7+/=&%?"\\x$(id)9Tn4Lw2Vb8', kiroKey: 'ksk_Yv3~!*\'();:@&=+$,/?#[]"\\Rk6Hd1' };

describe('secrets', () => {
  let system: TestSystem;
  before(async () => {
    system = await createTestSystem({ secrets: SECRETS, agent: 'print-key' });
  });
  after(() => system.close());

  itInRehearsal('stand in nothing that a run makes, says or starts, even when the agent prints its key', async () => {
    const during = createSecretScan(SECRETS);
    const commandLines = watchCommandLines();
    // Just before the outcome is published everything of the run is there: the worker's private folder, workspace, logs.
    system.github.faults.next(
      { method: 'PATCH', path: /\/pulls\// },
      {
        kind: 'before',
        run() {
          during.folder(system.root);
          // As root a build works elsewhere, since its user may not enter the data folder.
          for (const folder of view.sourceFoldersOf(system)) during.folder(folder);
        },
      },
    );
    await system.run();
    const lines = commandLines.stop();
    const [build] = await view.buildsOf(system);
    expect(await view.lockOf(system)).to.include({ lastOutcome: 'completed' });
    const transcript = await view.artifactOf(system, build?.id ?? '', 'logs/agent-01.log');
    expect(transcript).to.include('Running: echo [redacted]');

    const after = createSecretScan(SECRETS);
    after.folder(system.root);
    for (const request of system.github.requests) after.text(`request ${request.path}`, JSON.stringify(request));
    for (const node of system.github.state.all('comment')) after.text('comment', node.body);
    after.text('pull request', view.pullRequestOf(system).body);
    for (const line of lines) after.text('command line', line);
    after.text('telemetry', JSON.stringify(system.telemetry.lines));

    expect([...during.leaks, ...after.leaks]).to.deep.equal([]);
    expect(lines.filter((line) => line.includes('worker/main.mjs'))).to.have.length.above(0);
    expect(lines.filter((line) => /^git .*push|kiro\.mjs chat/.test(line))).to.have.length.above(1);
    expect(during.seen.gitObjects).to.be.above(after.seen.gitObjects);
    expect(after.seen.files).to.be.above(10);
    expect(system.github.requests.length).to.be.above(20);
  });

  for (const args of telling(1, [['explain'], ['local', 'poll']])) {
    it(`are not shown by "kiro-worker ${args.join(' ')}" when GitHub repeats them`, async () => {
      // It has the shape of no token: only who knows the value can mask it.
      const token = 'plain-words-that-nobody-takes-for-a-token';
      const github = await startScriptedServer();
      github.answers.push({
        status: 400,
        headers: { deprecation: 'yes', sunset: token },
        body: { message: `Bad header: ${token}, ${Buffer.from(`x-access-token:${token}`).toString('base64')}` },
      });
      try {
        const { exitCode, stdout, stderr } = await startCommand(
          [...args, '--config', system.configFile, '--data', path.join(system.root, 'other-data')],
          {
            cwd: system.root,
            env: {
              ...system.env,
              GITHUB_TOKEN: token,
              GITHUB_API_URL: github.url,
              GITHUB_GRAPHQL_URL: `${github.url}/graphql`,
            },
          },
        ).result;
        expect(exitCode).to.equal(1);
        expect(stderr).to.include('deprecated').and.to.include('Bad header: [redacted]');
        expect(github.seen[0]?.headers.authorization).to.equal(`bearer ${token}`);
        const scan = createSecretScan({ token });
        scan.text('stderr', stderr);
        scan.text('stdout', stdout);
        expect(scan.leaks).to.deep.equal([]);
      } finally {
        await github.close();
      }
    });
  }

  it('would be found, in whatever spelling and place', async () => {
    const { token } = SECRETS;
    const base64 = (text: string) => Buffer.from(text).toString('base64');
    const places = {
      plain: token,
      basic: base64(`x-access-token:${token}`),
      basicOfOne: base64(`u:${token}\n`),
      base64: base64(token),
      url: `https://host/?t=${encodeURIComponent(token)}`,
      hex: Buffer.from(token).toString('hex'),
      json: JSON.stringify({ token }),
    };
    const folder = path.join(system.root, 'planted');
    mkdirSync(folder);
    for (const [name, text] of Object.entries(places)) writeFileSync(path.join(folder, name), `before ${text} after`);
    const scan = createSecretScan(SECRETS);
    scan.folder(folder);
    const found = new Set(scan.leaks.map(({ where }) => path.basename(where)));
    expect([...found].sort()).to.deep.equal(Object.keys(places).sort());

    await system.github.moveBranch(system.repository, { branch: PLACE.branch, files: { 'leak.txt': token } });
    await runGit(system.repository.directory, ['update-ref', '-d', `refs/heads/${PLACE.branch}`]);
    const objects = createSecretScan(SECRETS);
    objects.folder(system.repository.directory);
    expect(objects.leaks.map(({ where }) => where)).to.deep.include(`objects of ${system.repository.directory}`);
  });
});
