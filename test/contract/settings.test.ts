import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { SSMClient } from '@aws-sdk/client-ssm';
import { mockClient } from 'aws-sdk-client-mock';
import { expect } from 'chai';
import { createReadProjectConfig, createReadRelease } from '../../src/adapters/aws/ssm-parameters.ts';
import { createReadProjectConfigFile } from '../../src/adapters/local/project-config-file.ts';
import type { ReadProjectConfig, ReadRelease } from '../../src/core/ports/settings.ts';
import { expectError } from '../support/expect-error.ts';
import { createMemoryReleases } from '../support/memory-release-store.ts';
import type { ParametersAndSecrets } from '../support/servers/parameters-and-secrets.ts';
import { startParametersAndSecrets } from '../support/servers/parameters-and-secrets.ts';

const PARAMETER = '/kiro-worker/test/a-setting';

interface Place<Read> {
  readonly read: Read;
  set(text: string): Promise<void> | void;
  /** Reads where nobody may read. */
  readonly refused: Read;
  /** Names the place in messages. */
  readonly name: string;
}

/** What every source of the project configuration does. */
function describeReadProjectConfig(name: string, open: () => Place<ReadProjectConfig>): void {
  describe(`project configuration: ${name}`, () => {
    it('is null while nobody has made it, and is read afresh each time', async () => {
      const { read, set, name: source } = open();
      expect(await read()).to.equal(null);
      for (const text of ['{}', ' \uFEFF{"organization": "ö"}\n', '', 'no JSON']) {
        await set(text);
        const found = await read();
        expect(found?.text).to.equal(text);
        expect(found?.source).to.include(source);
      }
    });

    it('throws what it may not read, and never takes it for nothing', async () => {
      const { refused, name: source } = open();
      const { message } = await expectError(refused(), 'CONFIG_INVALID');
      expect(message).to.include(source);
    });
  });
}

/** What every source of the release to run does. */
function describeReadRelease(name: string, open: () => Pick<Place<ReadRelease>, 'read' | 'set'>): void {
  describe(`release to run: ${name}`, () => {
    it('is null while none was chosen, then what was chosen last', async () => {
      const { read, set } = open();
      expect(await read()).to.equal(null);
      for (const hash of ['ab'.repeat(32), 'cd'.repeat(32)]) {
        await set(hash);
        expect(await read()).to.equal(hash);
      }
    });

    it('refuses what is not a hash, and repeats it', async () => {
      const { read, set } = open();
      for (const text of ['latest', 'AB'.repeat(32), 'ab'.repeat(31), '../../ab']) {
        await set(text);
        expect((await expectError(read(), 'RELEASE_INVALID')).message).to.include(text);
      }
    });
  });
}

describe('settings', () => {
  let folder: string;
  let service: ParametersAndSecrets;
  let ssm: SSMClient;
  const refusing = new SSMClient({ region: 'us-east-1' });
  mockClient(refusing).rejects(Object.assign(new Error('not authorized'), { name: 'AccessDeniedException' }));

  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'kiro-settings-'));
    service = await startParametersAndSecrets();
    ssm = new SSMClient({ endpoint: service.url, region: 'us-east-1' });
  });
  afterEach(async () => {
    ssm.destroy();
    await service.close();
    await rm(folder, { recursive: true });
  });

  describeReadProjectConfig('an SSM parameter', () => ({
    read: createReadProjectConfig(ssm, PARAMETER),
    set: (text) => void service.parameters.set(PARAMETER, text),
    refused: createReadProjectConfig(refusing, PARAMETER),
    name: PARAMETER,
  }));

  describeReadProjectConfig('a file', () => ({
    read: createReadProjectConfigFile(path.join(folder, 'kiro-worker.config.json')),
    set: (text) => writeFile(path.join(folder, 'kiro-worker.config.json'), text),
    // A folder in its place is refused to everybody, root included.
    refused: createReadProjectConfigFile(folder),
    name: folder,
  }));

  describeReadRelease('an SSM parameter', () => ({
    read: createReadRelease(ssm, { name: PARAMETER, bucketName: 'the-bucket' }),
    set: (text) => void service.parameters.set(PARAMETER, text),
  }));

  describeReadRelease('the releases in memory', () => {
    const releases = createMemoryReleases();
    return {
      read: releases.store.current,
      set(text) {
        releases.chosen = text;
      },
    };
  });
});
