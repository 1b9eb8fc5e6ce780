import { expect } from 'chai';
import { FUNCTION_VARIABLES } from '../../../src/functions/settings.ts';
import { STACK_IDS } from '../../../src/stacks/stack-names.ts';
import { at, recordAt } from '../../stacks/json.ts';
import { composeModel, resolve } from '../../stacks/model.ts';
import type { Templates } from './templates.ts';
import { prepareTemplates } from './templates.ts';

const model = composeModel();

describe('the transform of SAM keeps what we meant', function () {
  this.timeout(300_000);
  let templates: Templates;

  before(async () => {
    templates = await prepareTemplates();
  });
  after(() => templates?.remove());

  for (const name of ['poller', 'template']) {
    describe(name === 'poller' ? 'templates/poller.yaml' : 'template.yaml', () => {
      it('adds no roles, rules, queues or permissions of its own', () => {
        const added = typesAdded(name);
        expect(added).to.deep.equal(['AWS::Lambda::EventInvokeConfig', 'AWS::Lambda::EventInvokeConfig']);
      });

      for (const id of ['PollerFunction', 'FinalizerFunction']) {
        it(`${id}: role, log group, tracing, runtime, memory and time limit`, () => {
          const properties = templates.transformedTemplate(name).Resources[id]?.Properties ?? {};
          expect(properties).to.deep.include({
            Runtime: 'nodejs24.x',
            Architectures: [{ Ref: 'Architecture' }],
            Handler: 'handler.handler',
          });
          expect(properties.TracingConfig).to.deep.equal({ Mode: 'Active' });
          expect(at(properties, 'Role.Fn::GetAtt.0')).to.equal(id.replace('Function', 'Role'));
          expect(at(properties, 'LoggingConfig.LogFormat')).to.equal('JSON');
          expect(JSON.stringify(at(properties, 'LoggingConfig.LogGroup'))).to.include(
            id.replace('Function', 'LogGroup'),
          );
          expect(at(properties, 'MemorySize.Fn::FindInMap.2')).to.equal('lambdaMemoryMb');
          expect(at(properties, 'Timeout.Fn::FindInMap.2')).to.equal('lambdaTimeoutSeconds');
        });

        it(`${id}: a failed event is kept only where no later one makes good for it`, () => {
          const template = templates.transformedTemplate(name);
          const { Properties } = template.Resources[`${id}EventInvokeConfig`] ?? { Properties: {} };
          expect(at(Properties, 'FunctionName.Ref')).to.equal(id);
          const destination = at(Properties, 'DestinationConfig.OnFailure.Destination');
          if (id === 'PollerFunction') expect(destination).to.equal(undefined);
          else expect(resolve(destination, { template })).to.equal('{FinalizerDeadLetters.Arn}');
          expect(at(Properties, 'MaximumRetryAttempts')).to.equal(id === 'PollerFunction' ? 0 : 2);
        });
      }

      it('every variable reaches each function', () => {
        for (const id of ['PollerFunction', 'FinalizerFunction']) {
          const { Properties = {} } = templates.transformedTemplate(name).Resources[id] ?? {};
          expect(Object.keys(recordAt(Properties, 'Environment.Variables'))).to.have.members(FUNCTION_VARIABLES);
        }
      });
    });
  }

  it('leaves templates without functions as they are', () => {
    for (const name of STACK_IDS.filter((one) => one !== 'Poller').map((one) => one.toLowerCase())) {
      expect(typesAdded(name), name).to.deep.equal([]);
    }
  });

  /** Returns the types of the resources that the source does not have. */
  function typesAdded(name: string): string[] {
    const source = sourceResources(name);
    return Object.entries(templates.transformedTemplate(name).Resources)
      .filter(([id]) => !source.has(id))
      .map(([, { Type }]) => Type)
      .sort();
  }
});

function sourceResources(name: string): Set<string> {
  const { stacks, sandbox } = model;
  const id = STACK_IDS.find((stack) => stack.toLowerCase() === name);
  return new Set(Object.keys(id === undefined ? sandbox.Resources : stacks[id].Resources));
}
