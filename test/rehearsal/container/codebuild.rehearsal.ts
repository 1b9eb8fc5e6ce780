import { expect } from 'chai';
import { buildCodeBuildImage, importRoot, runInBuildContainer } from './codebuild-image.ts';
import { type Docker, startDocker } from './docker.ts';
import { type BuildReport, type Look, parseBuildReport } from './inside/report.ts';
import { SECRETS_OF_ROOT } from './inside/repositories.ts';

/** What judges the separation of untrusted programs on any machine judges it here as well. */
const SUITES = ['src/adapters/process/sandbox.test.ts'];

/** Of the drill, as far as a machine without namespaces and devices can show them. */
const ATTEMPTS_AT_LEAST = 200;

const REFUSED = /Operation not permitted/;

describe("a container in CodeBuild's shape", function () {
  this.timeout(300_000);
  let docker: Docker;
  const inside = (...command: string[]) => runInBuildContainer(docker, { command });

  async function build(kind: string): Promise<BuildReport> {
    const { stdout } = await inside('node', '/checkout/test/rehearsal/container/inside/build.ts', kind);
    return parseBuildReport(stdout);
  }

  before(async () => {
    docker = await startDocker();
    await importRoot(docker);
    await buildCodeBuildImage(docker);
  });
  after(() => docker?.stop());

  describe('refuses what CodeBuild refuses', () => {
    it('is root, without the rights that would make it one of the machine', async () => {
      const { stdout } = await inside('sh', '-c', 'id -u; grep -E "^(CapEff|Seccomp|NoNewPrivs):" /proc/1/status');
      expect(stdout.split(/\s+/).join(' ').trim()).to.equal('0 CapEff: 00000000a80425fb NoNewPrivs: 0 Seccomp: 2');
    });

    for (const namespace of ['mount', 'user', 'pid', 'net', 'ipc']) {
      it(`a ${namespace} namespace`, async () => {
        const { stdout } = await inside('sh', '-c', `unshare --${namespace} true 2>&1; echo "exit $?"`);
        expect(stdout).to.match(REFUSED).and.to.include('exit 1');
      });
    }

    it('mounts, and other containers', async () => {
      await docker.run([
        'run',
        '--detach',
        '--name',
        'other',
        '--env',
        'SECRET=of-the-other',
        'codebuild',
        'sleep',
        '600',
      ]);
      try {
        const script =
          'mount -t tmpfs none /mnt 2>&1; cat /proc/[0-9]*/environ | grep -c of-the-other; ls -d /proc/[0-9]*';
        const { stdout } = await inside('sh', '-c', script);
        expect(stdout)
          .to.match(/permission denied/i)
          .and.to.match(/^0$/m)
          .and.to.include('/proc/1\n');
        expect(stdout.match(/^\/proc\/\d+$/gm)).to.have.length.below(5);
      } finally {
        await docker.run(['rm', '--force', 'other']);
      }
    });

    it('other users the home of root, with Python and Go in it', async () => {
      const asRoot = 'python3 -c "import json; print(json.dumps([1]))"; go version; ls -ld /root | cut -c1-10';
      expect((await inside('sh', '-c', asRoot)).stdout).to.match(/^\[1\]\ngo version go1.*\ndrwx------/);
      const asOther = 'setpriv --reuid=1000 --clear-groups python3 -c "print(1)" 2>&1 || echo failed';
      expect((await inside('sh', '-c', asOther)).stdout).to.match(/Permission denied\nfailed\n$/);
    });
  });

  describe('a whole build of the release', () => {
    let report: BuildReport;
    let looks: readonly Look[];

    before(async () => {
      report = await build('node');
      looks = report.looks.filter(({ name }) => name !== 'root');
    });

    it('completes the card: phases, lock, pull request, pushed head', () => {
      const { build, lock, column, draft, commits, head, tasks, log } = report;
      expect(report.outcome).to.equal('started');
      expect(lock, log).to.deep.equal({ status: 'released', lastOutcome: 'completed' });
      expect(build).to.deep.include({ status: 'SUCCEEDED', exitCode: 0 });
      expect(build.phases.map(({ name, status }) => `${name} ${status}`)).to.include.members([
        'INSTALL SUCCEEDED',
        'BUILD SUCCEEDED',
      ]);
      expect(column).to.equal('In Review');
      expect(draft).to.equal(false);
      expect(commits.flatMap(({ task }) => task ?? [])).to.deep.equal(['1', '2']);
      expect(commits.at(-1)?.id).to.equal(head);
      expect(tasks).to.include('- [x] 1.').and.to.include('- [x] 2.').and.to.include('- [ ]* 3.');
    });

    it('runs agent and tests as the untrusted user alone', () => {
      expect(looks.filter(({ name }) => name === 'agent')).to.have.length.at.least(2);
      expect(looks.filter(({ name }) => name === 'tests')).to.have.length.at.least(1);
      for (const { uid, groups } of looks) {
        expect(uid).to.be.greaterThan(0);
        expect(new Set(groups).size).to.be.at.most(1);
        expect(groups).not.to.include(0);
      }
      expect(report.log).to.match(/Agent and tests run as the user/);
    });

    it('shows no secret to them: no file, no command line, no environment of another user', () => {
      const root = report.looks.find(({ name }) => name === 'root');
      expect(root?.secretsIn, 'what root finds')
        .to.include('/codebuild/output/tmp/env.sh')
        .and.to.include('/proc/1/environ')
        .and.to.include.members(SECRETS_OF_ROOT);
      for (const { name, secretsIn, otherEnvironments, signalled } of looks)
        expect({ name, secretsIn, otherEnvironments, signalled }).to.deep.equal({
          name,
          secretsIn: [],
          otherEnvironments: [],
          signalled: [],
        });
    });

    it('lets them start the tool chains below the home of root, and see nothing else of it', () => {
      for (const { python, pip, go, home } of looks) {
        expect(python).to.equal('exit 0: 1');
        expect(pip).to.match(/^exit 0: pip \d.*\/root\/\.pyenv\/versions/);
        expect(go).to.match(/^exit 0: go version go1\.\d+/);
        expect(home).to.match(/^exit 2: .*Permission denied/);
      }
      expect(report.log).to.match(/They also reach \/root\/\.pyenv, \/root\/\.goenv/);
    });

    it('gives them no namespace either', () => {
      for (const { mountNamespace, userNamespace } of looks)
        expect([mountNamespace, userNamespace].every((outcome) => REFUSED.test(outcome))).to.equal(true);
    });

    it('leaves nothing alive, and no workspace', () => {
      expect(report.alive).to.deep.equal([]);
      const records = /^builds\.sqlite/;
      const left = report.left
        .filter((path) => !records.test(path))
        .map((path) => path.replace(/^[0-9a-f-]{36}/, 'ID'));
      expect(left.sort()).to.deep.equal(['ID', 'ID/build.log', 'tmp', 'tmp/env.sh']);
    });
  });

  describe('a whole build of another repository', () => {
    for (const kind of ['python', 'go'])
      it(`completes the card where ${kind} tests it`, async () => {
        const { outcome, lock, build: built, column, log } = await build(kind);
        expect(outcome).to.equal('started');
        expect(lock, log).to.deep.equal({ status: 'released', lastOutcome: 'completed' });
        expect(built).to.include({ status: 'SUCCEEDED', exitCode: 0 });
        expect(column).to.equal('In Review');
      });
  });

  describe('the separation of untrusted programs', () => {
    for (const suite of SUITES)
      it(`passes ${suite} in there too`, async () => {
        const { stdout } = await inside('node', 'scripts/dev/checks/mocha.ts', suite);
        expect(stdout).to.match(/^[1-9]\d* passed, 0 failed, 0 skipped$/m);
      });

    it('withstands every attempt of the drill, without any namespace', async () => {
      const drill = 'unshare --mount true 2>&1; unshare --user true 2>&1; node scripts/dev/drill.ts --area trust';
      const { stdout } = await inside('sh', '-c', drill);
      expect(stdout.match(/unshare failed: Operation not permitted/g)).to.have.length(2);
      const [, runs, violations] = /^(\d+) runs, (\d+) violations$/m.exec(stdout) ?? [];
      process.stdout.write(`      ${runs} attempts, ${violations} violations\n`);
      expect(Number(violations)).to.equal(0);
      expect(Number(runs)).to.be.at.least(ATTEMPTS_AT_LEAST);
      // Each has struck: what was not there could not be withstood.
      expect(stdout.match(/^\S+\/\S+ +[1-9]\d*$/gm)).to.have.length(Number(runs));
    }).timeout(900_000);
  });
});
