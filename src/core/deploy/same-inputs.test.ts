import { expect } from 'chai';
import { sameInputs } from './same-inputs.ts';

type Input = Parameters<typeof sameInputs>;

const STACK: Input[0] = { status: 'UPDATE_COMPLETE', parameters: { Prefix: 'a' }, tags: { Environment: 'test' } };
const SENT: Input[1] = {
  template: { Transform: 'AWS::Serverless-2016-10-31', Resources: {} },
  text: 'Transform: AWS::Serverless-2016-10-31\n',
  parameters: { Prefix: 'a' },
  tags: { Environment: 'test' },
};

describe('what would be sent to a stack', () => {
  it('is what stands, with the same parameters and tags', () => {
    expect(sameInputs(STACK, SENT)).to.equal(true);
    expect(sameInputs(STACK, { ...SENT, template: { Resources: {} } })).to.equal(true);
  });

  const others: [string, Partial<Input[0]>, Partial<Input[1]>][] = [
    ['another parameter', {}, { parameters: { Prefix: 'b' } }],
    ['a parameter more', {}, { parameters: { ...SENT.parameters, More: '' } }],
    ['a parameter less', { parameters: { ...STACK.parameters, More: '' } }, {}],
    ['another tag', {}, { tags: { Environment: 'production' } }],
    ['a tag less', { tags: { ...STACK.tags, Project: 'KiroWorker' } }, {}],
    ['an update that was rolled back', { status: 'UPDATE_ROLLBACK_COMPLETE' }, {}],
    ['a stack at work', { status: 'UPDATE_IN_PROGRESS' }, {}],
    ['a value from elsewhere', {}, { text: "Name: '{{resolve:ssm:/a}}'" }],
    ['a parameter from elsewhere', {}, { text: 'Type: AWS::SSM::Parameter::Value<String>' }],
    ['a part from elsewhere', {}, { text: 'Fn::Transform:\n  Name: AWS::Include' }],
    ['a macro', {}, { template: { Transform: ['AWS::Serverless-2016-10-31', 'Ours'] } }],
  ];
  for (const [name, stack, sent] of others)
    it(`may differ: ${name}`, () => {
      expect(sameInputs({ ...STACK, ...stack }, { ...SENT, ...sent })).to.equal(false);
    });
});
