import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CodeBuildClient } from '@aws-sdk/client-codebuild';
import { strToU8, zipSync } from 'fflate';
import { createCodeBuildService } from '../../src/adapters/aws/codebuild.ts';
import { startFakeCodeBuild } from '../../src/fakes/codebuild/server.ts';
import { createLocalBuilds, type LocalBuilds } from '../../src/local/builds/local-builds.ts';
import { itInRehearsal } from '../left-to-rehearsal.ts';
import { expectError } from '../support/expect-error.ts';
import { buildServiceContract, type ProjectSetup } from './build-service.ts';

buildServiceContract({ name: 'local processes' }, async (setup) => {
  const { builds, logOf, options, close } = openLocalBuilds(setup);
  const empty = createLocalBuilds({ ...options, root: join(options.root, 'empty'), releaseZip: '/nowhere/worker.zip' });
  return {
    service: builds,
    notSetUp: empty,
    logOf,
    async startLosingTheAnswer(request) {
      await builds.start(request);
    },
    async close() {
      await empty.close();
      await close();
    },
  };
});

buildServiceContract({ name: 'the AWS SDK against the JSON protocol', also: itInRehearsal }, async (setup) => {
  const { builds, logOf, close } = openLocalBuilds(setup);
  const codeBuild = await startFakeCodeBuild({ builds });
  const client = new CodeBuildClient({ endpoint: codeBuild.url, maxAttempts: 1 });
  const serviceOf = (projectName: string) =>
    createCodeBuildService({ client, projectName, artifactsBucketName: 'artifacts' });
  const service = serviceOf(builds.project);
  return {
    service,
    notSetUp: serviceOf('nobody-made-this'),
    logOf,
    async startLosingTheAnswer(request) {
      codeBuild.inject({ operation: 'StartBuild', kind: 'drop-answer', times: 1 });
      await expectError(service.start(request), 'BUILD_SERVICE_FAILED');
    },
    async close() {
      client.destroy();
      await codeBuild.close();
      await close();
    },
  };
});

function openLocalBuilds(setup: ProjectSetup) {
  const root = mkdtempSync(join(tmpdir(), 'builds-'));
  const options = {
    root,
    releaseZip: zipSync({ 'buildspec.yml': strToU8(`version: 0.2\n${setup.buildspec}\n`) }),
    projectVariables: {},
    concurrentBuildLimit: 2,
    buildTimeoutMs: 600_000,
    stopGraceMs: 1000,
    ...setup,
  };
  const builds: LocalBuilds = createLocalBuilds(options);
  return {
    builds,
    options,
    logOf: (id: string) => readFileSync(join(root, id.split(':')[1] ?? '', 'build.log'), 'utf8'),
    async close() {
      await builds.close();
      rmSync(root, { recursive: true, force: true });
    },
  };
}
