import { existsSync } from 'node:fs';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import { build } from 'esbuild';
import { outcomeOf } from '../../../../src/core/outcome.ts';
import { runGit } from '../../../../src/fakes/github/git/command.ts';
import { type Cell, RUN_ROWS } from '../../../contract/agent-endings/rows.ts';
import { createSecretScan } from '../../../support/secret-scan.ts';
import { PLACE } from '../../../support/system/repository.ts';
import { createTestSystem, type TestSystem, type TestSystemOptions } from '../../../support/system/test-system.ts';
import * as view from '../../../support/system/view.ts';

const TASKS = '- [ ] 1. One task\n';
const AGENT_KEY = 'planted-key-of-an-agent-0123456789';

/** The contract of agents, as far as only the worker can tell: what they do to the repository, and what they do not. */
describe('agents that take the repository into their own hands', () => {
  let folder: string;
  let system: TestSystem | undefined;
  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'kiro-acp-'));
    await chmod(folder, 0o755);
    // One file, that the user of the agent can read wherever the packages lie.
    await build({
      entryPoints: ['test/fixtures/scripted-acp.mjs'],
      outfile: path.join(folder, 'agent.mjs'),
      ...{ bundle: true, platform: 'node', format: 'esm', logLevel: 'silent' },
    });
  });
  afterEach(async () => {
    await system?.close();
    system = undefined;
  });
  after(() => rm(folder, { recursive: true }));

  const kinds: ReadonlyArray<readonly ['kiro' | 'acp', (scenario: string) => TestSystemOptions]> = [
    ['kiro', (agent) => ({ agent })],
    [
      'acp',
      (scenario) => ({
        env: { AGENT_KEY },
        config: {
          agent: {
            kind: 'acp',
            command: ['node', path.join(folder, 'agent.mjs')],
            environment: { ACP_SCENARIO: scenario },
            keyVariable: 'AGENT_SERVICE_KEY',
          },
        },
      }),
    ],
  ];
  for (const [kind, options] of kinds) {
    for (const row of RUN_ROWS) {
      const cell: Cell<string> = row[kind];
      if (!('ends' in cell)) continue;
      const { scenario, words } = cell;
      it(`${kind}: ${row.what}: ${cell.ends}`, async () => {
        system = await createTestSystem({ tasks: TASKS, ...options(scenario) });
        // Beside the program of either agent.
        for (const place of [folder, path.join(system.root, 'agent')])
          await writeFile(path.join(place, 'push-url.txt'), `${system.github.serverUrl}/${PLACE.repository}.git`);
        const before = { main: await view.headOf(system, 'main'), branch: await view.headOf(system) };
        await system.run();
        const [ran] = await view.buildsOf(system);
        const log = await view.logOf(system, ran?.id ?? '');
        expect(await view.lockOf(system), log).to.include({ status: 'released', lastOutcome: cell.ends });
        expect(view.pullRequestOf(system).body).to.match(words);
        await expectOnlyTheWorkers(system, { before, isDone: cell.ends === 'completed' });
        expect(strangersAt(system) > 0, 'the agent tried to push').to.equal(scenario === 'push-itself');
        expect(log).to.not.include(AGENT_KEY).and.to.not.include(system.secrets.kiroKey);
        expect(existsSync('/tmp/kiro-spoiled'), 'a hook of the agent ran').to.equal(false);
      });
    }
  }
});

/** Returns how often somebody asked to push who never came in; whoever may is asked for a name first, too. */
function strangersAt({ github }: TestSystem): number {
  const asked = github.requests.filter(({ path: to }) => to.includes('info/refs?service=git-receive-pack'));
  return asked.filter(({ status }) => status === 401).length - asked.filter(({ status }) => status === 200).length;
}

/** No ref but the branch has moved, and the branch only by the worker's own commit, which ticks what it did. */
async function expectOnlyTheWorkers(
  system: TestSystem,
  { before, isDone }: { before: { main: string; branch: string }; isDone: boolean },
): Promise<void> {
  expect(await view.headOf(system, 'main')).to.equal(before.main);
  const refs = await runGit(system.repository.directory, ['for-each-ref', '--format=%(refname)', 'refs/heads']);
  expect(refs.trim().split('\n').sort()).to.deep.equal([`refs/heads/${PLACE.branch}`, 'refs/heads/main']);
  const range = `${before.branch}..refs/heads/${PLACE.branch}`;
  const commits = await runGit(system.repository.directory, ['log', '--format=%an %p', range]);
  const tasks = await view.tasksDone(system);
  expect(tasks).to.deep.equal(isDone ? ['1'] : []);
  expect(commits.split('\n').filter((line) => line !== '')).to.have.length(tasks.length);
  const changed = await runGit(system.repository.directory, ['diff', '--name-only', before.branch, PLACE.branch]);
  const files = changed.split('\n').filter((file) => file !== '' && file !== `${PLACE.specFolder}/tasks.md`);
  expect(files).to.have.length(tasks.length);
  for (const file of files) expect(file).to.match(/^src\/scripted-[0-9a-f]{8}\.js$/);
  const ticks = (await view.fileOn(system, `${PLACE.specFolder}/tasks.md`)).match(/- \[x\]/g) ?? [];
  expect(ticks).to.have.length(tasks.length);
  const [ran] = await view.buildsOf(system);
  if (ran !== undefined && isDone) expect(view.exitCodeOf(ran)).to.equal(outcomeOf('completed').exitCode);
  const scan = createSecretScan({ ...system.secrets });
  scan.folder(system.repository.directory);
  expect(scan.leaks).to.deep.equal([]);
}
