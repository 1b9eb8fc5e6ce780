import { expect } from 'chai';
import type { Stack, StackResource } from '../../../src/core/ports/stacks.ts';
import type { Survey } from '../../../src/flows/operate/undo/survey-destruction.ts';
import { ENVIRONMENTS, SANDBOX } from '../../../src/stacks/environments.ts';
import { formatDestroyed, formatSurvey } from './show-destruction.ts';
import { chooseOwnStacks } from './undo-place.ts';

const stack: Stack = {
  ...{ name: 'KiroWorkerCore', id: 'arn', status: 'UPDATE_COMPLETE', reason: '', changedAtMs: 0, isProtected: true },
  ...{ parameters: {}, tags: {}, outputs: [] },
};
const held = (logicalId: string, type: string): StackResource => ({
  ...{ logicalId, type, physicalId: `${logicalId}-1`, status: 'CREATE_COMPLETE' },
});
const SURVEY: Survey = {
  stacks: [
    {
      stack,
      contents: { lost: [held('Locks', 'AWS::DynamoDB::Table')], retained: [held('Bucket', 'AWS::S3::Bucket')] },
    },
  ],
  isWhole: true,
  parameters: ['/kiro-worker/test/release'],
  buckets: [{ name: 'Bucket-1', isEmpty: false, keyArn: null }],
  protectedData: ['kiro-worker-test-locks'],
  builds: [{ branch: 'feature/a', buildId: null }],
  buildsUnknown: null,
};
const place = { environment: 'test', region: 'us-east-1', emptyBuckets: false };

describe('what is shown before anything is destroyed', () => {
  it('names what is lost, what stays, what is unprotected, and which builds run', () => {
    const text = formatSurvey(SURVEY, place);
    expect(text)
      .to.match(/lost: {2}Locks \(AWS::DynamoDB::Table\) Locks-1/)
      .and.match(/stays: Bucket/);
    expect(text).to.include('protection against deletion is lifted: KiroWorkerCore, kiro-worker-test-locks');
    expect(text).to.include('a build runs for feature/a\n').and.include('cancel BRANCH --env test');
    expect(text).not.to.include('emptied');
    expect(formatSurvey(SURVEY, { ...place, emptyBuckets: true })).to.include('! Bucket-1 is emptied');
  });
});

describe('what is shown after something was destroyed', () => {
  const nothing = { stacks: [], parameters: [], objects: 0, isPaused: false, remainders: [] };

  it('says that nothing was left, or what stays with the lines that remove it', () => {
    expect(formatDestroyed(nothing, place))
      .to.include('Nothing of test is left to destroy.')
      .and.match(/Next: .+\n$/);
    const remainders = [{ type: 'AWS::S3::Bucket', physicalId: 'b', remove: ['first', 'second'] }];
    const text = formatDestroyed({ ...nothing, stacks: ['A'], isPaused: true, remainders }, place);
    expect(text).to.include('Stays: b (AWS::S3::Bucket); this removes it:\n  first\n  second\n');
    expect(text).to.include('Deleted A.').and.include('resume --env test').and.not.include('Nothing of');
  });
});

describe('the stacks of an environment', () => {
  it('are those that are named, and the others; the sandbox is one', () => {
    const { stacks, others } = chooseOwnStacks(ENVIRONMENTS.staging, ['Core', 'KiroWorkerStagingPoller']);
    expect(stacks.map(({ stackName }) => stackName)).to.deep.equal([
      'KiroWorkerStagingCore',
      'KiroWorkerStagingPoller',
    ]);
    expect(others).to.have.length(3);
    expect(others[0]?.tags).to.include({ Environment: 'staging' });
    expect(chooseOwnStacks(SANDBOX, []).stacks[0]?.stackName).to.equal('KiroWorkerSandbox');
    for (const config of [SANDBOX, ENVIRONMENTS.test])
      expect(() => chooseOwnStacks(config, ['Elsewhere']))
        .to.throw()
        .with.property('code', 'ARGUMENT_INVALID');
  });
});
