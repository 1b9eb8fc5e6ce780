import { expect } from 'chai';
import type { Stack, StackService } from '../../src/core/ports/stacks.ts';
import { expectError } from '../support/expect-error.ts';

const TAGS = { Project: 'KiroWorker' };

export interface StackServicePlace {
  readonly service: StackService;
  /** Name of a stack that does not exist. */
  readonly stackName: string;
}

/** What every service of stacks does, whoever answers it. */
export function describeStackService(name: string, open: () => StackServicePlace): void {
  describe(`the stacks of ${name}`, () => {
    let service: StackService;
    let stackName: string;
    let made = 0;
    before(() => {
      ({ service, stackName } = open());
    });

    const template = (queues: Readonly<Record<string, number>>) =>
      JSON.stringify({
        Resources: Object.fromEntries(
          Object.entries(queues).map(([id, VisibilityTimeout]) => [
            id,
            { Type: 'AWS::SQS::Queue', Properties: { VisibilityTimeout } },
          ]),
        ),
        Outputs: { First: { Value: { Ref: Object.keys(queues)[0] }, Export: { Name: `${stackName}-First` } } },
      });
    const request = (text: string, kind: 'create' | 'update') => {
      made += 1;
      const names = { changeSetName: `set-${made}`, token: `token-${made}` };
      return { stackName, kind, template: text, parameters: {}, tags: TAGS, ...names };
    };
    const changesOf = async (arn: string) => {
      const described = await service.describeChangeSet(arn, { withValues: false });
      const changes = described?.Changes ?? [];
      return changes.map(({ ResourceChange }) => `${ResourceChange?.Action} ${ResourceChange?.LogicalResourceId}`);
    };
    const ended = async (): Promise<Stack> => {
      for (let tries = 0; tries < 100; tries += 1) {
        const stack = await service.describe(stackName);
        if (stack !== null && !stack.status.endsWith('_IN_PROGRESS')) return stack;
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
      throw new Error('The stack did not come to an end within ten seconds.');
    };

    it('know nothing of a stack that was never made', async () => {
      expect(await service.describe(stackName)).to.equal(null);
      expect(await service.getTemplate(stackName)).to.equal(null);
      const nowhere = 'arn:aws:cloudformation:us-east-1:111111111111:changeSet/nothing/1';
      expect(await service.describeChangeSet(nowhere, { withValues: true })).to.equal(null);
      await service.deleteChangeSet(nowhere);
    });

    it('are made by a change set that lists what is added, once for a repeated request', async () => {
      const first = request(template({ A: 30 }), 'create');
      const arn = await service.createChangeSet(first);
      expect(await service.createChangeSet(first)).to.equal(arn);
      expect((await service.describe(stackName))?.status).to.equal('REVIEW_IN_PROGRESS');
      expect(await changesOf(arn)).to.deep.equal(['Add A']);
      await service.executeChangeSet(arn, { token: 'execute-1' });
      const stack = await ended();
      expect(stack).to.deep.include({ status: 'CREATE_COMPLETE', tags: TAGS, name: stackName });
      expect(stack.outputs.map(({ exportName }) => exportName)).to.deep.equal([`${stackName}-First`]);
      expect(await service.getTemplate(stackName)).to.equal(first.template);
    });

    it('tell the events of an operation, and later only what is new', async () => {
      const all = await service.listEvents(stackName, { after: null });
      expect(all.map(({ logicalId }) => logicalId)).to.include('A');
      const [first, ...rest] = all;
      expect(await service.listEvents(stackName, { after: first?.id ?? '' })).to.deep.equal(rest);
      expect(await service.listEvents(stackName, { after: all.at(-1)?.id ?? '' })).to.deep.equal([]);
    });

    it('have a change set without changes where nothing differs', async () => {
      const arn = await service.createChangeSet(request(template({ A: 30 }), 'update'));
      const described = await service.describeChangeSet(arn, { withValues: false });
      expect(described).to.include({ Status: 'FAILED' });
      expect(described?.StatusReason).to.include("didn't contain changes");
      await service.deleteChangeSet(arn);
      expect(await service.describeChangeSet(arn, { withValues: false })).to.equal(null);
    });

    it('are updated by what a change set lists, with values before and after', async () => {
      const before = await ended();
      const arn = await service.createChangeSet(request(template({ A: 60, B: 30 }), 'update'));
      expect((await changesOf(arn)).sort()).to.deep.equal(['Add B', 'Modify A']);
      const described = await service.describeChangeSet(arn, { withValues: true });
      const modified = described?.Changes?.find(({ ResourceChange }) => ResourceChange?.Action === 'Modify');
      expect(JSON.parse(modified?.ResourceChange?.BeforeContext ?? '{}')).to.have.nested.property(
        'Properties.VisibilityTimeout',
        30,
      );
      await service.executeChangeSet(arn, { token: 'execute-2' });
      let after = await ended();
      for (let tries = 0; tries < 50 && after.changedAtMs === before.changedAtMs; tries += 1) after = await ended();
      expect(after.status).to.equal('UPDATE_COMPLETE');
      expect(after.changedAtMs).to.be.greaterThan(before.changedAtMs);
      expect(after.id).to.equal(before.id);
    });

    it('refuse a change set that is gone, and one for a stack that exists as if it did not', async () => {
      const arn = await service.createChangeSet(request(template({ A: 90, B: 30 }), 'update'));
      await service.deleteChangeSet(arn);
      await expectError(service.executeChangeSet(arn, { token: 'execute-3' }), 'AWS_REQUEST_FAILED');
      await expectError(service.createChangeSet(request(template({ A: 1 }), 'create')), 'AWS_REQUEST_FAILED');
    });

    it('are protected against deletion, and deleted without', async () => {
      await service.setTerminationProtection(stackName, { isOn: true });
      expect((await service.describe(stackName))?.isProtected).to.equal(true);
      await expectError(service.delete(stackName, { token: 'delete-1', retain: [] }), 'AWS_REQUEST_FAILED');
      await service.setTerminationProtection(stackName, { isOn: false });
      await service.delete(stackName, { token: 'delete-2', retain: [] });
      for (let tries = 0; tries < 100 && (await service.describe(stackName)) !== null; tries += 1)
        await new Promise((resolve) => setTimeout(resolve, 100));
      expect(await service.describe(stackName)).to.equal(null);
    });
  });
}
