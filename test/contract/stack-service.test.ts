import { createStackService } from '../../src/adapters/aws/cloudformation/stack-service.ts';
import { createCloudFormationScene } from '../support/cloudformation/scene.ts';
import { describeStackService } from './stack-service.ts';

const scene = createCloudFormationScene({ comparesTemplates: true });

describeStackService('answers as the SDK types them', () => ({
  service: createStackService(scene.client),
  stackName: 'ContractStack',
}));
