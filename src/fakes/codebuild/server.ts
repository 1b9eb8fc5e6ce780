import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import * as z from 'zod';
import { startTokenIn } from '../../core/build-variables.ts';
import { errorMessage, isWorkerError } from '../../core/errors.ts';
import type { LocalBuild } from '../../local/builds/build-view.ts';
import type { LocalBuilds } from '../../local/builds/local-builds.ts';
import { listenOnLoopback, readText } from '../loopback-server.ts';
import { buildJson, type StateChangeEvent, stateChangeEvent } from './json.ts';

export type CodeBuildOperation = 'StartBuild' | 'BatchGetBuilds' | 'StopBuild' | 'ListBuildsForProject';

export interface CodeBuildFault {
  readonly operation: CodeBuildOperation;
  /** `drop-answer` does the work, then cuts the connection; the others answer without doing anything. */
  readonly kind: 'drop-answer' | 'server-error' | 'at-capacity';
  readonly times: number;
}

export interface FakeCodeBuild {
  /** For AWS_ENDPOINT_URL_CODEBUILD. */
  readonly url: string;
  /** Operations asked for, in order. */
  readonly requests: readonly CodeBuildOperation[];
  inject(fault: CodeBuildFault): void;
  close(): Promise<void>;
}

/** Serves AWS CodeBuild's JSON protocol over local builds on 127.0.0.1, so that the real SDK can be pointed at them.
 *  `onEvent` receives the state changes that EventBridge would hand to a rule's target. */
export async function startFakeCodeBuild(options: {
  readonly builds: LocalBuilds;
  readonly onEvent?: (event: StateChangeEvent) => void | Promise<void>;
}): Promise<FakeCodeBuild> {
  const { builds, onEvent } = options;
  const requests: CodeBuildOperation[] = [];
  const faults: { operation: CodeBuildOperation; kind: CodeBuildFault['kind']; left: number }[] = [];
  const emit = async (build: LocalBuild) => onEvent?.(stateChangeEvent(build, randomUUID()));
  builds.onEnd(emit);

  const server = createServer(async (request, response) => {
    try {
      const operation = operationOf(request);
      requests.push(operation);
      const fault = faults.find((one) => one.operation === operation && one.left > 0);
      if (fault) fault.left -= 1;
      if (fault?.kind === 'server-error') throw new AwsError('InternalFailure', 'An injected fault');
      if (fault?.kind === 'at-capacity') throw atCapacity('Cannot have more than 1 builds in queue for the account');
      const answer = await OPERATIONS[operation](JSON.parse(await readText(request)), { builds, emit });
      if (fault?.kind === 'drop-answer') response.destroy();
      else send(response, { status: 200, body: answer });
    } catch (error) {
      sendError(response, error);
    }
  });
  const { url, close } = await listenOnLoopback(server);
  return {
    url,
    requests,
    inject: ({ operation, kind, times }) => void faults.push({ operation, kind, left: times }),
    close,
  };
}

interface ServerParts {
  readonly builds: LocalBuilds;
  readonly emit: (build: LocalBuild) => Promise<unknown>;
}

