import { StackStatus } from '@aws-sdk/client-cloudformation';
import { expect } from 'chai';
import { hasSucceeded, isRunning, operationAllowedBy } from './stack-state.ts';

const stackIn = (status: string) => ({ name: 'KiroWorkerCore', status });

describe('the state of a stack', () => {
  it('allows something in every state that the SDK knows', () => {
    const allowed = new Map(
      Object.values(StackStatus)
        .filter((status) => status !== 'IMPORT_ROLLBACK_FAILED')
        .map((status) => [status, operationAllowedBy(stackIn(status))]),
    );
    expect(allowed.size).to.be.greaterThan(20);
    for (const [status, operation] of allowed)
      expect(operation === 'wait', status).to.equal(status.endsWith('IN_PROGRESS') && status !== 'REVIEW_IN_PROGRESS');
  });

  for (const [status, operation] of [
    ['REVIEW_IN_PROGRESS', 'create'],
    ['UPDATE_ROLLBACK_COMPLETE', 'update'],
    ['UPDATE_COMPLETE_CLEANUP_IN_PROGRESS', 'wait'],
    ['ROLLBACK_COMPLETE', 'delete-and-create'],
    ['UPDATE_FAILED', 'roll-back'],
    ['UPDATE_ROLLBACK_FAILED', 'continue-rollback'],
    ['DELETE_FAILED', 'delete-again'],
  ] as const) {
    it(`${status} allows to ${operation}`, () => {
      expect(operationAllowedBy(stackIn(status))).to.equal(operation);
    });
  }

  it('is to be created where there is none, and guessed nowhere', () => {
    expect(operationAllowedBy(null)).to.equal('create');
    for (const status of ['', 'toString', 'SOMETHING_NEW', 'IMPORT_ROLLBACK_FAILED'])
      expect(() => operationAllowedBy(stackIn(status)))
        .to.throw()
        .with.property('code', 'STACK_STATE_UNKNOWN');
  });

  it('has succeeded only where nothing was rolled back', () => {
    expect(hasSucceeded(stackIn('UPDATE_COMPLETE'))).to.equal(true);
    expect(hasSucceeded(stackIn('UPDATE_ROLLBACK_COMPLETE'))).to.equal(false);
    expect(isRunning(stackIn('REVIEW_IN_PROGRESS'))).to.equal(false);
  });
});
