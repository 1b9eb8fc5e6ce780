import { expect } from 'chai';
import { STACK_IDS } from '../compose.ts';
import { ENVIRONMENTS, SANDBOX } from '../environments.ts';
import { renderSamConfig, stackParameters } from './samconfig.ts';

const text = renderSamConfig(ENVIRONMENTS, SANDBOX);

function section(name: string): string {
  const [, rest = ''] = text.split(`[${name}]\n`);
  return rest.split('\n[')[0] ?? '';
}

describe('samconfig.toml', () => {
  it('has sections of its own for the sandbox and for each stack of each environment, since nothing is inherited', () => {
    const names = [
      'default',
      ...['test', 'staging', 'production'].flatMap((env) => STACK_IDS.map((id) => `${env}-${id.toLowerCase()}`)),
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
    expect(text.match(/^template_file = "templates\//gm)).to.have.length(15);
  });

  it('gives every environment stacks of its own', () => {
    const names = [...text.matchAll(/^stack_name = "(.*)"$/gm)].map(([, name]) => name);
    expect(new Set(names).size).to.equal(16);
    expect(names).to.include.members([
      'KiroWorkerSandbox',
      'KiroWorkerCore',
      'KiroWorkerStagingCore',
      'KiroWorkerProductionMonitoring',
    ]);
  });

  it('asks for the right to make roles only where roles are made', () => {
    expect(section('test-poller.deploy.parameters')).to.include('CAPABILITY_IAM');
    expect(section('test-core.deploy.parameters')).not.to.include('CAPABILITY');
  });

  it('hands network, image and mail to the stacks that take them', () => {
    const config = {
      ...ENVIRONMENTS.test,
      alertEmail: 'ops@example.com',
      vpc: { vpcId: 'vpc-0a', subnetIds: ['subnet-0a', 'subnet-0b'], securityGroupIds: ['sg-0a'] },
      kiroCli: { version: '3.2.0', sha256: '0'.repeat(64) },
    };
    expect(stackParameters(config, 'CodeBuild')).to.deep.equal({
      Environment: 'test',
      StackPrefix: 'KiroWorker',
      VpcId: 'vpc-0a',
      SubnetIds: 'subnet-0a,subnet-0b',
      SecurityGroupIds: 'sg-0a',
      KiroCliVersion: '3.2.0',
      KiroCliSha256: '0'.repeat(64),
    });
    expect(stackParameters(config, 'Monitoring')).to.include({ AlertEmail: 'ops@example.com' });
    expect(stackParameters(config, 'Core')).to.deep.equal({ Environment: 'test' });
    expect(renderSamConfig({ test: config }, SANDBOX)).to.include('"SubnetIds=subnet-0a,subnet-0b"');
  });
});
