import { expect } from 'chai';
import {
  contextOf,
  described,
  describedChange,
  INCOMPLETE_WARNING,
} from '../../../test/support/cloudformation/change-sets.ts';
import { readChangeSet } from './change-set.ts';

const BUCKET = describedChange({
  Action: 'Remove',
  LogicalResourceId: 'ArtifactsBucket',
  ResourceType: 'AWS::S3::Bucket',
  PolicyAction: 'Delete',
});
const TIMEOUT = describedChange({
  BeforeContext: contextOf({ Timeout: 300 }),
  AfterContext: contextOf({ Timeout: 600 }),
  Details: [
    {
      Target: {
        Attribute: 'Properties',
        Name: 'Timeout',
        Path: '/Properties/Timeout',
        RequiresRecreation: 'Never',
        BeforeValue: '300',
        AfterValue: '600',
        AttributeChangeType: 'Modify',
      },
      Evaluation: 'Static',
      ChangeSource: 'DirectModification',
    },
  ],
});

describe('a change set', () => {
  it('has every change, with the values before and after', () => {
    const changeSet = readChangeSet(described([TIMEOUT, BUCKET]));
    expect(changeSet.gaps).to.deep.equal([]);
    expect(changeSet.changes.map(({ logicalId, action }) => [logicalId, action])).to.deep.equal([
      ['PollerFunction', 'Modify'],
      ['ArtifactsBucket', 'Remove'],
    ]);
    expect(changeSet.changes[0]).to.deep.include({
      replacement: 'False',
      before: { Properties: { Timeout: 300 } },
      after: { Properties: { Timeout: 600 } },
    });
    expect(changeSet.changes[0]?.properties).to.deep.equal([
      {
        path: '/Properties/Timeout',
        changeType: 'Modify',
        requiresRecreation: 'Never',
        before: '300',
        after: '600',
        cause: 'DirectModification',
      },
    ]);
  });

  it('keeps a removal that the description with values left out, and says that it is incomplete', () => {
    const { plain } = described([TIMEOUT, BUCKET]);
    const { withValues } = described([TIMEOUT], { StatusReason: INCOMPLETE_WARNING });
    const changeSet = readChangeSet({ plain, withValues });
    expect(changeSet.changes.map(({ logicalId }) => logicalId)).to.include('ArtifactsBucket');
    expect(changeSet.gaps.join('\n')).to.match(/ArtifactsBucket: the description with values leaves it out/);
    expect(changeSet.gaps.join('\n')).to.match(/can be incomplete/);
  });

  it('is incomplete when resources are missing without that warning', () => {
    const { plain } = described([TIMEOUT, BUCKET]);
    const { withValues } = described([TIMEOUT]);
    expect(readChangeSet({ plain, withValues }).gaps).to.have.length(1);
    expect(readChangeSet({ plain: withValues, withValues: plain }).gaps.join()).to.match(
      /ArtifactsBucket: the complete list/,
    );
  });

  it('is incomplete when the warning stands there alone', () => {
    expect(readChangeSet(described([TIMEOUT], { StatusReason: INCOMPLETE_WARNING })).gaps).to.have.length(1);
  });

  for (const [name, change, gap] of [
    ['a modification without values', describedChange({ BeforeContext: undefined }), /are missing/],
    ['values that are no JSON', describedChange({ AfterContext: '{"Properties"' }), /no JSON/],
    [
      'a nested stack',
      describedChange({ ChangeSetId: 'arn:aws:cloudformation:us-east-1:1:changeSet/n/2' }),
      /nested stack/,
    ],
    ['a change of no resource', { Type: undefined }, /cannot be read/],
    ['a change without a name', describedChange({ LogicalResourceId: undefined }), /name of its resource/],
    ['a change without an action', describedChange({ Action: undefined }), /action or type/],
  ] as const) {
    it(`is incomplete with ${name}`, () => {
      expect(readChangeSet(described([change])).gaps.join('\n')).to.match(gap);
    });
  }

  it('is incomplete when two descriptions contradict each other, or one names a resource twice', () => {
    const replaced = described([describedChange({ Replacement: 'True' })]);
    const kept = described([describedChange({})]);
    const { gaps } = readChangeSet({ plain: replaced.plain, withValues: kept.withValues });
    expect(gaps.join('\n')).to.match(/contradict/);
    expect(readChangeSet(described([TIMEOUT, TIMEOUT])).gaps.join('\n')).to.match(/listed twice/);
  });

  it('needs no values where tags alone change', () => {
    const tags = describedChange({ Scope: ['Tags'], BeforeContext: undefined, AfterContext: undefined });
    expect(readChangeSet(described([tags])).gaps).to.deep.equal([]);
  });

  it('is empty only when CloudFormation says so, not when it changes outputs alone', () => {
    const failed = (StatusReason: string) => readChangeSet(described([], { Status: 'FAILED', StatusReason }));
    expect(
      failed("The submitted information didn't contain changes. Submit different information to create a change set.")
        .isEmpty,
    ).to.equal(true);
    expect(failed('No updates are to be performed.').isEmpty).to.equal(true);
    expect(failed('Transform AWS::Serverless-2016-10-31 failed').isEmpty).to.equal(false);
    expect(readChangeSet(described([])).isEmpty).to.equal(false);
  });
});
