import { expect } from 'chai';
import { WorkerError } from '../../../core/errors.ts';
import { findEmptySecrets } from './empty-secrets.ts';

const BOARD = { organization: 'acme', repository: 'slugs', projectNumber: 7 };
const configured = (agent?: object) => async () => JSON.stringify({ ...BOARD, ...(agent && { agent }) });
const ACP = { kind: 'acp', command: ['/usr/local/bin/agent'] };
const GITHUB = ['github-token', 'git-credentials'];

describe('the secrets that a deployment finds empty', () => {
  const find = (read: () => Promise<string | null>, exist = [...GITHUB, 'kiro-api-key', 'agent-key']) =>
    findEmptySecrets({
      project: { place: 'the parameter', read },
      nameOf: (setting) => `of-test-${setting}`,
      unpopulated: async (names) => names.filter((name) => exist.some((one) => name === `of-test-${one}`)),
    });
  const settingsOf = async (...given: Parameters<typeof find>) => (await find(...given)).map(({ setting }) => setting);

  it('are those that the configured agent needs', async () => {
    expect(await settingsOf(configured())).to.deep.equal([...GITHUB, 'kiro-api-key']);
    expect(await settingsOf(configured({ ...ACP, keyVariable: 'AGENT_SECRET' }))).to.deep.equal([
      ...GITHUB,
      'agent-key',
    ]);
    expect(await settingsOf(configured(ACP))).to.deep.equal(GITHUB);
    expect(await settingsOf(configured({ ...ACP, keyVariable: 'AGENT_SECRET' }), [])).to.deep.equal([]);
  });

  for (const [name, read] of [
    ['is none', async () => null],
    ['is no JSON', async () => '{'],
    [
      'may not be read',
      async () => {
        throw new WorkerError({ code: 'AWS_REQUEST_FAILED', what: 'AccessDenied', remedy: 'Ask.' });
      },
    ],
  ] as ReadonlyArray<readonly [string, () => Promise<string | null>]>) {
    it(`are both possibilities, each with its agent, where the configuration ${name}`, async () => {
      const found = await find(read);
      expect(found.map(({ setting }) => setting)).to.deep.equal([...GITHUB, 'kiro-api-key', 'agent-key']);
      expect(found[0]?.what).to.equal('The secret of-test-github-token has no value yet.');
      expect(found[2]?.what).to.match(/Kiro\.$/);
      expect(found[3]?.what).to.match(/agent\.keyVariable/);
    });
  }

  it("are Kiro's alone where there is no secret for another agent", async () => {
    expect(await find(async () => null, ['kiro-api-key'])).to.deep.equal([
      { setting: 'kiro-api-key', what: 'The secret of-test-kiro-api-key has no value yet.' },
    ]);
  });
});
