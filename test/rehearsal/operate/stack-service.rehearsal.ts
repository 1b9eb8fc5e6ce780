import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { createStackService } from '../../../src/adapters/aws/cloudformation/stack-service.ts';
import { describeStackService } from '../../contract/stack-service.ts';
import { type AwsLikeProxy, openAwsLikeProxy } from '../stacks/aws-like-proxy.ts';
import { type Ministack, startMinistack } from '../stacks/ministack.ts';

describe('CloudFormation on an emulator, behind what AWS refuses', function () {
  this.timeout(120_000);
  let ministack: Ministack;
  let proxy: AwsLikeProxy;
  let client: CloudFormationClient;

  before(async () => {
    ministack = await startMinistack();
    proxy = await openAwsLikeProxy(ministack.endpoint);
    const credentials = { accessKeyId: '111111111111', secretAccessKey: 'rehearsal' };
    client = new CloudFormationClient({ region: 'us-east-1', endpoint: proxy.endpoint, credentials });
  });
  after(async () => {
    client?.destroy();
    await proxy?.close();
    await ministack?.stop();
  });

  describeStackService('the emulator', () => ({ service: createStackService(client), stackName: 'ContractStack' }));
});
