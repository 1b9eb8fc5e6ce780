import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { mockClient } from 'aws-sdk-client-mock';
import { expect } from 'chai';
import { expectError } from '../../../test/support/expect-error.ts';
import type { ParametersAndSecrets } from '../../../test/support/servers/parameters-and-secrets.ts';
import { startParametersAndSecrets } from '../../../test/support/servers/parameters-and-secrets.ts';
import { createSecretsManagerSecrets } from './secrets-manager.ts';

const TOKEN = 'ghp_0123456789abcdefghijklmnopqrstuvwxyz';
const ARNS = {
  githubToken: 'arn:aws:secretsmanager:us-east-1:123456789012:secret:kiro-worker-test-github-token-AbCdEf',
};

describe('secrets of Secrets Manager', () => {
  let service: ParametersAndSecrets;
  let secretsManager: SecretsManagerClient;

  before(async () => {
    service = await startParametersAndSecrets();
    secretsManager = new SecretsManagerClient({ endpoint: service.url, region: 'us-east-1' });
  });
  after(async () => {
    secretsManager.destroy();
    await service.close();
  });

  it('keeps a secret for five minutes, then reads it anew', async () => {
    let nowMs = 0;
    const secrets = createSecretsManagerSecrets({ client: secretsManager, arns: ARNS, now: () => nowMs });
    service.secrets.set(ARNS.githubToken, TOKEN);
    await secrets.githubToken();
    service.secrets.set(ARNS.githubToken, `${TOKEN}2`);
    nowMs = 5 * 60_000 - 1;
    expect(await secrets.githubToken()).to.equal(TOKEN);
    nowMs += 1;
    expect(await secrets.githubToken()).to.equal(`${TOKEN}2`);
  });

  it('names the secret and the refusal when it may not be read', async () => {
    const client = new SecretsManagerClient({ region: 'us-east-1' });
    mockClient(client).rejects(Object.assign(new Error('not authorized'), { name: 'AccessDeniedException' }));
    const secrets = createSecretsManagerSecrets({ client, arns: ARNS, now: () => 0 });
    const { message } = await expectError(secrets.githubToken(), 'SECRET_MISSING');
    expect(message).to.include('kiro-worker-test-github-token').and.include('not authorized').and.not.include('AbCdEf');
  });

  it('asks for the stacks when a secret has no ARN', async () => {
    const secrets = createSecretsManagerSecrets({
      client: secretsManager,
      arns: ARNS,
      now: () => 0,
    });
    expect((await expectError(secrets.kiroApiKey(), 'SECRET_MISSING')).message).to.include('kiro-api-key');
  });
});
