import {
  BatchGetBuildsCommand,
  type BuildPhaseType,
  ListBuildsForProjectCommand,
  StartBuildCommand,
  StopBuildCommand,
} from '@aws-sdk/client-codebuild';
import { mockClient } from 'aws-sdk-client-mock';
import { expect } from 'chai';
import { createCodeBuildClient, createCodeBuildService } from './codebuild.ts';

describe('CodeBuild adapter', () => {
  const client = createCodeBuildClient();
  const mock = mockClient(client);
  beforeEach(() => mock.reset());
  after(() => client.destroy());
  const service = createCodeBuildService({
    client,
    projectName: 'kiro-worker-test',
    artifactsBucketName: 'artifacts',
  });
  const request = { token: 'item 1, attempt 2', variables: { BRANCH_NAME: 'feature/x' }, release: 'abc123' };
  const refuse = (name: string, message = name) => Object.assign(new Error(message), { name });
  const errorOf = async (promise: Promise<unknown>) => promise.then(String, (error: unknown) => error);

  it('starts the pinned release with plain variables and a token that fits', async () => {
    mock.on(StartBuildCommand).resolves({ build: { id: 'p:1', buildStatus: 'IN_PROGRESS', currentPhase: 'QUEUED' } });
    const result = await service.start(request);
    expect(result).to.have.nested.property('build.status', 'QUEUED');
    const [call] = mock.commandCalls(StartBuildCommand);
    const { idempotencyToken, ...input } = call?.args[0].input ?? {};
    expect(idempotencyToken).to.match(/^[0-9a-f]{64}$/);
    expect(input).to.deep.equal({
      projectName: 'kiro-worker-test',
      environmentVariablesOverride: [
        { name: 'BRANCH_NAME', value: 'feature/x', type: 'PLAINTEXT' },
        { name: 'START_TOKEN', value: 'item 1, attempt 2', type: 'PLAINTEXT' },
      ],
      sourceTypeOverride: 'S3',
      sourceLocationOverride: 'artifacts/releases/abc123/worker.zip',
    });
  });

  it('distinguishes a build that ended in the queue from one that ran out of time', async () => {
    const phases = (...names: BuildPhaseType[]) => names.map((phaseType) => ({ phaseType }));
    const ended = { buildStatus: 'TIMED_OUT', buildComplete: true } as const;
    mock.on(BatchGetBuildsCommand).resolves({
      builds: [
        { id: 'p:1', ...ended, phases: phases('SUBMITTED', 'QUEUED', 'COMPLETED') },
        { id: 'p:2', ...ended, phases: phases('SUBMITTED', 'QUEUED', 'PROVISIONING', 'BUILD', 'COMPLETED') },
        { id: 'p:3', ...ended },
        { id: 'p:4', buildStatus: 'IN_PROGRESS', phases: phases('SUBMITTED', 'QUEUED') },
      ],
    });
    const builds = await service.get(['p:1', 'p:2', 'p:3', 'p:4']);
    expect(builds.map(({ neverBegan = false }) => neverBegan)).to.deep.equal([true, false, false, false]);
  });

  it('says why the commands of a build never ran, in its own words', async () => {
    const contexts = [{ message: 'access denied' }];
    const before = [{ phaseType: 'QUEUED', phaseStatus: 'SUCCEEDED' } as const];
    const ended = { buildComplete: true, buildStatus: 'FAILED' } as const;
    const provisioned = [...before, { phaseType: 'PROVISIONING', phaseStatus: 'SUCCEEDED' } as const];
    mock.on(BatchGetBuildsCommand).resolves({
      builds: [
        { id: 'p:1', ...ended, phases: [...before, { phaseType: 'PROVISIONING', phaseStatus: 'FAULT', contexts }] },
        {
          id: 'p:2',
          ...ended,
          phases: [...provisioned, { phaseType: 'DOWNLOAD_SOURCE', phaseStatus: 'FAILED', contexts }],
        },
        { id: 'p:3', ...ended, phases: [...provisioned, { phaseType: 'BUILD', phaseStatus: 'FAULT', contexts }] },
      ],
    });
    const builds = await service.get(['p:1', 'p:2', 'p:3']);
    expect(builds.map(({ notRun }) => notRun ?? null)).to.deep.equal([
      { by: 'service', said: 'CodeBuild ended it in the phase PROVISIONING (FAULT): access denied' },
      { by: 'set-up', said: 'CodeBuild ended it in the phase DOWNLOAD_SOURCE (FAILED): access denied' },
      null,
    ]);
  });

  it('counts the time of a build from where it left the queue, and links to its page', async () => {
    const arn = 'arn:aws:codebuild:us-east-1:123456789012:build/kiro-worker-test:0a1b-2c';
    const phases = [
      { phaseType: 'QUEUED', startTime: new Date(1_000) },
      { phaseType: 'PROVISIONING', startTime: new Date(5_000) },
    ] as const;
    const logs = { deepLink: 'https://logs' };
    mock
      .on(BatchGetBuildsCommand)
      .resolves({ builds: [{ id: 'p:1', arn, phases: [...phases], startTime: new Date(1_000), logs }] });
    const [build] = await service.get(['p:1']);
    expect(build).to.include({ startedAtMs: 5_000 });
    expect(build?.logsUrl).to.match(/\/projects\/kiro-worker-test\/build\/kiro-worker-test%3A0a1b-2c\//);
  });

  it("leaves the source to the project when no release is given, and gives another token another build's", async () => {
    mock.on(StartBuildCommand).resolves({ build: { id: 'p:1' } });
    await service.start({ ...request, release: null });
    await service.start({ ...request, token: 'item 1, attempt 3' });
    const [first, second] = mock.commandCalls(StartBuildCommand).map((call) => call.args[0].input);
    expect(first).to.not.have.any.keys('sourceTypeOverride', 'sourceLocationOverride');
    expect(first?.idempotencyToken).to.not.equal(second?.idempotencyToken);
  });

  it('takes a full project and the queue of a new account for "at capacity"', async () => {
    const full = [
      refuse('AccountLimitExceededException', 'Cannot have more than 1 builds in queue for the account'),
      refuse('AccountLimitExceededException', 'Maximum number of concurrent running builds has been reached: 1'),
      refuse('InvalidInputException', 'Cannot have more than 0 builds in queue for the account'),
    ];
    for (const error of full) {
      mock.on(StartBuildCommand).rejects(error);
      expect(await service.start(request)).to.deep.equal({ kind: 'at-capacity', detail: error.message });
    }
  });

  it('takes a missing project for "not set up", naming it', async () => {
    mock.on(StartBuildCommand).rejects(refuse('ResourceNotFoundException', 'Project cannot be found'));
    const result = await service.start(request);
    expect(result.kind).to.equal('not-set-up');
    expect(result).to.have.property('detail').that.contains('kiro-worker-test');
  });

  it('throws BUILD_SERVICE_FAILED for anything else, with cause and remedy', async () => {
    const names = ['InvalidInputException', 'AccessDeniedException', 'TimeoutError', 'CredentialsProviderError'];
    for (const name of names) {
      mock.onAnyCommand().rejects(refuse(name, 'what AWS says'));
      const failures = [service.start(request), service.find('t'), service.get(['p:1']), service.stop('p:1')];
      for (const failure of await Promise.all(failures.map(errorOf))) {
        expect(failure).to.have.property('code', 'BUILD_SERVICE_FAILED');
        expect(failure).to.have.property('why', `${name}: what AWS says`);
        expect(failure).to.have.property('remedy').that.is.not.empty;
        expect(failure).to.have.property('isPassing', name === 'TimeoutError');
      }
    }
    mock.on(StartBuildCommand).resolves({});
    expect(await errorOf(service.start(request))).to.have.property('code', 'BUILD_SERVICE_FAILED');
  });

  it('asks for 100 builds at a time, each once, and for none not at all', async () => {
    mock.on(BatchGetBuildsCommand).callsFake(({ ids }: { ids: string[] }) => ({ builds: ids.map((id) => ({ id })) }));
    const ids = Array.from({ length: 250 }, (_, index) => `p:${index}`);
    expect(await service.get([...ids, ...ids])).to.have.length(250);
    const sizes = mock.commandCalls(BatchGetBuildsCommand).map((call) => call.args[0].input.ids?.length);
    expect(sizes).to.deep.equal([100, 100, 50]);
    mock.resetHistory();
    expect(await service.get([])).to.deep.equal([]);
    expect(mock.calls()).to.have.length(0);
  });

  it('reads a build as AWS describes it', async () => {
    mock.on(BatchGetBuildsCommand).resolves({
      builds: [
        {
          id: 'p:1',
          buildStatus: 'STOPPED',
          buildComplete: false,
          currentPhase: 'FINALIZING',
          startTime: new Date(1000),
          logs: { deepLink: 'https://logs' },
          environment: {
            type: 'LINUX_CONTAINER',
            image: 'i',
            computeType: 'BUILD_GENERAL1_MEDIUM',
            environmentVariables: [
              { name: 'A', value: '1' },
              { name: 'B', value: 'arn', type: 'SECRETS_MANAGER' },
            ],
          },
        },
      ],
    });
    expect(await service.get(['p:1'])).to.deep.equal([
      {
        id: 'p:1',
        status: 'STOPPED',
        ended: false,
        currentPhase: 'FINALIZING',
        startedAtMs: 1000,
        endedAtMs: null,
        logsUrl: 'https://logs',
        variables: { A: '1' },
      },
    ]);
  });

  it('looks for a token on the two newest pages, and no further', async () => {
    mock.on(ListBuildsForProjectCommand).callsFake(({ nextToken = '1' }: { nextToken?: string }) => ({
      ids: [`p:${nextToken}`],
      nextToken: String(Number(nextToken) + 1),
    }));
    mock.on(BatchGetBuildsCommand).callsFake(({ ids }: { ids: string[] }) => ({
      builds: ids.map((id) => ({
        id,
        environment: { environmentVariables: [{ name: 'START_TOKEN', value: `token of ${id}` }] },
      })),
    }));
    expect(await service.find('token of p:2')).to.have.property('id', 'p:2');
    mock.resetHistory();
    expect(await service.find('token of p:3')).to.equal(null);
    const inputs = mock.commandCalls(ListBuildsForProjectCommand).map((call) => call.args[0].input);
    expect(inputs.map(({ sortOrder }) => sortOrder)).to.deep.equal(['DESCENDING', 'DESCENDING']);
  });

  it('finds nothing in a project that does not exist', async () => {
    mock.on(ListBuildsForProjectCommand).rejects(refuse('ResourceNotFoundException'));
    expect(await service.find('t')).to.equal(null);
  });

  it('stops a build by its id', async () => {
    mock.on(StopBuildCommand).resolves({});
    await service.stop('p:1');
    expect(mock.commandCalls(StopBuildCommand)[0]?.args[0].input).to.deep.equal({ id: 'p:1' });
  });
});
