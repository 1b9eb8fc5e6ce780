import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PutSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { expect } from 'chai';
import { ENV, resourceNames } from '../../../../src/core/names.ts';
import type { Check } from '../../../../src/core/setup/check.ts';
import { clientSettings, type LifeCycle } from '../life-cycle.ts';
import { startBuildService } from './build-service.ts';

const NAMES = resourceNames('test');

/** Runs self-test builds of what is deployed: well, and with what can go wrong. */
export function describeSelfTestBuild(at: () => LifeCycle): void {
  describe('kiro-worker verify --build', () => {
    let folder: string;
    let secrets: SecretsManagerClient;
    before(async () => {
      folder = await mkdtemp(path.join(tmpdir(), 'kiro-worker-self-test-tools-'));
      await chmod(folder, 0o755);
      await writeFile(path.join(folder, 'kiro-cli'), '#!/bin/sh\necho kiro-cli 2.0.0\n', { mode: 0o755 });
      secrets = new SecretsManagerClient(clientSettings(at()));
    });
    after(async () => {
      secrets?.destroy();
      if (folder) await rm(folder, { recursive: true, force: true });
    });

    const verify = async (
      variables: Readonly<Record<string, string>> = {},
      refused: ReadonlyArray<'release' | 'artifact'> = [],
    ) => {
      const kiro = { [ENV.kiroCliPath]: path.join(folder, 'kiro-cli') };
      const service = await startBuildService(at(), { ...kiro, ...variables });
      try {
        for (const what of refused) service.refused.add(what);
        const env = { AWS_ENDPOINT_URL_CODEBUILD: service.url };
        const { code, stdout, stderr } = await at().operator.run(['verify', '--build', '--env', 'test', '--json'], {
          env,
        });
        expect(stdout, stderr).not.to.equal('');
        const { checks } = JSON.parse(stdout) as { checks: Check[] };
        const ofBuild = checks.filter(({ name }) => /^build: |^self-test build$/.test(name));
        const found = (name: string) => ofBuild.find((check) => check.name === name);
        const wrong = ofBuild.filter(({ state }) => state === 'failed' || state === 'unknown').map(({ name }) => name);
        return { code, ofBuild, found, wrong };
      } finally {
        await service.close();
      }
    };

    it('fetches the bundle, reads secrets and configuration, proves the untrusted user and its tools, stores and locks', async () => {
      const { ofBuild, wrong, found } = await verify();
      expect(wrong, JSON.stringify(ofBuild)).to.deep.equal([]);
      const tried = ['bundle', 'github-token', 'git-credentials', 'kiro-api-key', 'project configuration'];
      for (const name of [...tried, 'untrusted user', 'node', 'git', 'Kiro CLI', 'lock', 'artifact'])
        expect(found(`build: ${name}`)?.state, name).to.equal('passed');
    });

    it('names an empty secret, a build without a user of its own and a missing agent, each with its remedy', async () => {
      const SecretId = NAMES.kiroApiKeySecret;
      await secrets.send(new PutSecretValueCommand({ SecretId, SecretString: '' }));
      const { code, wrong, found } = await verify({
        [ENV.untrustedUser]: 'none',
        [ENV.kiroCliPath]: '/nowhere/kiro-cli',
      });
      await secrets.send(new PutSecretValueCommand({ SecretId, SecretString: 'ksk_0123456789abcdef' }));
      expect(code).to.equal(1);
      expect(wrong).to.include.members(['build: kiro-api-key', 'build: untrusted user', 'build: Kiro CLI']);
      expect(found('build: kiro-api-key')?.remedy).to.include('Put the Kiro API key into the secret');
      expect(found('build: untrusted user')?.remedy).to.include('docs/security.md');
      expect(found('build: github-token')?.state).to.equal('passed');
    });

    it('tells a build that may not store from one whose release CodeBuild may not fetch', async () => {
      const silent = await verify({}, ['artifact']);
      expect(silent.wrong).to.deep.equal(['self-test build']);
      expect(silent.found('self-test build')?.detail).to.include('stored no self-test.json').and.not.include('phase');
      expect(silent.found('self-test build')?.remedy).to.include('Where the bucket refused the file');
      const sourceless = await verify({}, ['release']);
      expect(sourceless.wrong).to.deep.equal(['self-test build']);
      expect(sourceless.found('self-test build')?.detail).to.include('DOWNLOAD_SOURCE').and.include('AccessDenied');
      expect(sourceless.found('self-test build')?.remedy).to.include('rights of the build');
    });
  });
}
