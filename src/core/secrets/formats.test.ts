import { expect } from 'chai';
import { parseGitCredentials, parseGitHubToken, parseKiroApiKey } from './formats.ts';

describe('the formats of secrets', () => {
  it('takes bare values, with white space around them', () => {
    expect(parseGitHubToken(' ghp_0123456789abcdef\n', 's')).to.equal('ghp_0123456789abcdef');
    const ofAnApp = `ghs_${'a1.B2_c3-'.repeat(58)}`;
    expect(parseGitHubToken(ofAnApp, 's'), 'an installation token of 520 characters').to.equal(ofAnApp);
    expect(parseKiroApiKey('ksk_0123456789\n', 's')).to.equal('ksk_0123456789');
    expect(parseGitCredentials('{"username":"x-access-token","password":"p"}', 's')).to.deep.equal({
      username: 'x-access-token',
      password: 'p',
    });
  });

  for (const value of [null, undefined, '', ' \n']) {
    it(`calls ${JSON.stringify(value)} "setup incomplete", naming the secret`, () => {
      for (const parse of [parseGitHubToken, parseGitCredentials, parseKiroApiKey]) {
        expect(() => parse(value, 'the secret S'))
          .to.throw(/the secret S is empty/)
          .with.property('code', 'SETUP_INCOMPLETE');
      }
    });
  }

  const refused: [string, () => unknown][] = [
    ['a token in JSON', () => parseGitHubToken('{"token":"planted-value"}', 's')],
    ['a GitHub App', () => parseGitHubToken('{"appId":1,"privateKey":"planted-value"}', 's')],
    ['a token that is too short', () => parseGitHubToken('planted', 's')],
    ['a token of two lines', () => parseGitHubToken('planted-value\nsecond', 's')],
    ['credentials without JSON', () => parseGitCredentials('user:planted-value', 's')],
    ['credentials without a password', () => parseGitCredentials('{"username":"u","token":"planted-value"}', 's')],
    [
      'a password with a line break',
      () => parseGitCredentials('{"username":"u","password":"planted-value\\nhost=x"}', 's'),
    ],
    ['a key in JSON', () => parseKiroApiKey('{"key":"planted-value"}', 's')],
  ];
  for (const [name, act] of refused) {
    it(`refuses ${name} without repeating it`, () => {
      expect(act).to.throw().with.property('code', 'SECRET_INVALID');
      expect(act).to.throw().with.property('message').that.does.not.include('planted-value');
    });
  }

  it('says of a GitHub App that it is not supported yet', () => {
    expect(() => parseGitHubToken('{"appId":1}', 's')).to.throw(/GitHub App, which is not supported yet/);
  });
});
