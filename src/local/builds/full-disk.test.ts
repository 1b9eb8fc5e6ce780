import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { strToU8, zipSync } from 'fflate';
import { createDirectoryArtifacts } from '../../adapters/local/directory-artifacts.ts';
import { errorMessage, isWorkerError } from '../../core/errors.ts';
import { createLocalBuilds, type LocalBuilds } from './local-builds.ts';

const SMALL_MB = 4;
/** More than fits on the small disk, and harmless should it end up on another one. */
const FILL = 'head -c 64000000 /dev/zero';

/** A folder on a disk of 4 MB; null where this user may not mount one. */
function mountSmallDisk(): string | null {
  const folder = mkdtempSync(join(tmpdir(), 'full-disk-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${SMALL_MB}m,mode=1777`, 'tmpfs', folder], { stdio: 'ignore' });
    return folder;
  } catch {
    rmSync(folder, { recursive: true });
    return null;
  }
}

const disk = mountSmallDisk();

if (disk === null) {
  describe('a full disk (not applicable: this user may not mount a small one)', () => {
    it('would be one that nothing can be mounted for', () => expect(mountSmallDisk()).to.equal(null));
  });
} else {
  describe('a full disk', () => {
    const builds: LocalBuilds[] = [];
    const { TMPDIR } = process.env;
    // Builds of root work below the system's temporary folder.
    before(() => {
      process.env.TMPDIR = disk;
    });
    after(async () => {
      if (TMPDIR === undefined) delete process.env.TMPDIR;
      else process.env.TMPDIR = TMPDIR;
      await Promise.all(builds.map((each) => each.close()));
      execFileSync('umount', ['-l', disk]);
      rmSync(disk, { recursive: true });
    });

    const open = (commands: string[]) => {
      const release = { 'buildspec.yml': strToU8(JSON.stringify({ version: 0.2, phases: { build: { commands } } })) };
      const opened = createLocalBuilds({
        root: join(disk, 'builds'),
        releaseZip: zipSync(release),
        projectVariables: {},
        concurrentBuildLimit: 1,
        buildTimeoutMs: 600_000,
        stopGraceMs: 100,
      });
      builds.push(opened);
      return opened;
    };
    const run = async (service: LocalBuilds, token: string) => {
      const started = await service.start({ token, variables: {}, release: null });
      if (started.kind !== 'started') throw new Error(started.kind);
      await service.waitForAll();
      const [build] = await service.get([started.build.id]);
      return build;
    };

    it('that a build fills itself ends that build, with a closed record, and the next one works', async () => {
      const filled = await run(open([`${FILL} > fill || true`, 'exit 3']), 'first');
      expect(filled).to.include({ ended: true, currentPhase: 'COMPLETED' });
      expect(['FAILED', 'FAULT']).to.include(filled?.status);
      expect(await run(open(['echo fine']), 'second')).to.include({ ended: true, status: 'SUCCEEDED' });
    });

    it('that others fill refuses artifacts and builds, says where to free space, and leaves no half a record', async () => {
      const service = open(['echo fine']);
      const known = (await service.list(10)).length;
      const fill = join(disk, 'fill');
      execFileSync('sh', ['-c', `${FILL} > ${fill} 2>/dev/null || true`]);
      const artifacts = createDirectoryArtifacts({ directory: disk, prefix: 'artifacts' });
      const notStored: unknown = await artifacts.put('x.log', 'x'.repeat(100_000)).catch((error: unknown) => error);
      expect(isWorkerError(notStored, 'ARTIFACT_NOT_STORED')).to.equal(true);
      expect(errorMessage(notStored)).to.include('free space');
      expect(existsSync(artifacts.location) ? readdirSync(artifacts.location) : []).to.deep.equal([]);
      const refused: unknown = await run(service, 'third').catch((error: unknown) => error);
      expect(isWorkerError(refused, 'BUILD_SERVICE_FAILED')).to.equal(true);
      expect(errorMessage(refused)).to.match(/What to do: Free space at /);
      expect(existsSync(fill)).to.equal(true);
      rmSync(fill);
      expect(await run(service, 'fourth')).to.include({ ended: true, status: 'SUCCEEDED' });
      expect((await service.list(10)).every(({ ended }) => ended)).to.equal(true);
      expect((await service.list(10)).length).to.be.above(known);
      writeFileSync(join(disk, 'again'), 'x');
      expect(readFileSync(join(disk, 'again'), 'utf8')).to.equal('x');
    });
  });
}
