import { expect } from 'chai';
import * as fc from 'fast-check';
import {
  type BuildVariables,
  creditLimitIn,
  formatBuildVariables,
  lockKeyIn,
  parseBuildVariables,
  readBuildVariables,
  startTokenIn,
  timeLimitMsIn,
  withStartToken,
} from './build-variables.ts';

const VALUES: BuildVariables = {
  branch: 'feature/x',
  head: 'a'.repeat(40),
  specPath: '.kiro/specs/feature/x',
  itemId: 'PVTI_1',
  subjectNumber: 7,
  itemTitle: 'Slugs',
  holder: { lockKey: 'octo/app#feature/x', owner: 'owner', fence: 3 },
  attempt: 2,
};

const text = fc.string({ minLength: 1, maxLength: 80 });
const count = fc.nat({ max: 999_999_999 });

describe('the variables of a build', () => {
  it('are read as they were written, whatever they say', () => {
    const values = fc.record({
      branch: fc.constantFrom('feature/x', 'fix-$(id)', 'ünïcode/名前'),
      head: text,
      specPath: fc.constantFrom('.kiro/specs/feature/x', '.kiro/specs/名前'),
      itemId: text,
      subjectNumber: count,
      itemTitle: fc.string({ maxLength: 200 }),
      holder: fc.record({ lockKey: text, owner: text, fence: count }),
      attempt: count,
    });
    fc.assert(
      fc.property(values, (some) => {
        expect(parseBuildVariables(formatBuildVariables(some))).to.deep.equal({ values: some });
      }),
    );
  });

  it('cut a long title, and do without one that is empty', () => {
    const { WORK_ITEM_TITLE, ...others } = formatBuildVariables({ ...VALUES, itemTitle: 'x'.repeat(500) });
    expect(WORK_ITEM_TITLE).to.have.length(200);
    expect(parseBuildVariables(others)).to.have.nested.property('values.itemTitle', '');
  });

  it('are refused with every problem at once', () => {
    const parsed = parseBuildVariables({
      ...formatBuildVariables(VALUES),
      BRANCH_NAME: '-f',
      SPEC_PATH: '/etc',
      LOCK_FENCE: '1; id',
      LOCK_OWNER: undefined,
    });
    expect(parsed).to.have.property('problems').that.has.length(4);
    expect(JSON.stringify(parsed)).to.match(/BRANCH_NAME.*SPEC_PATH.*LOCK_OWNER.*LOCK_FENCE/);
  });

  it('are read one by one where only some of them are right', () => {
    const spoilt = { ...formatBuildVariables(VALUES), SPEC_PATH: '/etc', LOCK_FENCE: 'x', BRANCH_NAME: '' };
    expect(readBuildVariables(spoilt)).to.deep.equal({ head: VALUES.head, subjectNumber: 7, attempt: 2 });
    expect(readBuildVariables({})).to.deep.equal({});
  });

  it('say which limits the project sets', () => {
    const limits = { BUILD_TIMEOUT: '90000', AGENT_CREDIT_LIMIT: '30' };
    expect([timeLimitMsIn(limits), creditLimitIn(limits)]).to.deep.equal([90_000, 30]);
    expect([timeLimitMsIn({}), creditLimitIn({ AGENT_CREDIT_LIMIT: 'many' })]).to.deep.equal([3_600_000, null]);
  });

  it('name the lock and the start of the build, and nothing where there is none', () => {
    const variables = withStartToken(formatBuildVariables(VALUES), 'token');
    expect([lockKeyIn(variables), startTokenIn(variables)]).to.deep.equal(['octo/app#feature/x', 'token']);
    expect([lockKeyIn({ LOCK_KEY: '' }), startTokenIn({})]).to.deep.equal([null, null]);
  });
});
