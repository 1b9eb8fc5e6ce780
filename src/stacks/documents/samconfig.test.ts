import { expect } from 'chai';
import { composeSandbox, composeStacks } from '../compose.ts';
import { ENVIRONMENTS, SANDBOX } from '../environments.ts';
import { STACK_IDS } from '../stack-names.ts';
import { renderSamConfig, stackParameters } from './samconfig.ts';

const stacks = composeStacks(ENVIRONMENTS);
const composed = { sandbox: SANDBOX, stacks, sandboxTemplate: composeSandbox(SANDBOX) };
const text = renderSamConfig({ environments: ENVIRONMENTS, ...composed });
const DEPLOYMENTS = Object.keys(ENVIRONMENTS).length * STACK_IDS.length;

function section(name: string): string {
  const [, rest = ''] = text.split(`[${name}]\n`);
  return rest.split('\n[')[0] ?? '';
}

describe('samconfig.toml', () => {
  it('has complete sections for the sandbox and for each stack of each environment, since nothing is inherited', () => {
    const names = [
      'default',
      ...Object.keys(ENVIRONMENTS).flatMap((env) => STACK_IDS.map((id) => `${env}-${id.toLowerCase()}`)),
    ];
    for (const name of names) {
      expect(section(`${name}.build.parameters`), name).to.include('build_in_source = true');
      expect(section(`${name}.deploy.parameters`), name)
        .to.include('resolve_s3 = true')
        .and.include('confirm_changeset = true');
    }
  });

  it('deploys the built template of each stack, never the source', () => {
    expect(section('production-poller.build.parameters')).to.include('build_dir = ".aws-sam/production-poller"');
    expect(section('production-poller.deploy.parameters')).to.include(
      'template_file = ".aws-sam/production-poller/template.yaml"',
    );
    expect(text.match(/^template_file = "templates\//gm)).to.have.length(DEPLOYMENTS);
  });

  it('gives every environment stacks of its own', () => {
    const names = [...text.matchAll(/^stack_name = "(.*)"$/gm)].map(([, name]) => name);
    expect(new Set(names).size).to.equal(DEPLOYMENTS + 1);
    expect(names).to.include.members([
      'KiroWorkerSandbox',
      'KiroWorkerCore',
      'KiroWorkerStagingCore',
      'KiroWorkerProductionMonitoring',
    ]);
  });

  it('asks for the capability to create roles only where roles are created', () => {
    expect(section('test-poller.deploy.parameters')).to.include('CAPABILITY_IAM');
    expect(section('test-core.deploy.parameters')).not.to.include('CAPABILITY');
  });

  it('passes network, image and e-mail address to the stacks that take them', () => {
    const config = {
      ...ENVIRONMENTS.test,
      alertEmail: 'ops@example.com',
      vpc: { vpcId: 'vpc-0a', subnetIds: ['subnet-0a', 'subnet-0b'], securityGroupIds: ['sg-0a'] },
      kiroCli: { version: '3.2.0', sha256: '0'.repeat(64) },
    };
    expect(stackParameters(config, stacks.CodeBuild)).to.deep.equal({
      Environment: 'test',
      StackPrefix: 'KiroWorker',
      VpcId: 'vpc-0a',
      SubnetIds: 'subnet-0a,subnet-0b',
      SecurityGroupIds: 'sg-0a',
      KiroCliVersion: '3.2.0',
      KiroCliSha256: '0'.repeat(64),
      BuildImageRepository: '',
      BuildImageTag: 'latest',
      KiroCliPath: '/usr/local/bin/kiro-cli',
      ...{ AgentKeyEnabled: 'false', AgentArchive: '', AgentArchiveSha256: '' },
    });
    expect(stackParameters(config, stacks.Monitoring)).to.include({ AlertEmail: 'ops@example.com' });
    expect(stackParameters(config, stacks.Core)).to.deep.equal({ Environment: 'test' });
    expect(renderSamConfig({ environments: { test: config }, ...composed })).to.include(
      '"SubnetIds=subnet-0a,subnet-0b"',
    );
  });

  it('gives every parameter a value, so that an option that was taken back is taken back', () => {
    for (const id of STACK_IDS) {
      const line =
        /parameter_overrides = (.*)/.exec(section(`test-${id.toLowerCase()}.deploy.parameters`))?.[1] ?? '[]';
      const overrides: string[] = JSON.parse(line);
      const names = overrides.map((override) => override.split('=')[0]);
      expect(names, id).to.have.members(Object.keys(stacks[id].Parameters));
      // SAM CLI refuses `Name=`.
      expect(
        overrides.filter((override) => override.endsWith('=')),
        id,
      ).to.deep.equal([]);
    }
    expect(section('test-codebuild.deploy.parameters')).to.include('"VpcId=\\"\\""');
    expect(section('test-monitoring.deploy.parameters')).to.include('"AlertEmail=\\"\\""');
  });
});
