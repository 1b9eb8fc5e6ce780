import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { expect } from 'chai';
import { stackNames } from '../../../src/stacks/stack-names.ts';
import { PLACE } from '../../support/system/repository.ts';
import { clientSettings, type LifeCycle, placeVariables } from './life-cycle.ts';

const NAMES = stackNames('test');

/** What an operator types beside the life cycle, so that the calls of every command are recorded. */
export function describeOtherCommands(at: () => LifeCycle): void {
  describe('permissions, rotation, checklist and dead letters', () => {
    let folder: string;
    let sqs: SQSClient;
    before(async () => {
      folder = await mkdtemp(path.join(tmpdir(), 'kiro-worker-other-'));
      sqs = new SQSClient(clientSettings(at()));
    });
    after(async () => {
      sqs?.destroy();
      if (folder) await rm(folder, { recursive: true, force: true });
    });

    const run = (more: Readonly<Record<string, string>>, ...args: string[]) => {
      const { AWS_ENDPOINT_URL_CODEBUILD: _, ...env } = placeVariables(at());
      return at().operator.run([...args, '--env', 'test', '--json'], { env: { ...env, ...more } });
    };

    it('says of every role what calls show, since IAM simulates nothing of a root user', async () => {
      const { checks } = JSON.parse((await run({}, 'permissions', '--check')).stdout);
      expect(checks.map(({ state }: { state: string }) => state)).to.deep.equal(['unknown', 'unknown', 'unknown']);
      expect(checks[0].detail).to.include('By calls that change nothing');
    });

    it('rotates a secret, and keeps the version before', async () => {
      const file = path.join(folder, 'key');
      await writeFile(file, 'ksk_abcdef9876543210', { mode: 0o600 });
      const { code, stdout } = await run({}, 'configure', 'kiro-api-key', '--file', file);
      expect(code, stdout).to.equal(0);
      expect(JSON.parse(stdout)).to.include({ isWritten: true, isReplaced: true });
    });

    it('prints the checklist with what is known of it', async () => {
      const { stdout, stderr } = await run({}, 'verify', '--checklist');
      expect(stdout, stderr).not.to.equal('');
      expect(JSON.parse(stdout).checklist).to.have.length(16);
    });

    it('looks for the log of a build by its id, and by the branch of its card', async () => {
      const { AWS_ENDPOINT_URL_CODEBUILD = '' } = placeVariables(at());
      const [build] = await at().scene.builds.list(1);
      for (const name of [build?.id ?? '', PLACE.branch])
        await run({ AWS_ENDPOINT_URL_CODEBUILD }, 'logs', name, '--no-follow');
      const asked = at()
        .operator.recorder.calls.filter(({ by }) => by === 'logs')
        .map(({ call }) => call);
      expect(asked).to.include.members(['codebuild:BatchGetBuilds', 'dynamodb:Scan', 'logs:FilterLogEvents']);
    });

    it('replays a letter and drops another', async () => {
      // As Lambda writes it for an event that its function could not handle.
      const MessageBody = JSON.stringify({
        requestContext: { condition: 'RetriesExhausted', approximateInvokeCount: 3 },
        requestPayload: at().scene.events.at(-1),
        responsePayload: { errorType: 'Error', errorMessage: 'GitHub did not answer.' },
      });
      const QueueUrl = `${at().operator.proxy.endpoint}/111111111111/${NAMES.finalizerDeadLetters}`;
      const send = () => sqs.send(new SendMessageCommand({ QueueUrl, MessageBody }));
      await send();
      const replayed = await run({}, 'redrive', '--replay');
      expect(replayed.code, replayed.stdout).to.equal(0);
      await send();
      const dropped = await run({}, 'redrive', '--drop');
      expect(dropped.code, dropped.stdout).to.equal(0);
      expect(JSON.parse(dropped.stdout).letters).to.have.length(1);
    });
  });
}
