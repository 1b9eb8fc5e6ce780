import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { expect } from 'chai';
import { createSecretsManagerSecrets } from '../../src/adapters/aws/secrets-manager.ts';
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
    it('returns token, git credentials and key', async () => {
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

    it('refuses a value that cannot be one, without repeating it', async () => {
      const { secrets, set } = open();
      set({ token: '{"token":"planted-value"}', key: 'planted value' });
      for (const read of [secrets.githubToken, secrets.kiroApiKey]) {
        expect((await expectError(read(), 'SECRET_INVALID')).message).to.not.include('planted');
      }
    });
  });
}

describe('secrets', () => {
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
});
