import { expect } from 'chai';
import { buildToolChainImage, importRoot, runInBuildContainer } from './codebuild-image.ts';
import { type Docker, startDocker } from './docker.ts';
import { type BuildReport, parseBuildReport } from './inside/report.ts';

describe("tool chains in the places of CodeBuild's image", function () {
  this.timeout(600_000);
  let docker: Docker;
  const inside = (...command: string[]) => runInBuildContainer(docker, { command, image: 'tool-chains' });

  async function build(kind: string): Promise<BuildReport> {
    return parseBuildReport((await inside('node', '/checkout/test/rehearsal/container/inside/build.ts', kind)).stdout);
  }

  before(async () => {
    docker = await startDocker();
    await importRoot(docker);
    await buildToolChainImage(docker);
  });
  after(() => docker?.stop());

  it('are others by default, and closed to other users', async () => {
    const script = 'node --version; python3 --version; go version; java -version 2>&1; ls -ld /root | cut -c1-10';
    const { stdout } = await inside('sh', '-c', script);
    expect(stdout).to.match(/^v(?!20\.)/m);
    expect(stdout).to.match(/^Python (?!3\.12)/m);
    expect(stdout)
      .to.match(/go version go1\.24/)
      .and.to.match(/version "(?!17\.)/)
      .and.to.include('drwx------');
    const asOther = 'setpriv --reuid=1000 --clear-groups python3 --version 2>&1 || echo failed';
    expect((await inside('sh', '-c', asOther)).stdout).to.match(/Permission denied\nfailed\n$/);
  });

  for (const [kind, choice] of [
    ['old-node', /Commands run with node 20\.\S+: \/usr\/local\/n\/versions\/node\/20\.\S+\/bin\/node/],
    ['old-python', /Commands run with python 3\.12\.\S+: \/root\/\.pyenv\/versions\/3\.12\.\S+\/bin\/python3/],
    ['new-go', /Commands run with go 1\.25\.\S+: \/root\/\.goenv\/versions\/1\.25\.\S+\/bin\/go/],
    ['old-java', /Commands run with jdk 17\.\S+: \/usr\/lib\/jvm\/\S+\/bin\/java/],
  ] as const)
    it(`complete a card whose repository asks for another: ${kind}`, async () => {
      const { lock, build: built, column, log } = await build(kind);
      expect(lock, log).to.deep.equal({ status: 'released', lastOutcome: 'completed' });
      expect(built).to.include({ status: 'SUCCEEDED', exitCode: 0 });
      expect(column).to.equal('In Review');
      expect(log).to.match(choice);
    });
});
