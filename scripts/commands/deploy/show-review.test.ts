import { expect } from 'chai';
import { readChangeSet } from '../../../src/core/deploy/change-set.ts';
import type { PreparedStack } from '../../../src/flows/operate/deploy/deploy-types.ts';
import { contextOf, describedChange } from '../../../test/support/cloudformation/change-sets.ts';
import { formatReview } from './show-review.ts';

const DETAIL = {
  ChangeSource: 'DirectModification',
  Target: { Attribute: 'Properties', Path: '/Properties/MemorySize' },
} as const;

function prepared(change: Parameters<typeof describedChange>[0]): PreparedStack {
  const described = { StackName: 'Poller', Status: 'CREATE_COMPLETE', Changes: [describedChange(change)] } as const;
  const packaged = {
    stackName: 'Poller',
    template: {},
    parameters: {},
    tags: {},
    text: '',
    artifacts: [],
    inputHash: '',
  };
  const changeSet = readChangeSet({ plain: described, withValues: described });
  return { packaged, before: null, stackId: '', changeSet, risks: [] };
}

describe('a review', () => {
  it('shows values where the description of a property leaves them out', () => {
    const change = {
      Details: [DETAIL],
      BeforeContext: contextOf({ MemorySize: 512 }),
      AfterContext: contextOf({ MemorySize: 640 }),
    };
    expect(formatReview({ prepared: [prepared(change)], later: [] })).to.include(
      '\n      /Properties/MemorySize: 512 -> 640\n',
    );
  });

  it('names what caused a change of a list', () => {
    const change = {
      Details: [DETAIL],
      BeforeContext: contextOf({ MemorySize: [1] }),
      AfterContext: contextOf({ MemorySize: [2] }),
    };
    expect(formatReview({ prepared: [prepared(change)], later: [] })).to.include(
      '\n      /Properties/MemorySize (DirectModification)\n',
    );
  });

  it('is no wider than 100 columns without a terminal, however long names are', () => {
    const change = {
      LogicalResourceId: 'A'.repeat(60),
      ResourceType: 'AWS::Lambda::EventInvokeConfig',
      Action: 'Add',
    } as const;
    const later = [
      { stackName: 'Monitoring', producers: ['Core', 'Poller', 'CodeBuild'].map((name) => name.repeat(9)) },
    ];
    const lines = formatReview({ prepared: [prepared(change)], later }).split('\n');
    expect(Math.max(...lines.map((line) => line.length))).to.be.at.most(100);
  });
});
