import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { expect } from 'chai';
import { createStackService } from '../../../src/adapters/aws/cloudformation/stack-service.ts';
import type { StackService } from '../../../src/core/ports/stacks.ts';
import { STACK_IDS, stackName } from '../../../src/stacks/stack-names.ts';
import { type Clone, makeClone } from '../stacks/clone.ts';
import { type Operator, openOperator } from './operator.ts';

const git = promisify(execFile).bind(null, 'git');
const STACKS = STACK_IDS.map((id) => stackName('KiroWorkerProduction', id));

describe('production', function () {
  this.timeout(300_000);
  this.bail(true);
  let operator: Operator;
  let clone: Clone;
  let client: CloudFormationClient;
  let service: StackService;
  let folder: string;
  before(async () => {
    [operator, clone] = await Promise.all([openOperator(), makeClone()]);
    folder = await mkdtemp(path.join(tmpdir(), 'kiro-worker-production-'));
    const credentials = { accessKeyId: '111111111111', secretAccessKey: 'rehearsal' };
    client = new CloudFormationClient({ region: 'us-east-1', endpoint: operator.proxy.endpoint, credentials });
    service = createStackService(client);
    const cwd = clone.folder;
    const identity = ['-c', 'user.name=Ana', '-c', 'user.email=ana@example.com'];
    await git(['init', '--quiet'], { cwd });
    // The packages of a clone are a link here, which no pattern for folders covers.
    await writeFile(path.join(cwd, '.git/info/exclude'), 'node_modules\n');
    await git(['add', '--all'], { cwd });
    await git([...identity, 'commit', '--quiet', '--message', 'A version'], { cwd });
  });
  after(async () => {
    client?.destroy();
    await operator?.close();
    await clone?.remove();
    if (folder) await rm(folder, { recursive: true, force: true });
  });

  const run = (...args: string[]) => operator.run(args, { root: clone.folder });
  const plan = () => path.join(folder, 'plan.json');
  const protectedStacks = async () => {
    const found = await Promise.all(STACKS.map((name) => service.describe(name)));
    return found.flatMap((stack) => (stack?.isProtected ? [stack.name] : []));
  };

  it('is deployed from a plan alone, and from what is committed', async () => {
    const unplanned = await run('deploy', '--env', 'production', '--yes');
    expect(unplanned).to.include({ code: 1 });
    expect(unplanned.stderr).to.include('from a plan that somebody has reviewed').and.include('--plan-only');
    const file = path.join(clone.folder, 'src/new.ts');
    await writeFile(file, '');
    const dirty = await run('deploy', '--env', 'production', '--plan-only', '--out', plan());
    const published = await run('release', '--env', 'production');
    await rm(file);
    for (const refused of [dirty, published]) {
      expect(refused).to.include({ code: 1 });
      expect(refused.stderr).to.include('from a clean checkout').and.include('src/new.ts');
    }
    expect(operator.proxy.operations).to.deep.equal([]);
  });

  it('is deployed from one plan after the other, as far as each can see, and then protected', async () => {
    const deployed: string[] = [];
    for (let rounds = 0; rounds < STACKS.length; rounds += 1) {
      const planned = await run('deploy', '--env', 'production', '--plan-only', '--out', plan(), '--json');
      const { stacks, later } = JSON.parse(planned.stdout);
      expect(planned.code, planned.stderr).to.equal(later.length > 0 ? 3 : 0);
      const { code, stdout, stderr } = await run('deploy', '--env', 'production', '--plan', plan());
      expect(code, `${stdout}${stderr}`).to.equal(later.length > 0 ? 3 : 0);
      const made = stacks.filter(({ changeSet }: { changeSet: string | null }) => changeSet !== null);
      deployed.push(...made.map(({ stackName: name }: { stackName: string }) => name));
      if (later.length === 0) break;
      expect(stdout).to.include('--plan-only --out plan.json');
    }
    expect(deployed).to.deep.equal(STACKS);
    expect(await protectedStacks()).to.deep.equal(STACKS.slice(0, 2));
  });

  it('is destroyed only when that is said, which lifts its protection', async () => {
    const name = ['--confirm', 'production'];
    const slip = await run('destroy', '--env', 'production', ...name, '--yes');
    expect(slip).to.include({ code: 1 });
    expect(slip.stderr).to.include('--allow-production');
    const nameless = await run('destroy', '--env', 'production', '--allow-production', '--yes', '--no-input');
    expect(nameless).to.include({ code: 3 });
    expect(nameless.stderr).to.match(/protection against deletion is lifted: .*KiroWorkerProductionCore/);
    expect(await protectedStacks()).to.have.length(2);
    const { code, stdout, stderr } = await run('destroy', '--env', 'production', '--allow-production', ...name);
    expect(code, stderr).to.equal(0);
    expect(stdout).to.include(`Deleted ${STACKS.toReversed().join(', ')}.`);
    expect(operator.proxy.operations).to.include('UpdateTerminationProtection');
  });
});