const OPERATIONS: Record<CodeBuildOperation, (input: unknown, server: ServerParts) => Promise<unknown>> = {
  async StartBuild(input, { builds, emit }) {
    const { projectName, ...request } = check(StartBuildInput, input);
    checkProject(projectName, builds);
    const variables = Object.fromEntries(request.environmentVariablesOverride.map(({ name, value }) => [name, value]));
    const token = startTokenIn(variables) ?? request.idempotencyToken ?? randomUUID();
    const location = request.sourceLocationOverride;
    const before = await builds.find(token);
    const result = await builds.start({
      token,
      variables,
      release: /releases\/([^/]+)\//.exec(location ?? '')?.[1] ?? null,
      ...(location === undefined ? {} : { source: `s3://${location}` }),
    });
    if (result.kind === 'at-capacity') throw atCapacity(result.detail);
    if (result.kind === 'not-set-up') throw new AwsError('ResourceNotFoundException', result.detail);
    const [build] = await builds.get([result.build.id]);
    if (!build) throw new AwsError('InternalFailure', 'The build has no record');
    if (before === null) await emit({ ...build, status: 'IN_PROGRESS', ended: false, endedAtMs: null });
    return { build: buildJson(build) };
  },
  async BatchGetBuilds(input, { builds }) {
    const { ids } = check(z.object({ ids: z.array(z.string()).min(1).max(100) }), input);
    const found = await builds.get(ids.map(idOf));
    const known = new Set(found.flatMap(({ id, arn }) => [id, arn]));
    return { builds: found.map(buildJson), buildsNotFound: ids.filter((id) => !known.has(id)) };
  },
  async StopBuild(input, { builds }) {
    const { id } = check(z.object({ id: z.string() }), input);
    const [build] = await builds.get([idOf(id)]);
    if (!build) throw new AwsError('ResourceNotFoundException', `Build ${id} cannot be found`);
    // As in AWS, the answer does not wait for the end; whoever asks later learns what became of it.
    builds.stop(build.id).catch(() => undefined);
    return { build: buildJson(build) };
  },
  async ListBuildsForProject(input, { builds }) {
    const { projectName, sortOrder, nextToken } = check(ListBuildsInput, input);
    checkProject(projectName, builds);
    const all = (await builds.list(Number.MAX_SAFE_INTEGER)).map(({ id }) => id);
    if (sortOrder === 'ASCENDING') all.reverse();
    const from = Number(nextToken ?? 0);
    const rest = from + PAGE < all.length ? { nextToken: String(from + PAGE) } : {};
    return { ids: all.slice(from, from + PAGE), ...rest };
  },
};

const PAGE = 100;

const StartBuildInput = z.object({
  projectName: z.string(),
  idempotencyToken: z.string().max(64).optional(),
  environmentVariablesOverride: z
    .array(z.object({ name: z.string().min(1), value: z.string(), type: z.literal('PLAINTEXT').default('PLAINTEXT') }))
    .default([]),
  sourceTypeOverride: z.literal('S3').optional(),
  sourceLocationOverride: z.string().optional(),
});

const ListBuildsInput = z.object({
  projectName: z.string(),
  sortOrder: z.enum(['ASCENDING', 'DESCENDING']).default('DESCENDING'),
  nextToken: z.string().optional(),
});

/** An error as AWS answers it: the type in `x-amzn-errortype` and `__type`. */
class AwsError extends Error {
  readonly type: string;

  constructor(type: string, message: string) {
    super(message);
    this.type = type;
  }

  get status(): number {
    return this.type === 'InternalFailure' ? 500 : 400;
  }
}

function atCapacity(detail: string): AwsError {
  return new AwsError('AccountLimitExceededException', detail);
}

function checkProject(name: string, builds: LocalBuilds): void {
  if (name === builds.project) return;
  const arn = `arn:aws:codebuild:local:000000000000:project/${name}`;
  throw new AwsError('ResourceNotFoundException', `Project cannot be found: ${arn}`);
}

/** Ids may be given as ARNs. */
function idOf(idOrArn: string): string {
  return idOrArn.replace(/^arn:.*:build\//, '');
}

function check<T>(schema: z.ZodType<T>, input: unknown): T {
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  throw new AwsError('InvalidInputException', z.prettifyError(parsed.error));
}

function operationOf(request: IncomingMessage): CodeBuildOperation {
  const target = String(request.headers['x-amz-target'] ?? '');
  const operation = target.replace('CodeBuild_20161006.', '');
  if (isOperation(operation)) return operation;
  throw new AwsError('UnknownOperationException', `Unknown: ${target}`);
}

function isOperation(name: string): name is CodeBuildOperation {
  return Object.hasOwn(OPERATIONS, name);
}

function sendError(response: ServerResponse, error: unknown): void {
  const awsError =
    error instanceof AwsError
      ? error
      : isWorkerError(error, 'BUILD_SERVICE_FAILED')
        ? new AwsError('InvalidInputException', error.what)
        : new AwsError('InternalFailure', errorMessage(error));
  const { type, status, message } = awsError;
  response.setHeader('x-amzn-errortype', type);
  send(response, { status, body: { __type: type, message } });
}

function send(response: ServerResponse, { status, body }: { status: number; body: unknown }): void {
  response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify(body));
}
