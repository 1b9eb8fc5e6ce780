import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import { runCommand } from '../support/command-line.ts';
import { type ParametersAndSecrets, startParametersAndSecrets } from '../support/servers/parameters-and-secrets.ts';
import { type Queues, startQueues } from '../support/servers/queues.ts';
import { type ScriptedServer, startScriptedServer } from '../support/servers/scripted.ts';

const POLLER = 'kiro-worker-test-poller-dlq';
const FINALIZER = 'kiro-worker-test-finalizer-dlq';
const BUILD_EVENT = {
  version: '0',
  'detail-type': 'CodeBuild Build State Change',
  source: 'aws.codebuild',
  time: '2026-11-27T01:02:03Z',
  detail: {
    'build-status': 'FAILED',
    'build-id': 'arn:aws:codebuild:us-east-1:123456789012:build/kiro-worker-test:0b1c',
  },
};
const RECORD = {
  version: '1.0',
  requestContext: { requestId: 'r', functionArn: 'f', condition: 'RetriesExhausted', approximateInvokeCount: 3 },
  requestPayload: BUILD_EVENT,
  responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
  responsePayload: { errorType: 'WorkerError', errorMessage: 'GitHub is down', trace: [] },
};
const SCHEDULED = { version: '0', 'detail-type': 'Scheduled Event', time: '2026-11-27T01:00:00Z', detail: {} };

