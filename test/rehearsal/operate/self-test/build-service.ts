import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { buffer } from 'node:stream/consumers';
import { BatchGetProjectsCommand, CodeBuildClient } from '@aws-sdk/client-codebuild';
import { ENV, resourceNames } from '../../../../src/core/names.ts';
import { startFakeCodeBuild } from '../../../../src/fakes/codebuild/server.ts';
import { listenOnLoopback } from '../../../../src/fakes/loopback-server.ts';
import { createLocalBuilds } from '../../../../src/local/builds/local-builds.ts';
import { errorXml } from '../../stacks/aws-like/xml.ts';
import { forward, reply } from '../../stacks/aws-like-proxy.ts';
import { clientSettings, type LifeCycle } from '../life-cycle.ts';

/** Variables of a build over those of the deployed project. */
type Variables = Readonly<Record<string, string>>;

export interface RunningBuildService {
  /** For AWS_ENDPOINT_URL_CODEBUILD. */
  readonly url: string;
  /** The bucket refuses the service the release, or the build what it stores. */
  readonly refused: Set<'release' | 'artifact'>;
  close(): Promise<void>;
}

const PROJECT = resourceNames('test').buildProject;
const REFUSED_BUILD = `${PROJECT}:00000000-0000-0000-0000-000000000000`;

/** Starts a build service on 127.0.0.1 in front of the emulator's, which runs nothing: builds of the deployed project run here, as it does
 *  in AWS with the release that lies in the bucket, its buildspec and the variables that the stack gave the project. */
export async function startBuildService(cycle: LifeCycle, variables: Variables): Promise<RunningBuildService> {
  const upstream = cycle.operator.proxy.endpoint;
  const refused = new Set<'release' | 'artifact'>();
  const root = await mkdtemp(path.join(tmpdir(), 'kiro-worker-self-test-'));
  // The untrusted user of a build works below here.
  await chmod(root, 0o755);
  const forBuilds = await listenOnLoopback(
    createServer(async (request, response) => {
      const body = await buffer(request);
      if (request.method === 'PUT' && refused.has('artifact')) return reply(response, accessDenied());
      reply(response, await onward(upstream, { request, body }));
    }),
  );
  const releaseZip = path.join(root, 'worker.zip');
  const builds = createLocalBuilds({
    root: path.join(root, 'builds'),
    project: PROJECT,
    releaseZip,
    region: 'us-east-1',
    projectVariables: {
      ...(await deployedVariables(cycle)),
      AWS_ENDPOINT_URL: forBuilds.url,
      AWS_ACCESS_KEY_ID: '111111111111',
      AWS_SECRET_ACCESS_KEY: 'rehearsal',
      ...variables,
    },
    concurrentBuildLimit: 1,
    buildTimeoutMs: 300_000,
  });
  const fake = await startFakeCodeBuild({ builds });
  const server = await listenOnLoopback(
    createServer(async (request, response) => {
      const body = await buffer(request);
      const operation = String(request.headers['x-amz-target']).split('.')[1] ?? '';
      const input = JSON.parse(body.toString('utf8'));
      if (operation === 'BatchGetBuilds' && input.ids.includes(REFUSED_BUILD))
        return reply(response, json({ builds: [buildWithoutSource()] }));
      if (operation === 'StartBuild') {
        if (refused.has('release')) return reply(response, json({ build: buildWithoutSource() }));
        await writeFile(releaseZip, await fetchSource(upstream, input.sourceLocationOverride));
      }
      reply(response, await onward(OF_BUILDS.has(operation) ? fake.url : upstream, { request, body }));
    }),
  );
  return {
    url: server.url,
    refused,
    async close() {
      await server.close();
      await fake.close();
      await builds.close();
      await forBuilds.close();
      await rm(root, { recursive: true, force: true });
    },
  };
}

const OF_BUILDS = new Set(['StartBuild', 'BatchGetBuilds', 'StopBuild', 'ListBuildsForProject']);

function onward(to: string, { request, body }: { request: IncomingMessage; body: Buffer }) {
  const { method = 'GET', url = '/', headers } = request;
  return forward(to, { method, path: url, headers, body });
}

/** But the user of builds: here other builds may run, and the worker takes a user that is free. */
async function deployedVariables(cycle: LifeCycle): Promise<Record<string, string>> {
  const client = new CodeBuildClient(clientSettings(cycle));
  try {
    const { projects = [] } = await client.send(new BatchGetProjectsCommand({ names: [PROJECT] }));
    const all = projects[0]?.environment?.environmentVariables ?? [];
    const { [ENV.untrustedUser]: _, ...rest } = Object.fromEntries(
      all.map(({ name = '', value = '' }) => [name, value]),
    );
    return rest;
  } finally {
    client.destroy();
  }
}

/** As CodeBuild does before a build: `bucket/key`. */
async function fetchSource(upstream: string, location: string): Promise<Buffer> {
  const authorization = 'AWS4-HMAC-SHA256 Credential=111111111111/20300101/us-east-1/s3/aws4_request';
  const { status, body } = await forward(upstream, {
    ...{ method: 'GET', path: `/${location}`, headers: { authorization }, body: Buffer.alloc(0) },
  });
  if (status !== 200) throw new Error(`The source ${location} could not be fetched: ${status}`);
  return body;
}

/** How CodeBuild tells that its role may not read the source (its user guide, "Troubleshooting"). */
function buildWithoutSource() {
  const message = 'AccessDenied: Access Denied status code: 403 for primary source and source version';
  return {
    ...{
      id: REFUSED_BUILD,
      projectName: PROJECT,
      buildStatus: 'FAILED',
      buildComplete: true,
      currentPhase: 'COMPLETED',
    },
    phases: [
      { phaseType: 'SUBMITTED', phaseStatus: 'SUCCEEDED' },
      { phaseType: 'PROVISIONING', phaseStatus: 'SUCCEEDED' },
      { phaseType: 'DOWNLOAD_SOURCE', phaseStatus: 'FAILED', contexts: [{ statusCode: 'CLIENT_ERROR', message }] },
      { phaseType: 'COMPLETED' },
    ],
  };
}

function json(body: object) {
  return {
    status: 200,
    headers: { 'content-type': 'application/x-amz-json-1.1' },
    body: Buffer.from(JSON.stringify(body)),
  };
}

function accessDenied() {
  const body = Buffer.from(
    errorXml('AccessDenied', 'Access Denied').replace(/^<ErrorResponse[^>]*>|<\/ErrorResponse>$/g, ''),
  );
  return { status: 403, headers: { 'content-type': 'application/xml' }, body };
}
