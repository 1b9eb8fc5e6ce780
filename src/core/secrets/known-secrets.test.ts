import { expect } from 'chai';
import type { Secrets } from '../ports/settings.ts';
import { createKnownSecrets } from './known-secrets.ts';

describe('known secrets', () => {
  let token = 'first token';
  const source: Secrets = {
    githubToken: async () => token,
    gitCredentials: async () => ({ username: 'robin', password: 'correct horse' }),
    kiroApiKey: async () => 'battery staple',
    agentKey: async () => 'staple of another agent',
  };

  it('masks a value from the moment it is read, and the old one still after a rotation', async () => {
    const { redact, watch } = createKnownSecrets();
    const secrets = watch(source);
    token = 'first token';
    expect(redact('a first token')).to.equal('a first token');
    expect(await secrets.githubToken()).to.equal('first token');
    expect(redact('a first token')).to.equal('a [redacted]');
    token = 'second token';
    await secrets.githubToken();
    expect(redact('first token, second token')).to.equal('[redacted], [redacted]');
  });

  it('masks the password and the header that git makes of user name and password, not the user name', async () => {
    const { redact, watch } = createKnownSecrets();
    await watch(source).gitCredentials();
    expect(redact(`robin correct horse ${Buffer.from('robin:correct horse').toString('base64')}`)).to.match(
      /^robin \[redacted\] \[redacted\]/,
    );
  });

  it('lists the values that were read', async () => {
    const { values, watch } = createKnownSecrets();
    expect(values()).to.deep.equal([]);
    expect(await watch(source).kiroApiKey()).to.equal('battery staple');
    expect(values()).to.deep.equal(['battery staple']);
  });

  it('lets a failure of the source through', async () => {
    const failing = { ...source, kiroApiKey: async () => Promise.reject(new Error('no key')) };
    const { watch } = createKnownSecrets();
    expect(
      await watch(failing)
        .kiroApiKey()
        .catch((error: Error) => error.message),
    ).to.equal('no key');
  });
});
