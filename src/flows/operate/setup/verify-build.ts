import { ENV } from '../../../core/names.ts';
import type { Build, BuildService } from '../../../core/ports/builds.ts';
import type { Clock } from '../../../core/ports/clock.ts';
import type { EnvironmentState } from '../../../core/ports/operate/environment-state.ts';
import type { RunFiles } from '../../../core/ports/setup/run-files.ts';
import { artifactPrefix } from '../../../core/report/artifact-path.ts';
import { type Check, failed, passed, unknown } from '../../../core/setup/check.ts';
import { runCheck } from '../../../core/setup/run-check.ts';
import { parseSelfTestReport, SELF_TEST_FILE } from '../../../core/setup/self-test-report.ts';

export interface VerifyBuildPorts {
  readonly builds: Pick<BuildService, 'start' | 'get'>;
  readonly state: Pick<EnvironmentState, 'release'>;
  readonly files: RunFiles;
  readonly clock: Pick<Clock, 'sleep'>;
}

interface Request {
  readonly environment: string;
  /** Makes the start of the build unique. */
  readonly token: string;
  readonly onStep: (text: string) => void;
}

const LOOK_EVERY_MS = 10_000;

/** Starts a build that tries what every build needs, without any repository; waits until it has ended; returns what it found. */
export async function verifyBuild(ports: VerifyBuildPorts, request: Request): Promise<readonly Check[]> {
  return runCheck('self-test build', async () => {
    const { environment, token } = request;
    const release = await ports.state.release();
    if (release === null)
      return failed('self-test build', {
        detail: 'no release was chosen that it could run',
        remedy: `npx kiro-worker release --env ${environment}`,
      });
    const started = await ports.builds.start({ token, variables: { [ENV.selfTest]: '1' }, release });
    if (started.kind === 'at-capacity')
      return unknown('self-test build', {
        detail: `CodeBuild does not start one now: ${started.detail}`,
        remedy: 'Type the command again when the running builds have ended.',
      });
    if (started.kind === 'not-set-up')
      return failed('self-test build', {
        detail: started.detail,
        remedy: `npx kiro-worker deploy --env ${environment}`,
      });
    return judge(await waitFor(started.build, { ports, request }), { ports, request });
  });
}

/** A build that CodeBuild no longer knows has not ended well. */
async function waitFor(
  started: Build,
  { ports, request }: { ports: VerifyBuildPorts; request: Request },
): Promise<Build> {
  let build = started;
  while (!build.ended) {
    request.onStep(`${build.id}: ${build.currentPhase ?? build.status} (it goes on when you press Ctrl-C)`);
    await ports.clock.sleep(LOOK_EVERY_MS);
    build = (await ports.builds.get([started.id]))[0] ?? { ...build, status: 'FAULT', ended: true };
  }
  return build;
}

async function judge(
  build: Build,
  { ports, request: { environment } }: { ports: VerifyBuildPorts; request: Request },
): Promise<readonly Check[]> {
  const log = `npx kiro-worker logs ${build.id} --env ${environment}`;
  const text = await ports.files.read(`${artifactPrefix(environment, build.id)}/${SELF_TEST_FILE}`);
  if (text === null) return [nothingStored(build, { environment, log })];
  const found = parseSelfTestReport(text).map((check) => ({ ...check, name: `build: ${check.name}` }));
  const stored = passed('build: artifact', `${SELF_TEST_FILE} was stored, and can be read`);
  // The build itself ends well only where all of its checks do.
  if (build.status === 'SUCCEEDED' || found.some(({ state }) => state === 'failed' || state === 'unknown'))
    return [...found, stored];
  return [...found, stored, failed('self-test build', { detail: `${build.id} ended as ${build.status}`, remedy: log })];
}

function nothingStored(build: Build, { environment, log }: { environment: string; log: string }): Check {
  const detail = `${build.id} ended as ${build.status}, and stored no ${SELF_TEST_FILE}`;
  if (build.notRun !== undefined)
    return failed('self-test build', {
      detail: `${detail}: ${build.notRun.said}`,
      remedy:
        build.notRun.by === 'service'
          ? 'Type the command again: CodeBuild itself failed.'
          : `Have bucket, project and rights of the build as the templates say: npx kiro-worker deploy --env ${environment}; then publish the release anew: npx kiro-worker release --env ${environment}`,
    });
  return failed('self-test build', {
    detail,
    remedy: `Look at its log: ${log}. Where the bucket refused the file: npx kiro-worker deploy --env ${environment}; where the release is older than this checkout and knows no self-test: npx kiro-worker release --env ${environment}`,
  });
}
