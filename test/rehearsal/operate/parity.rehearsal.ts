import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { expect } from 'chai';
import { load } from 'js-yaml';
import { createStackService } from '../../../src/adapters/aws/cloudformation/stack-service.ts';
import { differencesBetween } from '../../../src/core/deploy/difference.ts';
import { STACK_IDS, stackName } from '../../../src/stacks/stack-names.ts';
import { type Clone, makeClone } from '../stacks/clone.ts';
import { createSam, type Sam } from '../stacks/sam.ts';
import { pythonTool } from '../stacks/tools.ts';
import { type Operator, openOperator } from './operator.ts';

/** What SAM writes into a template and we do not: where the code lies, and metadata of its own. */
const OF_SAM = /^(?:Resources\/\w+\/(?:Properties\/CodeUri|Metadata(?:\/.*)?)|Metadata(?:\/.*)?)$/;
describe('kiro-worker deploy beside sam deploy', function () {
  this.timeout(600_000);
  let operator: Operator;
  let clone: Clone;
  let sam: Sam;
  let client: CloudFormationClient;

  before(async () => {
    [operator, clone] = await Promise.all([openOperator(), makeClone(), pythonTool('sam-cli')]);
    sam = await createSam(clone, { endpoint: operator.proxy.endpoint });
    const credentials = { accessKeyId: '111111111111', secretAccessKey: 'rehearsal' };
    client = new CloudFormationClient({ region: 'us-east-1', endpoint: operator.proxy.endpoint, credentials });
  });
  after(async () => {
    client?.destroy();
    await operator?.close();
    await clone?.remove();
  });

  /** What was sent last for each stack. */
  const sent = async () => {
    const service = createStackService(client);
    return Promise.all(
      STACK_IDS.map(async (id) => {
        const name = stackName('KiroWorker', id);
        const stack = await service.describe(name);
        if (stack === null) throw new Error(`${name} does not stand`);
        const { parameters, tags } = stack;
        return { template: load((await service.getTemplate(name)) ?? ''), parameters, tags };
      }),
    );
  };
  const pathsBetween = async (before: Awaited<ReturnType<typeof sent>>) => {
    const after = await sent();
    return before.flatMap((side, index) => {
      const other = after[index];
      return other === undefined ? ['gone'] : differencesBetween(side, other).map(({ path }) => path);
    });
  };

  it('changes nothing of what sam deployed, nor sam of what we deployed, but code locations and metadata of SAM', async () => {
    for (const id of STACK_IDS) {
      await sam.run(['build', '--config-env', `test-${id.toLowerCase()}`]);
      await sam.run(['deploy', '--config-env', `test-${id.toLowerCase()}`, '--no-confirm-changeset']);
    }
    const bySam = await sent();
    const names = STACK_IDS.map((id) => stackName('KiroWorker', id));
    // SAM's metadata goes from every resource, and what refers to one counts as possibly replaced;
    // whether a parameter is written anew for that, nobody says.
    const args = ['--env', 'test', '--yes', '--allow', 'stateful-replaced', 'project-configuration-changed'];
    const { code, stdout, stderr, seconds } = await operator.run(['deploy', ...args]);
    expect(code, `${stdout}${stderr}`).to.equal(0);
    const byUs = await pathsBetween(bySam);
    expect(byUs.filter((one) => !OF_SAM.test(one))).to.deep.equal([]);
    expect(byUs).to.include('Resources/PollerFunction/Properties/CodeUri');
    const ours = await sent();
    const startedAt = performance.now();
    for (const id of STACK_IDS)
      await sam.run(['deploy', '--config-env', `test-${id.toLowerCase()}`, '--no-confirm-changeset']);
    const samSeconds = (performance.now() - startedAt) / 1000;
    expect((await pathsBetween(ours)).filter((one) => !OF_SAM.test(one))).to.deep.equal([]);
    process.stdout.write(
      `    ${names.length} stacks: ours ${seconds.toFixed(1)} s, sam deploy ${samSeconds.toFixed(1)} s\n`,
    );
  });
});
