import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { S3Client } from '@aws-sdk/client-s3';
import { expect } from 'chai';
import { createS3Artifacts } from '../../src/adapters/aws/s3-artifacts.ts';
import { createDirectoryArtifacts } from '../../src/adapters/local/directory-artifacts.ts';
import type { ArtifactStore } from '../../src/core/ports/artifacts.ts';
import { expectError } from '../support/expect-error.ts';
import type { S3Double } from '../support/servers/s3.ts';
import { startS3Double } from '../support/servers/s3.ts';

const PREFIX = 'test/kiro-worker-test-1';

interface Place {
  readonly store: ArtifactStore;
  /** Bytes of what was stored, as somebody who looks there sees them. */
  readonly stored: (name: string) => Promise<Buffer>;
  /** A store of the same run whose place takes nothing. */
  readonly refusing: ArtifactStore;
  /** Part of the reason that it gives. */
  readonly reason: string;
}

/** What every artifact store does. */
function describeArtifactStore(name: string, open: () => Place): void {
  describe(`artifact store: ${name}`, () => {
    it('stores text and bytes below the folder of the run, and says where', async () => {
      const { store, stored } = open();
      const bytes = new Uint8Array([0, 255, 13, 10]);
      expect(await store.put('reports/coverage.json', '{"linesPct":80}'))
        .to.include('reports')
        .and.include('coverage.json');
      await store.put('logs/agent-01.log', bytes);
      expect((await stored('reports/coverage.json')).toString()).to.equal('{"linesPct":80}');
      expect(Buffer.from(await stored('logs/agent-01.log')).equals(Buffer.from(bytes))).to.equal(true);
      expect(store.location).to.include('kiro-worker-test-1');
    });

    it('replaces what was stored under the same name', async () => {
      const { store, stored } = open();
      await store.put('metadata.json', 'first');
      await store.put('metadata.json', 'second');
      expect((await stored('metadata.json')).toString()).to.equal('second');
    });

    it('says what could not be stored, and why, when the place refuses it', async () => {
      const { refusing, reason } = open();
      for (const name of ['metadata.json', 'logs/agent-01.log']) {
        const { message, remedy } = await expectError(refusing.put(name, 'x'), 'ARTIFACT_NOT_STORED');
        for (const part of [`${PREFIX}/${name}`, reason, remedy]) expect(message).to.include(part);
      }
    });

    it('refuses names that lead out of the run', async () => {
      const { store } = open();
      for (const bad of ['../metadata.json', '/etc/passwd', 'logs/../../x', 'a\\b', '']) {
        await expectError(store.put(bad, 'x'), 'ARTIFACT_NOT_STORED');
      }
    });
  });
}

describe('artifacts', () => {
  let folder: string;
  let s3: S3Double;
  let client: S3Client;

  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'kiro-artifacts-'));
    await writeFile(path.join(folder, 'taken'), 'a file where the folder should be');
    s3 = await startS3Double();
    client = new S3Client({ endpoint: s3.url, region: 'us-east-1', forcePathStyle: true, maxAttempts: 1 });
  });

  after(async () => {
    client.destroy();
    await s3.close();
    await rm(folder, { recursive: true, force: true });
  });

  describeArtifactStore('a folder', () => ({
    store: createDirectoryArtifacts({ directory: folder, prefix: PREFIX }),
    stored: (name) => readFile(path.join(folder, PREFIX, name)),
    refusing: createDirectoryArtifacts({ directory: path.join(folder, 'taken'), prefix: PREFIX }),
    reason: 'ENOTDIR',
  }));

  describeArtifactStore('S3', () => {
    s3.buckets.set('runs', new Map());
    return {
      store: createS3Artifacts({ client, bucketName: 'runs', prefix: PREFIX }),
      stored: async (name) => Buffer.from(s3.buckets.get('runs')?.get(`${PREFIX}/${name}`)?.body ?? []),
      refusing: createS3Artifacts({ client, bucketName: 'nobody-made-it', prefix: PREFIX }),
      reason: 'NoSuchBucket',
    };
  });
});
