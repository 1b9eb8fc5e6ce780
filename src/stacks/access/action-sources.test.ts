import { expect } from 'chai';
import { composeSandbox, composeStacks } from '../compose.ts';
import { ENVIRONMENTS, SANDBOX } from '../environments.ts';
import { sourcesOf } from './action-sources.ts';
import { LEFT_OUT } from './left-out-actions.ts';
import { handlerActions, parseActions } from './registry-handlers.ts';
import { RESOURCE_CALLS } from './resource-calls.ts';

/** As the registry spells actions. */
const isWord = (action: string) => /^[a-z0-9]+:[A-Z][A-Za-z0-9.]+$/.test(action);

describe('the rights that CloudFormation needs of the deployer', () => {
  const types = Object.keys(RESOURCE_CALLS);
  const grantedTo = (type: string) => new Set(RESOURCE_CALLS[type]?.needs.flatMap(({ actions }) => actions));
  const leftOutOf = (type: string) =>
    LEFT_OUT.filter((one) => one.type === type).flatMap(({ actions }) => parseActions(actions));
  const label = (type: string) => (action: string) => `${type} ${action}`;

  it('each have a source, and no source is of what nobody gets', () => {
    const sourceless = types.flatMap((type) =>
      [...grantedTo(type)].filter((action) => sourcesOf(type, action).length === 0).map(label(type)),
    );
    expect(sourceless).to.deep.equal([]);
    const idle = types.flatMap((type) =>
      Object.keys(RESOURCE_CALLS[type]?.beyond ?? {})
        .flatMap(parseActions)
        .filter((action) => !grantedTo(type).has(action) || handlerActions(type).has(action))
        .map(label(type)),
    );
    expect(idle).to.deep.equal([]);
  });

  it('hold all that the handlers of the registry name, but for what is left out for a reason', () => {
    const missing = types.flatMap((type) => {
      const known = new Set([...grantedTo(type), ...leftOutOf(type)]);
      return [...handlerActions(type).keys()].filter((action) => !known.has(action)).map(label(type));
    });
    expect(missing).to.deep.equal([]);
    const stale = types.flatMap((type) =>
      leftOutOf(type)
        .filter((action) => grantedTo(type).has(action) || !handlerActions(type).has(action))
        .map(label(type)),
    );
    expect(stale).to.deep.equal([]);
    for (const type of types)
      expect(
        [...handlerActions(type).keys()].filter((action) => !isWord(action)),
        type,
      ).to.be.empty;
    expect(types.filter((type) => handlerActions(type).size === 0)).to.deep.equal([
      'AWS::CodeBuild::Project',
      'AWS::CodeBuild::ReportGroup',
    ]);
  });

  it('are left out only for properties that no template sets, or that every one does', () => {
    const templates = [...Object.values(composeStacks(ENVIRONMENTS)), composeSandbox(SANDBOX)];
    const resources = templates.flatMap(({ Resources }) => Object.values(Resources));
    for (const { type, actions, unset, alwaysSet, because } of LEFT_OUT) {
      const written = type === 'AWS::Lambda::Function' ? 'AWS::Serverless::Function' : type;
      const properties = resources
        .filter(({ Type }) => Type === written)
        .map((one) => Object.keys(one.Properties ?? {}));
      expect(properties, type).not.to.be.empty;
      expect(
        properties.flat().filter((name) => unset?.includes(name)),
        `${type} ${actions}`,
      ).to.be.empty;
      if (alwaysSet !== undefined) for (const names of properties) expect(names, type).to.include(alwaysSet);
      expect(
        [unset, alwaysSet, because].filter((reason) => reason !== undefined),
        actions,
      ).to.have.length(1);
    }
  });
});
