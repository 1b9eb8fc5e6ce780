import { spawnSync } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import type { Build, BuildService, StartBuild } from '../../src/core/ports/builds.ts';

/** How the project is set up that a case runs against. */
export interface ProjectSetup {
  readonly buildspec: string;
  readonly projectVariables?: Readonly<Record<string, string>>;
  readonly concurrentBuildLimit?: number;
  readonly buildTimeoutMs?: number;
  readonly stopGraceMs?: number;
}

export interface BuildServiceHarness {
  readonly service: BuildService;
  /** The same service, pointed at something that nobody has set up. */
  readonly notSetUp: BuildService;
  /** The log of a build so far. */
  logOf(buildId: string): string;
  /** Starts a build whose answer does not reach the caller. */
  startLosingTheAnswer(request: StartBuild): Promise<void>;
  close(): Promise<void>;
}

/** What every BuildService promises, run on processes of this machine; `also` declares what depends on those processes alone. */
export function buildServiceContract(
  { name, also = it }: { name: string; also?: (title: string, test: Mocha.AsyncFunc) => void },
  open: (setup: ProjectSetup) => Promise<BuildServiceHarness>,
): void {
  describe(`build service: ${name}`, () => {
    let harness: BuildServiceHarness;
    const opening = async (setup: ProjectSetup) => {
      harness = await open(setup);
      return harness.service;
    };
    const run = async (setup: ProjectSetup, variables: Record<string, string> = {}) => {
      const service = await opening(setup);
      const { id } = await started(service, { token: 'a token', variables, release: null });
      const build = await endOf(service, id);
      return { build, output: outputOf(harness, id) };
    };
    afterEach(() => harness.close());

    it('starts a build, shows it while it runs and when it has ended', async () => {
      const service = await opening({ buildspec: commands('while [ ! -f "$GATE" ]; do sleep 0.01; done') });
      const before = Date.now();
      const build = await started(service, { token: 'token 1', variables: { GATE: '/' }, release: null });
      expect(build).to.include({ status: 'IN_PROGRESS', ended: false, endedAtMs: null });
      expect(build.startedAtMs).to.be.within(before - 1, Date.now() + 1);
      expect(build.variables).to.include({ GATE: '/', START_TOKEN: 'token 1' });
      await service.stop(build.id);
      const ended = await endOf(service, build.id);
      expect(ended.endedAtMs).to.be.within(build.startedAtMs, Date.now() + 1);
    });

    it('gives the build its variables and those of CodeBuild', async () => {
      const { build, output } = await run(
        {
          buildspec: commands(
            'echo "$BRANCH_NAME|$START_TOKEN|$CODEBUILD_BUILD_ID"',
            '[ "$PWD" = "$CODEBUILD_SRC_DIR" ]',
          ),
        },
        { BRANCH_NAME: '$(touch here) `id` "; exit 7; \' \\ é\nsecond line' },
      );
      expect(build.status).to.equal('SUCCEEDED');
      expect(output.join('\n')).to.equal(`$(touch here) \`id\` "; exit 7; ' \\ é\nsecond line|a token|${build.id}`);
    });

    also('lets the build override the project, and the project the buildspec', async () => {
      const buildspec = `env: { variables: { A: spec, B: spec, C: spec } }\n${commands('echo "$A $B $C"')}`;
      const { output } = await run({ buildspec, projectVariables: { B: 'project', C: 'project' } }, { C: 'build' });
      expect(output).to.deep.equal(['spec project build']);
    });

    also('keeps folder and exports within a phase, not between phases', async () => {
      const { output } = await run({
        buildspec: [
          'phases:',
          phase('install', ['export SHARED=yes; cd /', 'echo "$SHARED $PWD"']),
          phase('build', ['echo "shared:$SHARED"; [ "$PWD" = "$CODEBUILD_SRC_DIR" ] && echo home']),
        ].join('\n'),
      });
      expect(output).to.deep.equal(['yes /', 'shared:', 'home']);
    });

    also('ends a phase at its first failing command and runs its finally and post_build', async () => {
      const { build, output } = await run({
        buildspec: [
          'phases:',
          phase(
            'build',
            ['false; echo goes on', '(exit 3)', 'echo never'],
            ['echo finally $CODEBUILD_BUILD_SUCCEEDING'],
          ),
          phase('post_build', ['echo post $CODEBUILD_BUILD_SUCCEEDING']),
        ].join('\n'),
      });
      expect(build.status).to.equal('FAILED');
      expect(output).to.deep.equal(['goes on', 'finally 0', 'post 0']);
    });

    also('runs nothing after a failed install or pre_build but its finally', async () => {
      for (const failing of ['install', 'pre_build']) {
        const { build, output } = await run({
          buildspec: [
            'phases:',
            phase(failing, ['echo first', 'exit 1'], ['echo finally']),
            phase('build', ['echo never']),
            phase('post_build', ['echo never']),
          ].join('\n'),
        });
        expect(build.status).to.equal('FAILED');
        expect(output).to.deep.equal(['first', 'finally']);
        if (failing === 'install') await harness.close();
      }
    });

    it('answers a repeated token with the same build', async () => {
      const service = await opening({ buildspec: commands('echo once'), concurrentBuildLimit: 1 });
      const request = { token: 'the same', variables: { A: '1' }, release: null };
      const first = await started(service, request);
      expect((await started(service, request)).id).to.equal(first.id);
      await endOf(service, first.id);
      expect((await started(service, request)).id).to.equal(first.id);
      expect(outputOf(harness, first.id)).to.deep.equal(['once']);
    });

    it('refuses a repeated token with other parameters', async () => {
      const service = await opening({ buildspec: commands('true') });
      const first = await started(service, { token: 'the same', variables: { A: '1' }, release: null });
      const error = await failureOf(service.start({ token: 'the same', variables: { A: '2' }, release: null }));
      expect(error).to.include({ code: 'BUILD_SERVICE_FAILED' });
      await endOf(service, first.id);
    });

    it('says that it is at capacity, and starts again once a build has ended', async () => {
      const service = await opening({ buildspec: commands('sleep 600'), concurrentBuildLimit: 1 });
      const first = await started(service, { token: 'token 1', variables: {}, release: null });
      const second = await service.start({ token: 'token 2', variables: {}, release: null });
      expect(second.kind).to.equal('at-capacity');
      expect(await service.find('token 2')).to.equal(null);
      await service.stop(first.id);
      await endOf(service, first.id);
      const third = await started(service, { token: 'token 2', variables: {}, release: null });
      await service.stop(third.id);
    });

    it('says that it is not set up', async () => {
      await opening({ buildspec: commands('true') });
      const result = await harness.notSetUp.start({ token: 'a token', variables: {}, release: null });
      expect(result.kind).to.equal('not-set-up');
      expect(await harness.notSetUp.find('a token')).to.equal(null);
    });

    it('finds a build by its token when the answer to start was lost', async () => {
      const service = await opening({ buildspec: commands('echo once'), concurrentBuildLimit: 1 });
      const request = { token: 'lost', variables: {}, release: null };
      await harness.startLosingTheAnswer(request);
      const found = await service.find('lost');
      if (!found) throw new Error('the build was not found');
      expect((await endOf(service, found.id)).status).to.equal('SUCCEEDED');
      expect((await started(service, request)).id).to.equal(found.id);
      expect(outputOf(harness, found.id)).to.deep.equal(['once']);
      expect(await service.find('another')).to.equal(null);
    });

    it('gets many builds at once and leaves out the unknown', async () => {
      const service = await opening({ buildspec: commands('true'), concurrentBuildLimit: 3 });
      const ids: string[] = [];
      for (const token of ['1', '2', '3']) {
        ids.push((await started(service, { token, variables: {}, release: null })).id);
      }
      const unknown = Array.from({ length: 120 }, (_, index) => `${ids[0]?.split(':')[0]}:none-${index}`);
      const builds = await service.get([...unknown, ...ids, ...ids]);
      expect(builds.map(({ id }) => id)).to.have.members(ids);
      expect(await service.get([])).to.deep.equal([]);
      for (const id of ids) await endOf(service, id);
    });

    it('stops a build: nothing more runs, nothing is left alive', async () => {
      const service = await opening({
        buildspec: [
          'phases:',
          phase('build', ['sleep 61 & echo $!', 'trap "" TERM; sleep 62 & echo $!; wait'], ['echo never']),
          phase('post_build', ['echo never']),
        ].join('\n'),
        stopGraceMs: 100,
      });
      const { id } = await started(service, { token: 'a token', variables: {}, release: null });
      while (outputOf(harness, id).length < 2) await sleep(10);
      await service.stop(id);
      expect((await endOf(service, id)).status).to.equal('STOPPED');
      const output = outputOf(harness, id);
      expect(output).to.have.length(2);
      for (const pid of output) expect(isAlive(pid), pid).to.equal(false);
    });

    also('lets a stopped build tidy up', async () => {
      const service = await opening({
        buildspec: commands('sh -c \'trap "echo tidied; exit 0" TERM; echo ready; while :; do sleep 0.02; done\''),
        stopGraceMs: 100_000,
      });
      const { id } = await started(service, { token: 'a token', variables: {}, release: null });
      while (outputOf(harness, id).length < 1) await sleep(10);
      await service.stop(id);
      expect((await endOf(service, id)).status).to.equal('STOPPED');
      expect(outputOf(harness, id)).to.deep.equal(['ready', 'tidied']);
    });

    it('ends a build that takes too long, and runs nothing more of it', async () => {
      const { build, output } = await run({
        buildspec: [
          'phases:',
          phase('build', ['echo started; sleep 600'], ['echo never']),
          phase('post_build', ['echo never']),
        ].join('\n'),
        buildTimeoutMs: 150,
      });
      expect(build.status).to.equal('TIMED_OUT');
      // On a slow machine its time is up before it says anything.
      expect([[], ['started']]).to.deep.include(output);
    });

    it('takes the stop of an ended build for done, and refuses that of an unknown one', async () => {
      const { build } = await run({ buildspec: commands('true') });
      await harness.service.stop(build.id);
      expect((await endOf(harness.service, build.id)).status).to.equal('SUCCEEDED');
      const error = await failureOf(harness.service.stop(`${build.id.split(':')[0]}:unknown`));
      expect(error).to.include({ code: 'BUILD_SERVICE_FAILED' });
    });

    it('fails a build whose buildspec cannot be used', async () => {
      const { build } = await run({ buildspec: 'phases: { build: { command: [true] } }' });
      expect(build.status).to.equal('FAILED');
      expect(harness.logOf(build.id)).to.match(/phases\.build.*command/);
    });
  });
}

