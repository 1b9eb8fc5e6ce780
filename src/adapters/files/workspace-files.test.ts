import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect } from 'chai';
import type { ReportWatch, WorkspaceFiles } from '../../core/ports/workspace-files.ts';
import { createWorkspaceFiles } from './workspace-files.ts';

describe('workspace files', () => {
  let top: string;
  let workspace: string;
  let files: WorkspaceFiles;
  let watch: ReportWatch;

  beforeEach(async () => {
    top = mkdtempSync(join(tmpdir(), 'workspace-files-'));
    workspace = join(top, 'workspace');
    mkdirSync(workspace);
    files = createWorkspaceFiles(workspace);
    watch = await files.watch({ folder: '.', patterns: [] });
  });
  afterEach(() => rmSync(top, { recursive: true, force: true }));

  function put(path: string, text = path): void {
    mkdirSync(dirname(join(workspace, path)), { recursive: true });
    writeFileSync(join(workspace, path), text);
  }

  async function collect(patterns: string[], from = watch) {
    const { files: found, problems } = await from.collect(patterns);
    return { paths: found.map(({ path }) => path), problems };
  }

  describe('watch', () => {
    it('removes what matches and nothing else', async () => {
      for (const path of ['junit.xml', 'r/a.xml', 'r/b.txt', 'r/deep/c.xml', 'keep.xml']) put(path);
      watch = await files.watch({ folder: '.', patterns: ['junit.xml', 'r/*.xml', 'absent/*.xml'] });
      expect(watch.removed).to.deep.equal(['junit.xml', 'r/a.xml']);
      expect(existsSync(join(workspace, 'junit.xml'))).to.equal(false);
      for (const path of ['r/b.txt', 'r/deep/c.xml', 'keep.xml'])
        expect(readFileSync(join(workspace, path), 'utf8')).to.equal(path);
    });

    it('removes nothing behind a link, and a link itself', async () => {
      mkdirSync(join(top, 'outside'));
      writeFileSync(join(top, 'outside', 'lcov.info'), 'theirs');
      symlinkSync(join(top, 'outside'), join(workspace, 'coverage'));
      symlinkSync(join(top, 'outside', 'lcov.info'), join(workspace, 'lcov.info'));
      watch = await files.watch({ folder: '.', patterns: ['coverage/lcov.info', 'coverage/**', 'lcov.info'] });
      expect(watch.removed).to.deep.equal(['lcov.info']);
      expect(readFileSync(join(top, 'outside', 'lcov.info'), 'utf8')).to.equal('theirs');
    });

    it('refuses a file that is older than the run', async () => {
      put('committed.xml');
      watch = await files.watch({ folder: '.', patterns: ['junit.xml'] });
      execFileSync('mv', [join(workspace, 'committed.xml'), join(workspace, 'junit.xml')]);
      expect(await watch.collect(['junit.xml'])).to.deep.equal({
        files: [],
        problems: ['junit.xml is older than this run.'],
      });
    });

    it('takes a file that was written since, whatever time its clock says', async () => {
      for (const seconds of [1000, 4_000_000_000]) {
        put('junit.xml', `${seconds}`);
        watch = await files.watch({ folder: '.', patterns: ['junit.xml'] });
        put('junit.xml', `${seconds}`);
        utimesSync(join(workspace, 'junit.xml'), seconds, seconds);
        expect(await collect(['junit.xml'])).to.deep.equal({ paths: ['junit.xml'], problems: [] });
      }
    });
  });

  describe('collect', () => {
    it('finds paths and globs, each file once, in order', async () => {
      const inFolder = await files.watch({ folder: 'x', patterns: [] });
      for (const path of [
        'b.xml',
        'a.xml',
        'x/1.xml',
        'x/y/2.xml',
        '.hidden/3.xml',
        'node_modules/4.xml',
        'x/.git/5.xml',
      ])
        put(path);
      expect(await collect(['a.xml', './b.xml', '*.xml', 'x/*.xml'])).to.deep.equal({
        paths: ['a.xml', 'b.xml', 'x/1.xml'],
        problems: [],
      });
      expect((await collect(['**/*.xml'])).paths).to.deep.equal([
        '.hidden/3.xml',
        'a.xml',
        'b.xml',
        'x/1.xml',
        'x/y/2.xml',
      ]);
      expect((await collect(['*.xml'], inFolder)).paths).to.deep.equal(['1.xml']);
      expect((await collect(['x/{1,2}.xml', 'none.xml'])).paths).to.deep.equal(['x/1.xml']);
    });

    it('gives the bytes as they are, also when they are not valid UTF-8', async () => {
      put('a.xml', 'é');
      writeFileSync(join(workspace, 'b.xml'), Buffer.from([0x61, 0xff]));
      const { files: found } = await watch.collect(['*.xml']);
      expect(found).to.deep.equal([
        { path: 'a.xml', bytes: Buffer.from('é') },
        { path: 'b.xml', bytes: Buffer.from([0x61, 0xff]) },
      ]);
    });

    it('never follows a link, to a file or a folder, inside or out', async () => {
      mkdirSync(join(top, 'outside'));
      writeFileSync(join(top, 'outside', 'secret.xml'), 'secret');
      put('real/own.xml');
      symlinkSync(join(top, 'outside', 'secret.xml'), join(workspace, 'a.xml'));
      symlinkSync(join(top, 'outside'), join(workspace, 'out'));
      symlinkSync(join(workspace, 'real'), join(workspace, 'in'));
      symlinkSync('/nowhere', join(workspace, 'broken.xml'));
      expect(await collect(['a.xml', 'broken.xml', 'out/secret.xml', 'in/*.xml', '**/*.xml'])).to.deep.equal({
        paths: ['real/own.xml'],
        problems: [
          'out is a link, which is not followed.',
          'in is a link, which is not followed.',
          'a.xml is a link, which is not followed.',
          'broken.xml is a link, which is not followed.',
        ],
      });
    });

    it('does not wait for a pipe, and reads no folder', async () => {
      execFileSync('mkfifo', [join(workspace, 'pipe.xml')]);
      mkdirSync(join(workspace, 'folder.xml'));
      expect(await collect(['*.xml'])).to.deep.equal({ paths: [], problems: ['pipe.xml is not a regular file.'] });
    });

    it('reads nothing that has no end: a socket, a device, a link to one, a sparse file of 10 GB', async () => {
      const socket = createServer().listen(join(workspace, 'a.xml'));
      await once(socket, 'listening');
      symlinkSync('/dev/zero', join(workspace, 'b.xml'));
      put('c.xml');
      truncateSync(join(workspace, 'c.xml'), 10 * 1024 ** 3);
      expect(await collect(['*.xml'])).to.deep.equal({
        paths: [],
        problems: [
          'a.xml is not a regular file.',
          'b.xml is a link, which is not followed.',
          'c.xml is too large (10737418240 bytes).',
        ],
      });
      socket.close();
    });

    it('removes pipes and sockets that stand where a report is to be, and does not wait', async () => {
      execFileSync('mkfifo', [join(workspace, 'pipe.xml')]);
      symlinkSync('/dev/zero', join(workspace, 'zero.xml'));
      const again = await files.watch({ folder: '.', patterns: ['*.xml'] });
      expect(again.removed).to.deep.equal(['pipe.xml', 'zero.xml']);
    });

    it('reads no file with a second name, whose bytes may be of somewhere else', async () => {
      writeFileSync(join(top, 'secret'), 'secret');
      linkSync(join(top, 'secret'), join(workspace, 'a.xml'));
      const { paths, problems } = await collect(['a.xml']);
      expect(paths).to.deep.equal([]);
      expect(problems.join()).to.match(/^a\.xml has several names/);
    });

    it('says of names that are not UTF-8, and of folders that lie too deep, that they cannot be used', async () => {
      put('a.xml');
      writeFileSync(Buffer.from(join(workspace, 'caf\xe9.xml'), 'latin1'), '');
      const script = 'for i in $(seq 30); do d=$(printf "%0200d" 7); mkdir "$d" && cd "$d" || exit 1; done';
      execFileSync('bash', ['-c', script], { cwd: workspace });
      const again = await files.watch({ folder: '.', patterns: ['b/**/*.xml', '*.xml'] });
      expect(again.removed).to.deep.equal(['a.xml']);
      put('a.xml');
      expect(await collect(['**/*.xml'], again)).to.deep.equal({
        paths: ['a.xml'],
        problems: ['caf\ufffd.xml has a name that is not UTF-8.', '**/*.xml leads into a folder that lies too deep.'],
      });
      execFileSync('rm', ['-rf', workspace]);
    });

    it('keeps its limits for one file and for all', async () => {
      const limited = createWorkspaceFiles(workspace, { fileBytes: 10, totalBytes: 15 });
      const limitedWatch = await limited.watch({ folder: '.', patterns: [] });
      put('a.xml', '0123456789');
      put('b.xml', '01234567890');
      put('c.xml', '012345');
      put('d.xml', '01234');
      expect(await collect(['*.xml'], limitedWatch)).to.deep.equal({
        paths: ['a.xml', 'd.xml'],
        problems: ['b.xml is too large (11 bytes).', 'c.xml is too large (6 bytes).'],
      });
    });

    it('reads 50 MB at most', async () => {
      put('huge.xml');
      truncateSync(join(workspace, 'huge.xml'), 50 * 1024 * 1024 + 1);
      expect((await collect(['huge.xml'])).problems).to.deep.equal(['huge.xml is too large (52428801 bytes).']);
    });

    it('leaves what it finds in folders that nobody named, and takes what is new of it', async () => {
      put('fixtures/target/a.xml');
      put('app/target/b.xml');
      const again = await files.watch({ folder: '.', patterns: ['**/target/*.xml'] });
      expect(again.removed).to.deep.equal([]);
      expect(await collect(['**/target/*.xml'], again)).to.deep.equal({ paths: [], problems: [] });
      rmSync(join(workspace, 'app'), { recursive: true });
      put('app/target/b.xml', 'new');
      expect(await collect(['**/target/*.xml', '*/target/*.xml'], again)).to.deep.equal({
        paths: ['app/target/b.xml'],
        problems: [],
      });
      const named = await collect(['fixtures/target/a.xml'], again);
      expect(named.problems).to.deep.equal(['fixtures/target/a.xml is older than this run.']);
    });

    it('gives up on too many files', async () => {
      for (let at = 0; at < 2100; at += 1) writeFileSync(join(workspace, `${at}.xml`), '');
      expect((await collect(['*.xml'])).problems).to.deep.equal(['*.xml matches, or leads through, too many files.']);
    });

    it('says when the folder has become a link', async () => {
      put('app/junit.xml');
      watch = await files.watch({ folder: 'app', patterns: [] });
      rmSync(join(workspace, 'app'), { recursive: true });
      symlinkSync(top, join(workspace, 'app'));
      expect(await watch.collect(['junit.xml'])).to.deep.equal({
        files: [],
        problems: ['The folder app is gone, or a link stands in its place.'],
      });
    });
  });

  describe('look', () => {
    it('returns names of files and the wanted texts', async () => {
      put('app/package.json', '{}');
      put('app/go.mod', 'module m');
      put('app/src/x.ts');
      symlinkSync('/etc/passwd', join(workspace, 'app', 'pyproject.toml'));
      const content = await files.look('app', (path) => (/package.json|pyproject/.test(path) ? 'whole' : 'none'));
      expect([...(content?.paths ?? [])].sort()).to.deep.equal(['go.mod', 'package.json', 'src/x.ts']);
      expect(content?.texts).to.deep.equal({ 'package.json': '{}' });
      expect((await files.look('.', () => 'none'))?.paths[0]).to.match(/^app\/(?:go.mod|package.json)$/);
    });

    it('reads only the start of a file where that is enough, and enters no folder of dependencies', async () => {
      put('yarn.lock', 'x'.repeat(3 * 1024 ** 2));
      put('node_modules/a/package.json', '{}');
      const content = await files.look('.', () => 'start');
      expect(content?.paths).to.deep.equal(['yarn.lock']);
      expect(content?.texts['yarn.lock']).to.have.length(16 * 1024);
    });

    it('lists no pipe, socket or link as a file, waits for none, and reads no text above 1 MB', async () => {
      execFileSync('mkfifo', [join(workspace, 'package.json')]);
      symlinkSync('/dev/zero', join(workspace, 'go.mod'));
      put('pom.xml');
      truncateSync(join(workspace, 'pom.xml'), 10 * 1024 ** 3);
      const content = await files.look('.', () => 'whole');
      expect(content).to.deep.equal({ paths: ['pom.xml'], texts: {} });
    });

    it('knows no folder that is absent, a file, or behind a link', async () => {
      put('file');
      put('real/x');
      symlinkSync(join(workspace, 'real'), join(workspace, 'link'));
      symlinkSync(top, join(workspace, 'out'));
      for (const folder of ['absent', 'file', 'link', 'out/workspace/real']) {
        expect(await files.look(folder, () => 'whole'), folder).to.equal(null);
      }
    });
  });
});
