import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect } from 'chai';
import { type FunctionScene, openFunctionScene } from '../../support/scenes/function.ts';
import { type Clone, makeClone } from '../stacks/clone.ts';
import { everydayCommand } from '../stacks/documents.ts';
import { bareEnvironment, type Finished, runProgram } from '../stacks/program.ts';
import { pythonTool } from '../stacks/tools.ts';
import { importRoot } from './codebuild-image.ts';
import { type Docker, startDocker } from './docker.ts';
import { buildLambdaImage } from './lambda-image.ts';
import { placeStandIns } from './stand-ins.ts';

describe('`sam local invoke`', function () {
  // On first use the base image is made from packages.
  this.timeout(1_200_000);
  let docker: Docker;
  let clone: Clone;
  let scene: FunctionScene;
  let endStandIns: (() => void) | undefined;

  before(async () => {
    docker = await startDocker();
    clone = await makeClone();
    scene = await openFunctionScene();
    await importRoot(docker);
    await buildLambdaImage(docker);
    await sam('sam build');
    const built = path.join(clone.folder, '.aws-sam/build');
    const functions = ['PollerFunction', 'FinalizerFunction'].map((name) => path.join(built, name));
    endStandIns = await placeStandIns(functions, addressesIn(scene.env));
    const variables = { PollerFunction: scene.variables, FinalizerFunction: scene.variables };
    await writeFile(path.join(clone.folder, 'events/env.json'), JSON.stringify(variables));
  });
  after(async () => {
    endStandIns?.();
    await Promise.all([docker?.stop(), clone?.remove(), scene?.close()]);
  });

  /** Runs a command line as a person types it, in the clone. */
  async function sam(command: string): Promise<Finished> {
    const programs = await pythonTool('sam-cli');
    // The one thing that is not typed: the base image is there already.
    const env = { ...docker.env, PATH: bareEnvironment([programs]).PATH ?? '', SAM_SKIP_PULL_IMAGE: '1' };
    const finished = await runProgram(docker.inNetwork(['sh', '-c', command]), { cwd: clone.folder, env });
    if (finished.code !== 0) throw new Error(`${command}\n${finished.stdout}${finished.stderr}`);
    return finished;
  }

  /** What the function answered: SAM prints it as the last line of its standard output. */
  async function invoke(command: string): Promise<unknown> {
    const { stdout, stderr } = await sam(command);
    const answer: unknown = JSON.parse(stdout.trim().split('\n').at(-1) ?? '');
    expect(answer, `${stdout}${stderr}`).not.to.have.property('errorType');
    return answer;
  }

  const typed = everydayCommand('a poll on this machine (needs Docker)');
  const withEvent = (event: string) => typed.replace('dry-run.json', event);

  it('decides in a dry run, as docs/deployment.md types it, and starts nothing', async () => {
    expect(await invoke(typed)).to.include({ outcome: 'dry-run' });
    expect(await scene.lock()).to.equal(null);
    expect(scene.column()).to.equal('For Implementation');
  });

  it('polls on a manual event: lock, build and card', async () => {
    expect(await invoke(withEvent('manual-poll.json'))).to.include({ outcome: 'started' });
    expect(await scene.lock()).to.include({ status: 'held' });
    expect(scene.column()).to.equal('In Progress');
  });

  it('polls on a tick of the schedule, which finds nothing more to start', async () => {
    expect(await invoke(withEvent('poll.json')))
      .to.have.property('outcome')
      .that.is.oneOf(['nothing-ready', 'at-capacity']);
  });

  it('closes the lock of a build that has ended, by the finalizer', async () => {
    const [build] = await scene.builds.list(1);
    await scene.builds.stop(build?.id ?? '');
    await scene.waitForEvents(2);
    await writeFile(path.join(clone.folder, 'events/ended.json'), JSON.stringify(scene.events.at(-1)));
    const command = withEvent('ended.json').replace('PollerFunction', 'FinalizerFunction');
    expect(await invoke(command)).to.have.length(1);
    expect(await scene.lock()).to.include({ status: 'released' });
  });
});

function addressesIn(env: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(env).filter(([, value]) => value.startsWith('http://127.0.0.1:')));
}
