import { expect } from 'chai';
import { composeStacks } from '../../stacks/compose.ts';
import { stackParameters } from '../../stacks/documents/samconfig.ts';
import { ENVIRONMENTS } from '../../stacks/environments.ts';
import { STACK_IDS, stackName } from '../../stacks/stack-names.ts';
import { exportsOf, importsOf } from './imports.ts';
import { orderPlanning } from './planning-order.ts';

const config = ENVIRONMENTS.staging;
const templates = composeStacks(ENVIRONMENTS);
const STACKS = STACK_IDS.map((id) => ({
  id,
  stackName: stackName(config.stackPrefix, id),
  template: templates[id],
  parameters: stackParameters(config, templates[id]),
}));
const exportsBy = (...ids: readonly string[]) =>
  new Set(STACKS.filter(({ id }) => ids.includes(id)).flatMap(exportsOf));
const planned = (existing: ReadonlySet<string>, stacks = STACKS) => {
  const { now, later } = orderPlanning(stacks, { existing });
  return { now: now.map(({ id }) => id), later: later.map(({ stack, producers }) => [stack.id, producers]) };
};

describe('the order of planning', () => {
  it('begins an empty account with the stacks that import nothing', () => {
    expect(planned(new Set())).to.deep.equal({
      now: ['Core'],
      later: [
        ['Secrets', ['KiroWorkerStagingCore']],
        ['Poller', ['KiroWorkerStagingCore', 'KiroWorkerStagingSecrets']],
        ['CodeBuild', ['KiroWorkerStagingCore', 'KiroWorkerStagingSecrets']],
        ['Monitoring', ['KiroWorkerStagingCore', 'KiroWorkerStagingPoller', 'KiroWorkerStagingCodeBuild']],
      ],
    });
  });

  it('goes on where an earlier deployment ended, and plans all at once where all exports exist', () => {
    expect(planned(exportsBy('Core', 'Secrets')).now).to.deep.equal(['Core', 'Secrets', 'Poller', 'CodeBuild']);
    expect(planned(exportsBy(...STACK_IDS))).to.deep.equal({ now: [...STACK_IDS], later: [] });
  });

  it('lets a stack wait for a single export that an update adds', () => {
    const existing = exportsBy(...STACK_IDS);
    const [one = ''] = importsOf(STACKS[4] ?? { stackName: '', template: {}, parameters: {} });
    existing.delete(one);
    expect(planned(existing).later.map(([id]) => id)).to.include('Monitoring');
  });

  it('refuses stacks whose imports nobody gives, naming each', () => {
    const alone = STACKS.filter(({ id }) => id === 'Secrets');
    expect(() => planned(new Set(), alone))
      .to.throw(/KiroWorkerStagingSecrets imports KiroWorkerStagingCore-/)
      .with.property('code', 'DEPLOYMENT_REFUSED');
  });

  it('refuses to guess a name that it cannot resolve', () => {
    const stack = (name: unknown) => ({
      stackName: 's',
      parameters: {},
      template: { Resources: { A: { 'Fn::ImportValue': name } } },
    });
    for (const name of [{ Ref: 'Name' }, { 'Fn::Sub': ['a', {}] }, { 'Fn::Sub': ['$', '{Missing}'].join('') }])
      expect(() => importsOf(stack(name))).to.throw();
    expect(importsOf(stack('plain'))).to.deep.equal(['plain']);
  });
});