describe('kiro-worker redrive', () => {
  let folder: string;
  let sqs: Queues;
  let ssm: ParametersAndSecrets;
  let lambda: ScriptedServer;
  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'kiro-redrive-'));
    [sqs, ssm, lambda] = await Promise.all([startQueues(), startParametersAndSecrets(), startScriptedServer()]);
    ssm.parameters.set('/kiro-worker/test/github-project-config', '{}');
    for (const queue of [POLLER, FINALIZER]) sqs.queues.set(queue, []);
  });
  afterEach(async () => {
    await Promise.all([sqs.close(), ssm.close(), lambda.close()]);
    await rm(folder, { recursive: true, force: true });
  });
  const run = (...args: string[]) =>
    runCommand(['redrive', ...args, '--env', 'test'], {
      cwd: folder,
      env: {
        AWS_ENDPOINT_URL_SQS: sqs.url,
        AWS_ENDPOINT_URL_SSM: ssm.url,
        AWS_ENDPOINT_URL_LAMBDA: lambda.url,
        AWS_ACCESS_KEY_ID: 'test',
        AWS_SECRET_ACCESS_KEY: 'secret-of-the-tests',
      },
    });
  const sendAll = () => ({
    record: sqs.send(FINALIZER, { body: JSON.stringify(RECORD) }),
    event: sqs.send(FINALIZER, {
      body: JSON.stringify(BUILD_EVENT),
      attributes: { ERROR_CODE: 'NO_PERMISSIONS', ERROR_MESSAGE: 'not authorized to invoke' },
    }),
    poll: sqs.send(POLLER, { body: JSON.stringify(SCHEDULED), attributes: { ERROR_CODE: 'NO_RESOURCE' } }),
    odd: sqs.send(POLLER, { body: 'what is this' }),
  });
  const left = (queue: string) => (sqs.queues.get(queue) ?? []).map(({ id }) => id);
  const hidden = () => [...sqs.queues.values()].flat().filter(({ hiddenUntilMs }) => hiddenUntilMs > Date.now());

  it('shows each letter with its cause, and leaves it to others', async () => {
    const ids = sendAll();
    const { exitCode, stdout, stderr } = await run('--json');
    expect(exitCode, stderr).to.equal(0);
    const { letters } = JSON.parse(stdout) as { letters: Record<string, unknown>[] };
    const said = Object.fromEntries(
      letters.map(({ id, of, stage, cause, subject }) => [id, [of, stage, cause, subject]]),
    );
    expect(said).to.deep.equal({
      [ids.record]: ['finalizer', 'invoked', 'WorkerError: GitHub is down', 'build kiro-worker-test:0b1c FAILED'],
      [ids.event]: [
        ...['finalizer', 'not-invoked', 'NO_PERMISSIONS: not authorized to invoke'],
        'build kiro-worker-test:0b1c FAILED',
      ],
      [ids.poll]: ['poller', 'not-invoked', 'NO_RESOURCE', 'Scheduled Event of 2026-11-27T01:00:00Z'],
      [ids.odd]: ['poller', 'unknown', 'The letter does not say why.', 'what is this'],
    });
    expect(hidden()).to.deep.equal([]);
    expect(lambda.seen).to.deep.equal([]);
  });

  it('replays the event itself, and keeps what fails again', async () => {
    const ids = sendAll();
    lambda.answers.push(
      { body: [] },
      { headers: { 'x-amz-function-error': 'Unhandled' }, body: { errorMessage: 'still down' } },
    );
    const { exitCode, stdout, stderr } = await run(ids.record, ids.event, ids.odd, '--replay');
    expect(exitCode, stderr).to.equal(1);
    expect(stdout).to.include('still down').and.to.include('Next: npx kiro-worker logs finalizer --env test');
    expect(lambda.seen.map(({ path: asked, body }) => [asked, body])).to.deep.equal([
      ['/2015-03-31/functions/kiro-worker-test-finalizer/invocations', BUILD_EVENT],
      ['/2015-03-31/functions/kiro-worker-test-finalizer/invocations', BUILD_EVENT],
    ]);
    expect(left(FINALIZER)).to.deep.equal([ids.event]);
    expect(left(POLLER)).to.have.members([ids.poll, ids.odd]);
    expect(hidden()).to.deep.equal([]);
  });

  it('goes on after a letter that cannot be replayed or removed, and says what became of each', async () => {
    const ids = sendAll();
    lambda.answers.push({ status: 403, body: { message: 'not authorized' } }, { body: [] }, { body: [] });
    sqs.undeletable.add(ids.event);
    const { exitCode, stdout, stderr } = await run(ids.record, ids.event, ids.poll, '--replay', '--json');
    expect(exitCode, stderr).to.equal(1);
    const { letters } = JSON.parse(stdout) as { letters: { id: string; result: string; error: string | null }[] };
    const found = new Map(letters.map(({ id, result, error }) => [id, `${result}: ${error}`]));
    expect(found.get(ids.poll)).to.include('failed').and.to.include('not authorized');
    expect(found.get(ids.record)).to.equal('replayed: null');
    expect(found.get(ids.event)).to.include('failed').and.to.include('do not replay it again');
    expect(left(FINALIZER)).to.deep.equal([ids.event]);
    expect(left(POLLER)).to.have.members([ids.poll, ids.odd]);
    expect(hidden()).to.deep.equal([]);
  });

  it('drops what is named, nothing when a name is wrong, and says when there is nothing', async () => {
    const ids = sendAll();
    const wrong = await run('--drop', ids.poll, 'no-such-letter');
    expect(wrong.exitCode).to.equal(1);
    expect(wrong.stderr).to.include('no-such-letter').and.not.to.include(ids.poll);
    expect(left(POLLER)).to.have.length(2);
    expect(hidden()).to.deep.equal([]);
    expect((await run('--drop', ids.poll)).exitCode).to.equal(0);
    expect(left(POLLER)).to.deep.equal([ids.odd]);
    expect((await run('--drop')).exitCode).to.equal(0);
    expect([...left(POLLER), ...left(FINALIZER)]).to.deep.equal([]);
    expect((await run('--drop')).exitCode).to.equal(4);
    expect((await run('--drop', '--replay')).exitCode).to.equal(2);
  });

  it('says which queue is not there', async () => {
    sqs.queues.delete(FINALIZER);
    const { exitCode, stderr } = await run();
    expect(exitCode).to.equal(1);
    expect(stderr).to.include(`There is no queue ${FINALIZER}`).and.to.include('SETUP_INCOMPLETE');
  });
});
