import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SSMClient } from '@aws-sdk/client-ssm';
import { mockClient } from 'aws-sdk-client-mock';
import { expect } from 'chai';
import { createSecretsManagerSecrets } from '../../src/adapters/aws/secrets-manager.ts';
import { createReadProjectConfig, createReadRelease } from '../../src/adapters/aws/ssm-parameters.ts';
import { createEnvironmentSecrets } from '../../src/adapters/local/environment-secrets.ts';
import type { Secrets } from '../../src/core/ports/settings.ts';
import { expectError } from '../support/expect-error.ts';
import type { ParametersAndSecrets } from '../support/servers/parameters-and-secrets.ts';
import { startParametersAndSecrets } from '../support/servers/parameters-and-secrets.ts';

const TOKEN = 'ghp_0123456789abcdefghijklmnopqrstuvwxyz';
const KEY = 'ksk_0123456789abcdefghij';
const arn = (name: string) => `arn:aws:secretsmanager:us-east-1:123456789012:secret:kiro-worker-test-${name}-AbCdEf`;
const ARNS = {
  githubToken: arn('github-token'),
  gitCredentials: arn('git-credentials'),
  kiroApiKey: arn('kiro-api-key'),
};

/** What every source of secrets does; `set` fills it in, null is "created but empty". */
function describeSecrets(
  name: string,
  open: () => { secrets: Secrets; set: (values: { token: string | null; key: string | null }) => void },
): void {
  describe(`secrets: ${name}`, () => {
    it('gives token, git credentials and key', async () => {
      const { secrets, set } = open();
      set({ token: TOKEN, key: KEY });
      expect(await secrets.githubToken()).to.equal(TOKEN);
      expect(await secrets.kiroApiKey()).to.equal(KEY);
      expect(await secrets.gitCredentials()).to.deep.equal({ username: 'x-access-token', password: TOKEN });
    });

    it('says that the set-up is incomplete while they are empty, and reads them when they are filled in', async () => {
      const { secrets, set } = open();
      set({ token: null, key: null });
      for (const read of [secrets.githubToken, secrets.gitCredentials, secrets.kiroApiKey])
        await expectError(read(), 'SETUP_INCOMPLETE');
      set({ token: TOKEN, key: KEY });
      expect(await secrets.githubToken()).to.equal(TOKEN);
    });

    it('refuses a value that can be none, without repeating it', async () => {
      const { secrets, set } = open();
      set({ token: '{"token":"planted-value"}', key: 'planted value' });
      for (const read of [secrets.githubToken, secrets.kiroApiKey]) {
        expect((await expectError(read(), 'SECRET_INVALID')).message).to.not.include('planted');
      }
    });
  });
}

describe('settings of the deployed system', () => {
  let service: ParametersAndSecrets;
  let ssm: SSMClient;
  let secretsManager: SecretsManagerClient;

  before(async () => {
    service = await startParametersAndSecrets();
    ssm = new SSMClient({ endpoint: service.url, region: 'us-east-1' });
    secretsManager = new SecretsManagerClient({ endpoint: service.url, region: 'us-east-1' });
  });

  after(async () => {
    ssm.destroy();
    secretsManager.destroy();
    await service.close();
  });

  describeSecrets('the environment', () => {
    const env: Record<string, string> = {};
    return {
      secrets: createEnvironmentSecrets(env),
      set({ token, key }) {
        Object.assign(env, { GITHUB_TOKEN: token ?? '', KIRO_API_KEY: key ?? '' });
      },
    };
  });

  describeSecrets('Secrets Manager', () => ({
    secrets: createSecretsManagerSecrets({ client: secretsManager, arns: ARNS, now: () => 0 }),
    set({ token, key }) {
      service.secrets.set(ARNS.githubToken, token);
      service.secrets.set(
        ARNS.gitCredentials,
        token && JSON.stringify({ username: 'x-access-token', password: token }),
      );
      service.secrets.set(ARNS.kiroApiKey, key);
    },
  }));

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
      arns: { githubToken: ARNS.githubToken },
      now: () => 0,
    });
    expect((await expectError(secrets.kiroApiKey(), 'SECRET_MISSING')).message).to.include('kiro-api-key');
  });

  it('reads the project configuration, and knows when there is none', async () => {
    const read = createReadProjectConfig(ssm, '/kiro-worker/test/github-project-config');
    expect(await read()).to.equal(null);
    service.parameters.set('/kiro-worker/test/github-project-config', '{}');
    expect(await read()).to.deep.equal({
      text: '{}',
      source: 'the SSM parameter /kiro-worker/test/github-project-config',
    });
  });

  it('reads the release to run, and refuses what is no hash', async () => {
    const read = createReadRelease(ssm, '/kiro-worker/test/release');
    expect(await read()).to.equal(null);
    const hash = 'ab'.repeat(32);
    service.parameters.set('/kiro-worker/test/release', `${hash}\n`);
    expect(await read()).to.equal(hash);
    service.parameters.set('/kiro-worker/test/release', 'latest');
    expect((await expectError(read(), 'RELEASE_INVALID')).message).to.include('"latest"');
  });

  it('names the parameter that may not be read', async () => {
    const client = new SSMClient({ region: 'us-east-1' });
    mockClient(client).rejects(new Error('not authorized'));
    expect((await expectError(createReadRelease(client, '/a/b')(), 'CONFIG_INVALID')).message).to.include('/a/b');
  });
});
