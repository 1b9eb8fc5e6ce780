import { expect } from 'chai';
import { load } from 'js-yaml';
import { codeKey } from '../../../src/core/deploy/package-template.ts';
import { ENVIRONMENTS, SANDBOX } from '../../../src/stacks/environments.ts';
import { chooseStacks, packageStack } from './deployment-place.ts';

const codeOf = (hash: string) =>
  new Map(
    ['poller', 'finalizer'].map((name) => [
      `src/functions/${name}`,
      { hash: `${hash}-${name}`, zip: new Uint8Array([1]) },
    ]),
  );
const ALL = chooseStacks(ENVIRONMENTS.staging, []).stacks;

describe('what is deployed', () => {
  it('fits into CloudFormation without a bucket, and Core needs none', () => {
    const packaged = ALL.map((stack) => packageStack(stack, { bucketName: 'artifacts', code: codeOf('a') }));
    for (const { text, stackName } of packaged) expect(Buffer.byteLength(text), stackName).to.be.within(1000, 51_200);
    const [core] = ALL;
    expect(core && packageStack(core, { bucketName: null, code: new Map() }).text).to.equal(packaged[0]?.text);
  });

  it('is one stack for a trial, whose base makes the bucket and fits without one', () => {
    const { stacks, others } = chooseStacks(SANDBOX, []);
    expect([stacks.map(({ stackName }) => stackName), others]).to.deep.equal([['KiroWorkerSandbox'], []]);
    const [whole] = stacks;
    if (whole === undefined || !('base' in whole)) throw new Error('The sandbox has no base.');
    const base = packageStack({ ...whole, ...whole.base }, { bucketName: null, code: new Map() });
    expect(Buffer.byteLength(base.text)).to.be.within(1000, 51_200);
    const inBoth = Object.entries(whole.base.template.Resources);
    for (const [id, resource] of inBoth) expect(resource, id).to.deep.equal(whole.template.Resources[id]);
    expect(inBoth.map(([, { Type }]) => Type)).to.include('AWS::S3::Bucket');
    expect(Object.keys(whole.base.template.Outputs)).to.include('ArtifactsBucketName');
  });

  it('names the code of each function by its content, and is another with other code or another parameter', () => {
    const poller = ALL.find(({ id }) => id === 'Poller');
    if (poller === undefined) throw new Error('There is no Poller.');
    const pack = (hash: string, stack = poller) => packageStack(stack, { bucketName: 'artifacts', code: codeOf(hash) });
    const { text, artifacts, inputHash } = pack('a');
    expect(artifacts.map(({ key }) => key)).to.have.members([codeKey('a-poller'), codeKey('a-finalizer')]);
    expect(load(text)).to.have.nested.property(
      'Resources.PollerFunction.Properties.CodeUri',
      `s3://artifacts/${codeKey('a-poller')}`,
    );
    expect(text).not.to.include('../src');
    expect(pack('a').inputHash).to.equal(inputHash);
    expect(pack('b').inputHash).not.to.equal(inputHash);
    expect(
      pack('a', { ...poller, parameters: { ...poller.parameters, Architecture: 'x86_64' } }).inputHash,
    ).not.to.equal(inputHash);
    expect(() => packageStack(poller, { bucketName: null, code: codeOf('a') }))
      .to.throw()
      .with.property('code', 'DEPLOYMENT_REFUSED');
  });

  it('is named with or without the prefix of the environment, and no other stack is guessed', () => {
    const namesOf = (...names: string[]) =>
      chooseStacks(ENVIRONMENTS.staging, names).stacks.map(({ stackName }) => stackName);
    for (const name of ['Core', 'KiroWorkerCore', 'KiroWorkerStagingCore'])
      expect(namesOf(name)).to.deep.equal(['KiroWorkerStagingCore']);
    expect(namesOf('Poller', 'Core')).to.deep.equal(['KiroWorkerStagingCore', 'KiroWorkerStagingPoller']);
    expect(() => namesOf('KiroWorkerProductionCore'))
      .to.throw()
      .with.property('code', 'ARGUMENT_INVALID');
  });
});