/** A buildspec's `phases` with nothing but a build phase. */
function commands(...all: string[]): string {
  return `phases:\n${phase('build', all)}`;
}

function phase(name: string, all: readonly string[], last: readonly string[] = []): string {
  return `  ${name}: { commands: ${JSON.stringify(all)}, finally: ${JSON.stringify(last)} }`;
}

async function started(service: BuildService, request: StartBuild): Promise<Build> {
  const result = await service.start(request);
  if (result.kind !== 'started') throw new Error(`${result.kind}: ${result.detail}`);
  return result.build;
}

async function endOf(service: BuildService, id: string): Promise<Build> {
  for (;;) {
    const [build] = await service.get([id]);
    if (build?.ended) return build;
    await sleep(15);
  }
}

async function failureOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => new Error('nothing failed'),
    (error: unknown) => error,
  );
}

/** What the commands have written, without the lines of the service and the shell. */
function outputOf(harness: BuildServiceHarness, id: string): string[] {
  return harness
    .logOf(id)
    .split('\n')
    .filter((line) => line !== '' && line !== 'Terminated' && !line.startsWith('[Container]'));
}

/** A zombie whose parent never asks for its status is not alive. */
function isAlive(pid: string): boolean {
  const { stdout } = spawnSync('ps', ['-o', 'stat=', '-p', pid], { encoding: 'utf8' });
  return stdout !== '' && !stdout.startsWith('Z');
}
