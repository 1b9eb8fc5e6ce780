import {
  type CloudFormationClient,
  ContinueUpdateRollbackCommand,
  CreateChangeSetCommand,
  DeleteChangeSetCommand,
  DeleteStackCommand,
  DescribeChangeSetCommand,
  ExecuteChangeSetCommand,
  RollbackStackCommand,
  UpdateTerminationProtectionCommand,
} from '@aws-sdk/client-cloudformation';
import type { NewChangeSet, StackService } from '../../../core/ports/stacks.ts';
import { attempt, nameOf } from '../aws-failure.ts';
import { isNoSuchChangeSet } from './absence.ts';
import {
  describeAllChanges,
  describeStack,
  listStackEvents,
  listStackResources,
  readTemplate,
} from './stack-reader.ts';

/** Makes the service of stacks on CloudFormation. */
export function createStackService(client: CloudFormationClient): StackService {
  return {
    describe: (stack) => describeStack(client, stack),
    createChangeSet: (request) => createChangeSet(client, request),
    describeChangeSet: (changeSet, { withValues }) => describeAllChanges(client, { changeSet, withValues }),
    listEvents: (stack, { after }) => listStackEvents(client, { stack, after }),
    listResources: (stack) => listStackResources(client, stack),
    getTemplate: (stack) => readTemplate(client, stack),
    async executeChangeSet(changeSet, { token }) {
      const command = new ExecuteChangeSetCommand({ ChangeSetName: changeSet, ClientRequestToken: token });
      await attempt(`CloudFormation did not carry out the change set ${changeSet}.`, () => client.send(command));
    },
    async deleteChangeSet(changeSet) {
      await attempt(`CloudFormation did not delete the change set ${changeSet}.`, async () => {
        try {
          await client.send(new DeleteChangeSetCommand({ ChangeSetName: changeSet }));
        } catch (error) {
          if (!isNoSuchChangeSet(error)) throw error;
        }
      });
    },
    async rollback(stack, { token }) {
      const command = new RollbackStackCommand({ StackName: stack, ClientRequestToken: token });
      await attempt(`CloudFormation did not roll ${stack} back.`, () => client.send(command));
    },
    async continueRollback(stack, { token, skip }) {
      const command = new ContinueUpdateRollbackCommand({
        StackName: stack,
        ClientRequestToken: token,
        ...(skip.length === 0 ? {} : { ResourcesToSkip: [...skip] }),
      });
      await attempt(`CloudFormation did not go on rolling ${stack} back.`, () => client.send(command));
    },
    async delete(stack, { token, retain }) {
      const command = new DeleteStackCommand({
        StackName: stack,
        ClientRequestToken: token,
        // Accepted for a stack in the state DELETE_FAILED alone.
        ...(retain.length === 0 ? {} : { RetainResources: [...retain] }),
      });
      await attempt(`CloudFormation did not delete ${stack}.`, () => client.send(command));
    },
    async setTerminationProtection(stack, { isOn }) {
      const command = new UpdateTerminationProtectionCommand({ StackName: stack, EnableTerminationProtection: isOn });
      const what = `CloudFormation did not ${isOn ? 'protect' : 'unprotect'} ${stack} against deletion.`;
      await attempt(what, () => client.send(command));
    },
  };
}

async function createChangeSet(client: CloudFormationClient, request: NewChangeSet): Promise<string> {
  const { stackName, changeSetName, kind, template, templateUrl, parameters, tags, token } = request;
  const command = new CreateChangeSetCommand({
    StackName: stackName,
    ChangeSetName: changeSetName,
    ChangeSetType: kind === 'create' ? 'CREATE' : 'UPDATE',
    ...(templateUrl === undefined ? { TemplateBody: template } : { TemplateURL: templateUrl }),
    // All of them every time: one that is left out would keep its previous value.
    Parameters: Object.entries(parameters).map(([ParameterKey, ParameterValue]) => ({ ParameterKey, ParameterValue })),
    Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
    Capabilities: ['CAPABILITY_IAM'],
    ClientToken: token,
  });
  return attempt(`CloudFormation did not make a change set for ${stackName}.`, async () => {
    try {
      return idIn((await client.send(command)).Id);
    } catch (error) {
      // An earlier request was carried out, and its answer was lost: nobody else gives this name.
      if (!/^AlreadyExists(?:Exception)?$/.test(nameOf(error))) throw error;
      const made = await client.send(
        new DescribeChangeSetCommand({ StackName: stackName, ChangeSetName: changeSetName }),
      );
      return idIn(made.ChangeSetId);
    }
  });
}

function idIn(id: string | undefined): string {
  if (!id) throw new Error('the answer contains no ARN of a change set');
  return id;
}
