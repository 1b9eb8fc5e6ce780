import { expect } from 'chai';
import { npmLock, npmPackage } from '../../../../test/gates/dependency-files.ts';
import { createGitScene, type GitScene } from '../../../../test/support/scenes/git.ts';
import type { Policies } from '../../../core/gates/policy.ts';
import { judgeDependencies } from './dependencies.ts';

const LODASH = npmPackage('lodash', '4.17.21');
const ELSEWHERE = { ...LODASH, resolved: 'https://cdn.elsewhere.net/lodash/-/lodash-4.17.21.tgz' };

describe('dependencies of a change, read from git', () => {
  let scene: GitScene;
  let from: string;
  before(async () => {
    scene = await createGitScene({
      branchFiles: {
        'package-lock.json': npmLock({ lodash: LODASH, ms: npmPackage('ms', '2.1.3') }),
        'web/package.json': '{"dependencies":{"ms":"2"}}',
        'build.sh': 'go build\n',
      },
    });
    ({ head: from } = await scene.checkout());
  });
  after(() => scene.close());

  const judge = async (files: Readonly<Record<string, string>>, policies: Policies = {}) => {
    for (const [path, content] of Object.entries(files)) await scene.write(path, content);
    const result = await scene.commit();
    if (result.kind !== 'committed') throw new Error(result.kind);
    return judgeDependencies(scene, { from, head: result.head, policies });
  };

  it('has nothing to say of code', async () => {
    expect(await judge({ 'src/a.js': 'export const a = 1;\n' })).to.deep.equal({
      ...{ gate: 'dependencies', verdict: 'passed', detail: 'No dependency changed.', findings: [] },
    });
  });

  it('tells what it finds, and blocks where the rules say so', async () => {
    const files = {
      'package-lock.json': npmLock({ lodash: ELSEWHERE, ms: npmPackage('ms', '2.1.3') }),
      'build.sh': 'export GOPROXY=https://cdn.elsewhere.net\ngo build\n',
    };
    const told = await judge(files);
    expect(told.verdict).to.equal('passed');
    expect(told.findings.map(({ rule, path, severity }) => `${severity} ${rule} ${path}`)).to.deep.equal([
      'warning dependencies/source package-lock.json',
      'warning dependencies/setting build.sh',
    ]);
    expect(told.findings[0]?.message).to.equal('Packages of another place: lodash comes from cdn.elsewhere.net.');
    const blocked = await judge({ 'b.txt': 'b' }, { 'dependencies/source': 'block', 'dependencies/setting': 'off' });
    expect([blocked.verdict, blocked.findings.length]).to.deep.equal(['failed', 1]);
  });

  it('knows from lock files of the base line which registry a new one should use', async () => {
    const { findings } = await judge({ 'b/package-lock.json': npmLock({ a: { ...ELSEWHERE, version: '4.17.21' } }) });
    expect(findings.map(({ rule, path }) => `${rule} ${path}`)).to.include('dependencies/source b/package-lock.json');
  });

  it('is not misled by a file that was moved', async () => {
    const moved = await judge({ 'web/package.json': '{"dependencies":{"ms":"2","x":"evil/x"}}' });
    const of = moved.findings.filter(({ path }) => path === 'web/package.json').map(({ rule }) => rule);
    expect(of).to.have.members(['dependencies/added', 'dependencies/source']);
  });
});
