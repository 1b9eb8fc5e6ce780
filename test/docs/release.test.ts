import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'chai';
import { load } from 'js-yaml';
import { resourceNames } from '../../src/core/names.ts';
import { releaseKey } from '../../src/core/release.ts';
import { ENVIRONMENTS } from '../../src/stacks/environments.ts';
import { stackNames } from '../../src/stacks/stack-names.ts';

const DOCS = path.resolve(import.meta.dirname, '../../docs');
const read = (file: string) => readFileSync(path.join(DOCS, file), 'utf8');

interface Step {
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, unknown>>;
}
interface Statement {
  readonly Sid?: string;
  readonly Action: string | string[];
  readonly Resource?: string;
}

describe('how to release on every push', () => {
  const text = read('github-workflow-example.yml');
  const workflow = load(text) as {
    on: { push: { branches: string[] } };
    permissions: object;
    jobs: {
      test: { permissions?: object; steps: Step[] };
      release: { needs: string; permissions: object; environment: string; steps: Step[] };
    };
  };
  const { needs, permissions, environment, steps } = workflow.jobs.release;
  const wordsOf = (all: Step[]) => all.map(({ run, uses }) => run ?? uses?.split('@')[0]);

  it('uses a role instead of keys, in a job that runs neither tests nor install scripts', () => {
    expect(text).to.not.match(/secrets\.|access-key|pull_request/);
    expect(workflow.permissions).to.deep.equal({ contents: 'read' });
    expect(workflow.jobs.test.permissions).to.equal(undefined);
    expect(permissions).to.deep.equal({ contents: 'read', 'id-token': 'write' });
    expect(needs).to.equal('test');
    expect(wordsOf(workflow.jobs.test.steps).slice(-2)).to.deep.equal(['npm ci', 'npm test']);
    expect(wordsOf(steps).slice(-3)).to.deep.equal([
      'npm ci --ignore-scripts',
      'aws-actions/configure-aws-credentials',
      'npm run release -- --env test',
    ]);
  });

  it('releases to an environment that exists, in its region, from main', () => {
    const { region } = ENVIRONMENTS[environment as keyof typeof ENVIRONMENTS];
    expect(steps.flatMap((step) => step.with?.['aws-region'] ?? [])).to.deep.equal([region]);
    expect(workflow.on.push.branches).to.deep.equal(['main']);
  });

  it('has policies that can be pasted: sound JSON, no wildcard action, and the names of that environment', () => {
    const policies = [...read('release.md').matchAll(/```json\n([\s\S]*?)```/g)].map(
      ([, json = '']) => JSON.parse(json) as { Statement: Statement[] },
    );
    const [trust, rights] = policies;
    expect(policies).to.have.length(2);
    expect(JSON.stringify(trust)).to.include(`:environment:${environment}"`);
    const resources = (rights?.Statement ?? []).map(({ Resource }) => Resource ?? '');
    for (const { Action } of rights?.Statement ?? []) expect([Action].flat().join()).to.not.include('*');
    const { buildProject, releaseParameter } = resourceNames(environment);
    const bucket = `arn:aws:s3:::${stackNames(environment).artifactsBucket}-`;
    expect(resources.some((arn) => arn.endsWith(`:project/${buildProject}`))).to.equal(true);
    expect(resources.some((arn) => arn.endsWith(`:parameter${releaseParameter}`))).to.equal(true);
    expect(resources.filter((arn) => arn.startsWith(bucket))).to.have.length(2);
    const prefix = resources.find((arn) => arn.startsWith(bucket) && arn.endsWith('/*'))?.split('/')[1];
    expect(releaseKey('hash').split('/')[0]).to.equal(prefix);
  });
});
