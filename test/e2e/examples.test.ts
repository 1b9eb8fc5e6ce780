import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect } from 'chai';
import { createKiroAgent } from '../../src/adapters/agents/kiro.ts';
import { createSandbox, type LocalSandbox } from '../../src/adapters/process/sandbox.ts';
import { untrustedEnvironment } from '../../src/adapters/process/untrusted-environment.ts';
import { checkPower } from '../../src/core/agent/power.ts';
import { parseRepositoryFile } from '../../src/core/repository/repository-file.ts';
import { openRequiredUnits, parseTasks, unitText } from '../../src/core/spec/tasks.ts';
import { itInRehearsal } from '../left-to-rehearsal.ts';

const EXAMPLES = resolve('examples');
const SPEC = '.kiro/specs/feature/relative-time';
const DEMO_AGENT = join(EXAMPLES, 'agent', 'demo-agent.mjs');

describe('examples', () => {
  let directory: string;
  let workspace: string;
  let sandbox: LocalSandbox;

  before(async () => {
    directory = mkdtempSync(join(tmpdir(), 'examples-'));
    workspace = join(directory, 'workspace');
    mkdirSync(workspace);
    for (const part of ['repository', 'branch']) cpSync(join(EXAMPLES, part), workspace, { recursive: true });
    sandbox = await createSandbox({ user: 'none', runDirectory: join(directory, 'run') });
  });
  after(async () => {
    await sandbox.close();
    rmSync(directory, { recursive: true });
  });

  itInRehearsal(
    'are worked through by the demo agent, task by task, with real tests and believable coverage',
    async () => {
      const settings = { KIRO_DEMO_DELAY_MS: '0' };
      const apiKey = async () => 'ksk_demo-0123456789';
      const agent = createKiroAgent({ sandbox, cliPath: DEMO_AGENT, apiKey, engine: 'v3', settings });
      await agent.prepare();
      const tasks = parseTasks(readFileSync(join(workspace, SPEC, 'tasks.md'), 'utf8'));
      const units = openRequiredUnits(tasks);
      expect(units.map(({ id }) => id)).to.deep.equal(['1.1', '2', '3']);
      for (const unit of units) {
        const before = listFiles(workspace);
        const result = await agent.run({
          prompt: `Do this.\n\n<task>\n${unitText(tasks, unit)}\n</task>\n`,
          cwd: workspace,
          timeoutMs: 120_000,
          silenceMs: 10_000,
          creditLimit: 5,
          onProgress: () => {},
        });
        expect(result.kind, result.detail).to.equal('finished');
        expect(listFiles(workspace).length).to.be.greaterThan(before.length);
      }

      const file = parseRepositoryFile(readFileSync(join(workspace, '.kiro-worker.yml'), 'utf8'), '.kiro-worker.yml');
      expect(run(file.coverage)).to.equal(0);
      const lines = (name: string) => sum(readFileSync(join(workspace, file.reports.coverage[0] ?? ''), 'utf8'), name);
      expect((100 * lines('LH')) / lines('LF')).to.be.within(90, 98);
      const junit = readFileSync(join(workspace, file.reports.tests[0] ?? ''), 'utf8');
      expect(junit.match(/<testcase /g)?.length).to.be.within(10, 20);
      expect(junit).not.to.contain('<failure');
    },
  );

  it('hold a repository whose tests pass before anybody works on it', () => {
    const pristine = join(directory, 'pristine');
    cpSync(join(EXAMPLES, 'repository'), pristine, { recursive: true });
    expect(run(['npm', 'test'], pristine)).to.equal(0);
    expect(readFileSync(join(pristine, 'reports', 'junit.xml'), 'utf8')).to.contain('<testcase ');
  });

  it('hold an agent that says what it does not know', async () => {
    const agent = createKiroAgent({
      sandbox,
      cliPath: DEMO_AGENT,
      apiKey: async () => 'ksk_demo-01234567',
      engine: 'v2',
    });
    const result = await agent.run({
      prompt: '<task>\n- [ ] 9. Something else\n  - Whatever it is\n</task>',
      cwd: workspace,
      timeoutMs: 120_000,
      silenceMs: 10_000,
      creditLimit: null,
      onProgress: () => {},
    });
    expect(result).to.include({ kind: 'failed' });
    expect(result.detail).to.contain('knows the tasks of the example spec only');
  });

  it('hold a Power whose files are the ones of its manifest', () => {
    const power = join(EXAMPLES, 'power');
    const names = readdirSync(join(power, 'steering'));
    const steering = new Map(names.map((name) => [name, readFileSync(join(power, 'steering', name))]));
    const manifest = readFileSync(join(power, 'manifest.json'), 'utf8');
    const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
    expect(checkPower({ source: power, version: '1.0.0', manifest, steering }, sha256).size).to.equal(3);
    expect(readFileSync(join(power, 'POWER.md'), 'utf8')).to.match(/^---\nname: "team-conventions"\n/);
  });

  function run(command: readonly string[] | false | null, cwd = workspace): number | null {
    const [program = '', ...args] = command || [];
    return spawnSync(program, args, { cwd, env: untrustedEnvironment({ home: sandbox.home }), stdio: 'ignore' }).status;
  }
});

function listFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true }).map(String);
}

function sum(lcov: string, name: string): number {
  return [...lcov.matchAll(new RegExp(`^${name}:(\\d+)$`, 'gm'))].reduce(
    (total, [, count]) => total + Number(count),
    0,
  );
}
