import { expect } from 'chai';
import { formatProjectConfigSchema, parseProjectConfig, UNTOUCHED_PROJECT_CONFIG } from './config.ts';
import { isWorkerError } from './errors.ts';

const GOOD = { organization: 'octo-org', repository: 'app', projectNumber: 3 };
const parse = (value: unknown) => parseProjectConfig(JSON.stringify(value), 'test.json');

function problemsOf(value: unknown): readonly string[] {
  try {
    parse(value);
  } catch (error) {
    if (isWorkerError(error, 'CONFIG_INVALID')) return error.problems;
    throw error;
  }
  return [];
}

describe('parseProjectConfig', () => {
  it('completes the four fields of the guide with defaults', () => {
    const config = parse({ ...GOOD, targetStatusColumn: 'Ready' });
    expect(config.owner).to.deep.equal({ kind: 'organization', login: 'octo-org' });
    expect(config.repository).to.equal('octo-org/app');
    expect(config.targetStatusColumn).to.equal('Ready');
    expect(config.inProgressColumn).to.equal('In Progress');
    expect(config.coverageThreshold).to.equal(80);
    expect(config.maxConcurrentBuilds).to.equal(1);
  });

  it('takes a board of a user and a repository of another account', () => {
    const config = parse({ user: 'robin', repository: 'octo-org/app', projectNumber: 1 });
    expect(config.owner).to.deep.equal({ kind: 'user', login: 'robin' });
    expect(config.repository).to.equal('octo-org/app');
  });

  it('names every problem at once, each with its field and value', () => {
    const problems = problemsOf({
      organization: '-bad',
      repository: '../x',
      projectNumber: 'seven',
      maxAttempts: 0,
      colour: 'red',
    });
    for (const part of [
      'organization',
      '"-bad"',
      'repository',
      '"../x"',
      'projectNumber',
      '"seven"',
      'maxAttempts',
      'colour',
    ]) {
      expect(problems.join('\n')).to.include(part);
    }
    expect(problems).to.have.length(5);
  });

  const refused: [string, unknown, string][] = [
    ['neither organisation nor user', { repository: 'a', projectNumber: 1 }, 'organization or user is required'],
    ['both organisation and user', { ...GOOD, user: 'robin' }, 'not both'],
    ['a token beside the settings', { ...GOOD, githubToken: 'x' }, 'githubToken: is not a known setting'],
    ['an address as a host', { ...GOOD, network: { allow: ['https://a.example'] } }, 'network.allow.0: must be a host'],
    ['every host', { ...GOOD, network: { allow: ['*'] } }, '(it is "*")'],
    ['a network without hosts', { ...GOOD, network: {} }, 'network.allow'],
    ['equal columns', { ...GOOD, targetStatusColumn: 'in progress' }, 'must differ'],
    ['a Power without a pinned ref', { ...GOOD, power: { source: 'https://example.com/p.git' } }, 'power.ref'],
    [
      'a Power with credentials',
      { ...GOOD, power: { source: 'https://u:p@example.com/p.git', ref: 'v1' } },
      'power.source',
    ],
    [
      'a Power over another protocol',
      { ...GOOD, power: { source: 'ssh://example.com/p.git', ref: 'v1' } },
      'power.source',
    ],
    ['a Power that git takes for a host', { ...GOOD, power: { source: 'host:path', ref: 'v1' } }, 'power.source'],
    ['a Power that git takes for a program', { ...GOOD, power: { source: 'ext::sh -c x', ref: 'v1' } }, 'power.source'],
    [
      'a ref like an option',
      { ...GOOD, power: { source: 'https://example.com/p', ref: '--upload-pack=x' } },
      'power.ref',
    ],
    ['a path out of the Power', { ...GOOD, power: { source: 'power', path: 'a/../../x' } }, 'power.path'],
    ['a name that breaks a commit', { ...GOOD, commitName: 'a\nb <c>' }, 'commitName'],
    ['a list', [], '(whole)'],
    ['null', null, '(whole)'],
    ['a huge number', { ...GOOD, projectNumber: 1e308 }, 'projectNumber'],
    ['a control character in a login', { ...GOOD, organization: 'a\nb' }, 'organization'],
  ];
  for (const [name, value, part] of refused) {
    it(`refuses ${name}`, () => expect(problemsOf(value).join('\n')).to.include(part));
  }

  it('reports problems between fields beside those of a single field', () => {
    const problems = problemsOf({ repository: '../x', projectNumber: 1, targetStatusColumn: 'In Review' }).join('\n');
    for (const part of ['repository', 'organization or user is required', 'must differ'])
      expect(problems).to.include(part);
  });

  it('does not repeat a credential', () => {
    const power = { source: 'https://user:planted@example.com/p.git', ref: 'v1' };
    expect(problemsOf({ ...GOOD, power }).join('\n')).to.not.include('planted');
  });

  it('calls the untouched placeholder "setup incomplete"', () => {
    expect(() => parse(UNTOUCHED_PROJECT_CONFIG))
      .to.throw()
      .with.property('code', 'SETUP_INCOMPLETE');
  });

  it('says where JSON is broken, and accepts a byte order mark', () => {
    expect(() => parseProjectConfig('{"organization":', 'x.json')).to.throw(/x\.json[\s\S]*is not JSON/);
    expect(parseProjectConfig(`\uFEFF${JSON.stringify(GOOD)}`, 'x').projectNumber).to.equal(3);
  });

  it('publishes a JSON schema that requires what has no default', () => {
    const schema = JSON.parse(formatProjectConfigSchema()) as {
      required: string[];
      properties: Record<string, unknown>;
    };
    expect(schema.required).to.deep.equal(['repository', 'projectNumber']);
    expect(schema.properties).to.include.keys('organization', 'user', 'targetStatusColumn', 'power');
  });
});
