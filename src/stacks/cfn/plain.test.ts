import { expect } from 'chai';
import { load } from 'js-yaml';
import { isWorkerError } from '../../core/errors.ts';
import { equals, findInMap, getAtt, ifElse, ref, sub } from './intrinsics.ts';
import { toPlainTemplate, toYaml } from './plain.ts';
import { createScope } from './scope.ts';
import type { Template } from './template.ts';
import { createTemplate } from './template.ts';

function scopeOf(template: Template) {
  const scope = createScope({ template, component: 'Core', exports: true, codeRoot: '' });
  scope.parameter('Environment', { Type: 'String', Description: 'environment' });
  return scope;
}

function problemsOf(template: Template): readonly string[] {
  try {
    toPlainTemplate(template, { name: 'templates/core.yaml', settings: { test: { leaseMinutes: 30 } } });
  } catch (error) {
    if (isWorkerError(error, 'STACK_MODEL_INVALID')) return error.problems;
    throw error;
  }
  return [];
}

describe('a template', () => {
  it('becomes YAML that reads back as the same objects, without anchors', () => {
    const template = createTemplate('a test');
    const scope = scopeOf(template);
    const name = sub`kiro-worker-${scope.environment}`;
    scope.resource('Topic', { type: 'AWS::SNS::Topic', properties: { TopicName: name, DisplayName: name } });
    scope.resource('Other', { type: 'AWS::SNS::Topic', properties: { TopicName: '012345678901', DisplayName: 'yes' } });
    const plain = toPlainTemplate(template, { name: 'x', settings: {} });
    const yaml = toYaml(plain, '# made\n');
    expect(load(yaml)).to.deep.equal(plain);
    expect(yaml)
      .to.match(/^# made\n/)
      .and.not.match(/[&*]ref_|payload/);
  });

  it('has the tags that each type takes, and only the settings that it uses', () => {
    const template = createTemplate('a test');
    const scope = scopeOf(template);
    const minutes = scope.setting('leaseMinutes');
    scope.resource('Parameter', {
      type: 'AWS::SSM::Parameter',
      properties: { Type: 'String', Value: sub`${minutes}` },
    });
    const { Resources, Mappings } = toPlainTemplate(template, {
      name: 'x',
      settings: { test: { leaseMinutes: 30, coverageThreshold: 80 } },
    });
    expect(Resources.Parameter?.Properties.Tags).to.deep.equal({
      Project: 'KiroWorker',
      Environment: { Ref: 'Environment' },
      ManagedBy: 'CloudFormation',
      Component: 'Core',
    });
    expect(Mappings).to.deep.equal({ Settings: { test: { leaseMinutes: 30 } } });
  });

  it('is refused with every problem at once, each with template and path', () => {
    const template = createTemplate('a test');
    const scope = scopeOf(template);
    const missing = scopeOf(createTemplate('another')).condition('IsMissing', equals('a', 'b'));
    scope.resource('Topic', {
      type: 'AWS::SNS::Topic',
      properties: {
        TopicName: sub`${ref('Nowhere')}-${getAtt('Gone', 'Arn')}`,
        DisplayName: findInMap('Settings', [scope.environment, 'nothing']),
        KmsMasterKeyId: ifElse(missing, { whenTrue: 'a', whenFalse: 'b' }),
      },
    });
    scope.condition('Unused', equals('a', 'b'));
    scope.parameter('Topic', { Type: 'String', Description: 'Shares its name' });
    const odd = { Type: 'X', Properties: {}, DependsOn: ['Nobody'], DeletionPolicy: { Ref: 'Environment' } };
    template.Resources.Odd = odd;
    expect(problemsOf(template)).to.deep.equal([
      'templates/core.yaml: Resources.Topic.Properties.TopicName: there is no resource or parameter Nowhere',
      'templates/core.yaml: Resources.Topic.Properties.TopicName: there is no resource Gone',
      'templates/core.yaml: Resources.Topic.Properties.DisplayName: mapping Settings.(none) has no nothing',
      'templates/core.yaml: Resources.Topic.Properties.KmsMasterKeyId: there is no condition IsMissing',
      'templates/core.yaml: Resources.Odd.DependsOn: there is no resource Nobody',
      'templates/core.yaml: Resources.Odd.DeletionPolicy: must be the literal Retain or RetainExceptOnCreate or Delete',
      'templates/core.yaml: Parameters.Topic: nothing uses it',
      'templates/core.yaml: Parameters.Topic: a resource has the same name',
      'templates/core.yaml: Conditions.Unused: nothing uses it',
    ]);
  });

  it('does not even compile with a property, attribute or setting that does not exist', () => {
    const template = createTemplate('a test');
    const scope = scopeOf(template);
    // @ts-expect-error: the property is TopicName
    const topic = scope.resource('Topic', { type: 'AWS::SNS::Topic', properties: { TopicNam: 'x' } });
    // @ts-expect-error: a topic has TopicArn
    scope.resource('Other', { type: 'AWS::SNS::Topic', properties: { DisplayName: topic.att('Arn') } });
    // @ts-expect-error: the setting is leaseMinutes
    scope.resource('Third', { type: 'AWS::SNS::Topic', properties: { DisplayName: scope.setting('leaseMinute') } });
    expect(problemsOf(template)).to.deep.equal([
      'templates/core.yaml: Resources.Third.Properties.DisplayName: mapping Settings.test has no leaseMinute',
    ]);
  });

  it('refuses a second resource, output or other parameter of the same name', () => {
    const scope = scopeOf(createTemplate('a test'));
    scope.resource('Topic', { type: 'AWS::SNS::Topic', properties: {} });
    expect(() => scope.resource('Topic', { type: 'AWS::SNS::Topic', properties: {} })).to.throw('Topic');
    scope.parameter('Same', { Type: 'String', Description: 'one' });
    expect(() => scope.parameter('Same', { Type: 'String', Description: 'one' })).not.to.throw();
    expect(() => scope.parameter('Same', { Type: 'String', Description: 'another' })).to.throw('Same');
  });

  it('refuses to accept a finding of an unknown linter', () => {
    const scope = scopeOf(createTemplate('a test'));
    const accept = { SOMETHING: 'because' };
    expect(() => scope.resource('Topic', { type: 'AWS::SNS::Topic', accept, properties: {} })).to.throw('SOMETHING');
  });
});
