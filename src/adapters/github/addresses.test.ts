import { expect } from 'chai';
import { isWorkerError } from '../../core/errors.ts';
import { githubAddresses } from './addresses.ts';

describe('addresses of GitHub', () => {
  it('are those of github.com, or of the server that the variables name', () => {
    expect(githubAddresses({})).to.deep.equal({
      apiUrl: 'https://api.github.com',
      graphqlUrl: 'https://api.github.com/graphql',
      serverUrl: 'https://github.com',
    });
    const server = { GITHUB_API_URL: ' https://ghe.test/api/v3/ ', GITHUB_SERVER_URL: 'https://ghe.test' };
    expect(githubAddresses(server)).to.deep.equal({
      apiUrl: 'https://ghe.test/api/v3',
      graphqlUrl: 'https://ghe.test/api/graphql',
      serverUrl: 'https://ghe.test',
    });
  });

  it('are refused with the name and the value of each that is none, but without a password', () => {
    const wrong = {
      GITHUB_API_URL: 'notaurl',
      GITHUB_GRAPHQL_URL: 'ftp://ghe.test',
      GITHUB_SERVER_URL: 'https://me:hunter2@ghe.test',
    };
    let thrown: unknown;
    try {
      githubAddresses(wrong);
    } catch (error) {
      thrown = error;
    }
    if (!isWorkerError(thrown, 'CONFIG_INVALID')) throw new Error('CONFIG_INVALID was expected');
    expect(thrown.problems).to.have.length(3);
    expect(thrown.message).to.include('GITHUB_API_URL').and.to.include('"notaurl"').and.to.include('"ftp://ghe.test"');
    expect(thrown.message).to.not.include('hunter2');
  });
});
