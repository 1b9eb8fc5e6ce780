import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  BatchGetBuildsCommand,
  CodeBuildClient,
  ListBuildsForProjectCommand,
  StartBuildCommand,
} from '@aws-sdk/client-codebuild';
import { expect } from 'chai';
import { strToU8, zipSync } from 'fflate';
import { createCodeBuildService } from '../../adapters/aws/codebuild.ts';
import { openBuildRecords } from '../../local/builds/build-records.ts';
import { createLocalBuilds, type LocalBuilds } from '../../local/builds/local-builds.ts';
import { newRecord } from '../../local/builds/new-record.ts';
import type { StateChangeEvent } from './json.ts';
import { type FakeCodeBuild, startFakeCodeBuild } from './server.ts';

describe('the fake CodeBuild', () => {
  const projectName = 'kiro-worker-test';
  let root: string;
  let builds: LocalBuilds;
  let codeBuild: FakeCodeBuild;
  let client: CodeBuildClient;
  let events: StateChangeEvent[];

  beforeEach(async () => {
    root = mkdtempSync(join(tmpdir(), 'fake-codebuild-'));
    const buildspec = {
      version: 0.2,
      phases: { build: { commands: ['echo "$CODEBUILD_SOURCE_REPO_URL"', '[ -z "$FAIL" ]'] } },
    };
    builds = createLocalBuilds({
      root,
      releaseZip: zipSync({ 'buildspec.yml': strToU8(JSON.stringify(buildspec)) }),
      projectVariables: {},
      concurrentBuildLimit: 1000,
      buildTimeoutMs: 600_000,
      project: projectName,
      region: 'eu-central-1',
    });
    events = [];
    codeBuild = await startFakeCodeBuild({ builds, onEvent: (event) => void events.push(event) });
    client = new CodeBuildClient({ endpoint: codeBuild.url, maxAttempts: 3 });
  });
  afterEach(async () => {
    client.destroy();
    await codeBuild.close();
    await builds.close();
    rmSync(root, { recursive: true });
  });
  const service = () => createCodeBuildService({ client, projectName, artifactsBucketName: 'artifacts' });
  const refusalOf = async (promise: Promise<unknown>) =>
    promise.then(
      () => 'no error',
      (error: unknown) => (error as Error).name,
    );

  it('emits state changes as EventBridge does: started, ended, with ARN and variables', async () => {
    const result = await service().start({ token: 't', variables: { FAIL: 'yes' }, release: 'abc' });
    if (result.kind !== 'started') throw new Error(result.kind);
    await builds.waitForAll();
    expect(events.map(({ detail }) => detail['build-status'])).to.deep.equal(['IN_PROGRESS', 'FAILED']);
    const arn = `arn:aws:codebuild:eu-central-1:000000000000:build/${result.build.id}`;
    expect(events[1]).to.deep.include({
      source: 'aws.codebuild',
      'detail-type': 'CodeBuild Build State Change',
      region: 'eu-central-1',
      account: '000000000000',
      resources: [arn],
    });
    const detail = events[1]?.detail;
    expect(detail).to.include({ 'build-id': arn, 'project-name': projectName, 'current-phase': 'COMPLETED' });
    expect(detail?.['additional-information'].environment['environment-variables']).to.deep.include({
      name: 'FAIL',
      value: 'yes',
      type: 'PLAINTEXT',
    });
  });

  it('answers phases, source and ids that it does not know', async () => {
    const result = await service().start({ token: 't', variables: {}, release: 'abc' });
    if (result.kind !== 'started') throw new Error(result.kind);
    await builds.waitForAll();
    const ids = [`arn:aws:codebuild:eu-central-1:000000000000:build/${result.build.id}`, `${projectName}:unknown`];
    const { builds: found, buildsNotFound } = await client.send(new BatchGetBuildsCommand({ ids }));
    expect(buildsNotFound).to.deep.equal([`${projectName}:unknown`]);
    expect(found?.[0]?.source?.location).to.equal('artifacts/releases/abc/worker.zip');
    expect(found?.[0]?.phases?.map(({ phaseType, phaseStatus }) => [phaseType, phaseStatus])).to.deep.equal([
      ['DOWNLOAD_SOURCE', 'SUCCEEDED'],
      ['BUILD', 'SUCCEEDED'],
    ]);
    expect(found?.[0]?.endTime?.getTime()).to.be.closeTo(Date.now(), 120_000);
  });

  it('lists ids in pages of 100, newest first unless asked otherwise', async () => {
    const records = openBuildRecords(root);
    const place = { project: projectName, nowMs: 1, uptimeMs: 1, timeoutMs: 1, variables: {}, source: '' };
    const ids = Array.from({ length: 101 }, (_, index) =>
      records.insert(({ nextNumber }) => {
        const request = { token: String(index), variables: {}, release: null };
        const record = newRecord(request, { ...place, number: nextNumber });
        return { record, result: record.id };
      }),
    );
    records.close();
    const first = await client.send(new ListBuildsForProjectCommand({ projectName }));
    const { nextToken } = first;
    const second = await client.send(new ListBuildsForProjectCommand({ projectName, nextToken }));
    expect([...(first.ids ?? []), ...(second.ids ?? [])]).to.deep.equal(ids.toReversed());
    expect(first.ids).to.have.length(100);
    expect(second.nextToken).to.equal(undefined);
    const oldest = await client.send(new ListBuildsForProjectCommand({ projectName, sortOrder: 'ASCENDING' }));
    expect(oldest.ids?.[0]).to.equal(ids[0]);
    expect(await service().find('0')).to.have.property('id', ids[0]);
  });

  it('refuses as AWS does', async () => {
    const refusals = [
      client.send(new StartBuildCommand({ projectName: 'unknown' })),
      client.send(new BatchGetBuildsCommand({ ids: Array.from({ length: 101 }, String) })),
      client.send(new StartBuildCommand({ projectName, idempotencyToken: 'x'.repeat(65) })),
    ];
    expect(await Promise.all(refusals.map(refusalOf))).to.deep.equal([
      'ResourceNotFoundException',
      'InvalidInputException',
      'InvalidInputException',
    ]);
    const response = await fetch(codeBuild.url, {
      method: 'POST',
      headers: { 'x-amz-target': 'CodeBuild_20161006.Nope' },
    });
    expect([response.status, response.headers.get('x-amzn-errortype')]).to.deep.equal([
      400,
      'UnknownOperationException',
    ]);
  });

  it('lets the client try again: one lost answer and one server error make one build', async () => {
    codeBuild.inject({ operation: 'StartBuild', kind: 'server-error', times: 1 });
    codeBuild.inject({ operation: 'StartBuild', kind: 'drop-answer', times: 1 });
    const result = await service().start({ token: 't', variables: {}, release: null });
    expect(result.kind).to.equal('started');
    expect(codeBuild.requests).to.deep.equal(['StartBuild', 'StartBuild', 'StartBuild']);
    expect(await builds.list(9)).to.have.length(1);
    await builds.waitForAll();
    expect(events.map(({ detail }) => detail['build-status'])).to.deep.equal(['IN_PROGRESS', 'SUCCEEDED']);
  });

  it('is at capacity on request, without starting anything and without being asked again', async () => {
    codeBuild.inject({ operation: 'StartBuild', kind: 'at-capacity', times: 1 });
    expect((await service().start({ token: 't', variables: {}, release: null })).kind).to.equal('at-capacity');
    expect(codeBuild.requests).to.deep.equal(['StartBuild']);
    expect(await builds.list(9)).to.deep.equal([]);
  });
});
