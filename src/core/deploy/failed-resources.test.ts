import { expect } from 'chai';
import type { StackEvent } from '../ports/stacks.ts';
import { describeFailure, failedSince, skippable } from './failed-resources.ts';

let count = 0;
const event = (logicalId: string, status: string, reason = ''): StackEvent => {
  count += 1;
  const type = logicalId === 'KiroWorkerPoller' ? 'AWS::CloudFormation::Stack' : 'AWS::Lambda::Function';
  return { id: `${count}`, atMs: count, logicalId, type, status, reason };
};

/** As in serverless/serverless#5285 (the roll-back of a function fails) and aws-amplify/amplify-cli#2621 (what is cancelled with it). */
const EVENTS = [
  event('KiroWorkerPoller', 'UPDATE_IN_PROGRESS', 'User Initiated'),
  event('PollerRole', 'UPDATE_FAILED', 'Resource update cancelled'),
  event('PollerFunction', 'UPDATE_FAILED', 'The runtime parameter of nodejs20.x is no longer supported.'),
  event(
    'KiroWorkerPoller',
    'UPDATE_ROLLBACK_IN_PROGRESS',
    'The following resource(s) failed to update: [PollerFunction].',
  ),
  event('PollerRole', 'UPDATE_FAILED', 'Resource update cancelled'),
  event('FinalizerFunction', 'UPDATE_FAILED', 'Function not found: kiro-worker-test-finalizer'),
  event('PollerFunction', 'UPDATE_FAILED', 'The function could not be updated due to a concurrent update operation.'),
  event(
    'KiroWorkerPoller',
    'UPDATE_ROLLBACK_FAILED',
    'The following resource(s) failed to update: [FinalizerFunction, PollerFunction].',
  ),
];

describe('what failed in an operation', () => {
  it('is what failed since the roll-back began, without what was cancelled with it', () => {
    const failed = failedSince(EVENTS, 'UPDATE_ROLLBACK_IN_PROGRESS');
    expect(failed.map(({ logicalId }) => logicalId)).to.deep.equal(['FinalizerFunction', 'PollerFunction']);
    expect(failed.map(describeFailure)[0]).to.equal(
      'FinalizerFunction (AWS::Lambda::Function): Function not found: kiro-worker-test-finalizer',
    );
    expect(skippable(EVENTS)).to.deep.equal(['FinalizerFunction', 'PollerFunction']);
  });

  it('is what failed the last time that the roll-back was tried', () => {
    const again = [
      ...EVENTS,
      event('KiroWorkerPoller', 'UPDATE_ROLLBACK_IN_PROGRESS', 'User Initiated'),
      event('FinalizerFunction', 'UPDATE_FAILED', 'Function not found: kiro-worker-test-finalizer'),
      event('PollerFunction', 'UPDATE_COMPLETE'),
    ];
    expect(skippable(again)).to.deep.equal(['FinalizerFunction']);
  });

  it('is not what succeeded after it had failed, and can be skipped only where an update failed', () => {
    const events = [
      ...EVENTS,
      event('PollerFunction', 'UPDATE_COMPLETE'),
      event('Queue', 'DELETE_FAILED', 'Queue is in use'),
    ];
    expect(failedSince(events, 'UPDATE_ROLLBACK_IN_PROGRESS').map(({ logicalId }) => logicalId)).to.deep.equal([
      'FinalizerFunction',
      'Queue',
    ]);
    expect(skippable(events)).to.deep.equal(['FinalizerFunction']);
  });
});
