import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { expect } from 'chai';
import { resourceNames } from '../../../src/core/names.ts';
import { stackNames } from '../../../src/stacks/stack-names.ts';
import { PLACE } from '../../support/system/repository.ts';
import { clientSettings, type LifeCycle, placeVariables, pointFunctions } from './life-cycle.ts';

interface Found {
  readonly name: string;
  readonly state: string;
  readonly detail: string;
}

const NAMES = resourceNames('test');

/** Fills in what a deployed environment needs, and verifies it; leaves it ready to work. */
export function describeSetUp(at: () => LifeCycle): void {
  describe('configure, doctor and verify', () => {
    let folder: string;
    let lambda: LambdaClient;
    let secrets: SecretsManagerClient;
    let ssm: SSMClient;
    before(async () => {
      folder = await mkdtemp(path.join(tmpdir(), 'kiro-worker-set-up-'));
      const settings = clientSettings(at());
      lambda = new LambdaClient(settings);
      secrets = new SecretsManagerClient(settings);
      ssm = new SSMClient(settings);
      await pointFunctions(at(), { lambda, names: [NAMES.pollerFunction, NAMES.finalizerFunction] });
    });
    after(async () => {
      for (const client of [lambda, secrets, ssm]) client?.destroy();
      if (folder) await rm(folder, { recursive: true, force: true });
    });

    const token = () => [...at().scene.github.tokens][0] ?? '';
    const run = async (...args: string[]) => {
      const { AWS_ENDPOINT_URL_CODEBUILD: _, ...env } = placeVariables(at());
      const finished = await at().operator.run([...args, '--env', 'test'], { env });
      expect(finished.stdout + finished.stderr).not.to.include(token());
      return finished;
    };
    const examine = async (...args: string[]) => {
      const { code, stdout, stderr } = await run(...args, '--json');
      expect(stderr, stderr).not.to.include('Error');
      const { checks, next } = JSON.parse(stdout) as { checks: Found[]; next: string };
      return { code, checks, next, stateOf: (name: string) => checks.find((check) => check.name === name)?.state };
    };
    const configure = async (setting: string, value: string) => {
      const file = path.join(folder, setting);
      await writeFile(file, `${value}\n`, { mode: 0o600 });
      const { code, stdout, stderr } = await run('configure', setting, '--file', file);
      expect(code, stdout + stderr).to.equal(0);
      return stdout;
    };

    it('finds nothing filled in', async () => {
      const { checks, code } = await examine('verify');
      expect(code).to.equal(1);
      const missing = checks.filter(({ state }) => state === 'failed').map(({ name }) => name);
      expect(missing).to.include.members(['github-token', 'git-credentials', 'kiro-api-key', 'project configuration']);
    });

    it('fills in secrets, project configuration and e-mail, each tried first', async () => {
      await writeFile(path.join(folder, 'nobodys'), 'ghp_nobodysTokenAtAll0123456789');
      const refused = await run('configure', 'github-token', '--file', path.join(folder, 'nobodys'));
      expect(refused.code, refused.stdout).to.equal(1);
      const name = { SecretId: NAMES.githubTokenSecret };
      await configure('github-token', token());
      expect((await secrets.send(new GetSecretValueCommand(name))).SecretString).to.equal(token());
      await configure('git-credentials', token());
      const board = `${at().scene.github.url}/orgs/${PLACE.owner}/projects/${PLACE.projectNumber}`;
      const made = await run('configure', 'project', '--board', board, '--repository', PLACE.name);
      expect(made.code, made.stdout + made.stderr).to.equal(0);
      const { Parameter } = await ssm.send(new GetParameterCommand({ Name: NAMES.projectConfigParameter }));
      expect(JSON.parse(Parameter?.Value ?? '')).to.include({
        ...{ organization: PLACE.owner, repository: PLACE.name, projectNumber: PLACE.projectNumber },
        targetStatusColumn: 'For Implementation',
      });
      await configure('kiro-api-key', 'ksk_0123456789abcdef');
      const email = await run('configure', 'alert-email', '--email', 'ana@example.com');
      expect(email.code, email.stdout + email.stderr).to.equal(0);
    });

    it('adds to the board what it lacks, after approval, once', async () => {
      const project = at().scene.github.state.project(PLACE.owner, PLACE.projectNumber);
      const options = project?.fields.find(({ name }) => name === 'Status')?.options ?? [];
      const review = options.findIndex(({ name }) => name === 'In Review');
      expect(review).to.be.greaterThan(0);
      options.splice(review, 1);
      const asked = await run('board', 'init', '--no-input');
      expect(asked.code, asked.stderr).to.equal(3);
      expect(asked.stderr).to.include('would be added').and.include('"In Review"');
      const made = await run('board', 'init', '--yes');
      expect(made.code, made.stderr).to.equal(0);
      expect((await run('board', 'init', '--yes')).code).to.equal(4);
    });

    it('gives the policies of those who deploy, operate and watch, for this account', async () => {
      const { code, stdout, stderr } = await run('permissions', '--json');
      expect(code, stderr).to.equal(0);
      const { policies } = JSON.parse(stdout) as { policies: { role: string; document: object }[] };
      expect(new Set(policies.map(({ role }) => role))).to.deep.equal(new Set(['deployer', 'operator', 'viewer']));
      expect(JSON.stringify(policies)).to.include('111111111111:stack/KiroWorkerCore/');
    });

    it('finds GitHub, board and secrets well', async () => {
      const { stateOf } = await examine('doctor');
      for (const name of ['github-token', 'git-credentials', 'project configuration', 'board', 'repository', 'push'])
        expect(stateOf(name), name).to.equal('passed');
    });

    it('verifies every part; only what the emulator did not get is missing', async () => {
      const { checks, code } = await examine('verify');
      const wrong = checks.filter(({ state }) => state !== 'passed');
      expect(wrong.map(({ name }) => name)).to.deep.equal(['alarms']);
      const { alarmPrefix } = stackNames('test');
      const missing = wrong[0]?.detail.split(': ')[1]?.split(', ') ?? [];
      expect(missing).to.have.length([...at().operator.proxy.dropped].filter((one) => /Alarm\b/.test(one)).length);
      for (const one of missing) expect(one.startsWith(alarmPrefix), one).to.equal(true);
      expect(code).to.equal(1);
      expect(checks.find(({ name }) => name === 'dry-run poll')?.detail).to.include('1 eligible');
    });
  });
}
