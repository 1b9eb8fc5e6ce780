import { ENV, resourceNames } from '../../../core/names.ts';
import type { BuildService } from '../../../core/ports/builds.ts';
import { type AccountExperiment, TRIED } from '../../../core/setup/account-experiments.ts';
import { type Check, failed, passed, unknown } from '../../../core/setup/check.ts';
import { runCheck } from '../../../core/setup/run-check.ts';
import { type ProbePorts, probeLines, READS_SCRIPT, runProbe, STOP_SCRIPT, waitForLine } from './probe-builds.ts';

export interface AccountChecksPorts extends ProbePorts {
  readonly builds: Pick<BuildService, 'start' | 'get' | 'stop'>;
}

interface Request {
  readonly environment: string;
  readonly maxConcurrentBuilds: number;
  /** Release that the builds of the limit run. */
  readonly release: string | null;
  /** Makes the starts of builds unique. */
  readonly token: string;
  /** One that is made to ring. */
  readonly alarm: string;
  readonly onStep: (text: string) => void;
}

/** Tries what only an account can answer: some builds, and one alarm that rings. Returns one check per question; an answer that differs from
 *  what the product takes for granted fails, with what to change. */
export async function checkAccountAnswers(ports: AccountChecksPorts, request: Request): Promise<Check[]> {
  const tries: ReadonlyArray<readonly [AccountExperiment, () => Promise<Answer>]> = [
    [TRIED.fill, () => tryFill(ports)],
    [TRIED.alarm, () => tryAlarm(ports, request)],
    [TRIED.reads, () => tryReads(ports, request)],
    [TRIED.stop, () => tryStop(ports, request)],
    [TRIED.limit, () => tryLimit(ports, request)],
  ];
  const checks: Check[] = [];
  for (const [experiment, run] of tries) {
    request.onStep(experiment.question);
    checks.push(...(await runCheck(`account: ${experiment.id}`, async () => checkOfAnswer(experiment, await run()))));
  }
  return checks;
}

interface Answer {
  readonly state: 'as-assumed' | 'differs' | 'unknown';
  readonly detail: string;
}

function checkOfAnswer({ id, assumed, change }: AccountExperiment, { state, detail }: Answer): Check {
  const name = `account: ${id}`;
  if (state === 'as-assumed') return passed(name, detail);
  if (state === 'differs') return failed(name, { detail: `${detail}; taken for granted: ${assumed}`, remedy: change });
  return unknown(name, { detail, remedy: 'Type the command again when no build runs.' });
}

async function tryFill({ probe }: AccountChecksPorts): Promise<Answer> {
  const value = await probe.fillOfNothing();
  if (value === 0) return { state: 'as-assumed', detail: 'FILL gives 0 for a metric that was never written' };
  return { state: 'differs', detail: value === null ? 'FILL gives nothing' : `FILL gives ${value}` };
}

async function tryAlarm({ probe, clock }: AccountChecksPorts, { alarm }: Request): Promise<Answer> {
  const sinceMs = clock.now() - 1000;
  await probe.ring(alarm);
  for (let look = 0; look < 12; look += 1) {
    await clock.sleep(5000);
    const said = await probe.actionsOf(alarm, sinceMs);
    const wrong = said.find((line) => /^Failed/i.test(line));
    if (wrong !== undefined) return { state: 'differs', detail: wrong };
    if (said.some((line) => /^Successfully executed/i.test(line)))
      return { state: 'as-assumed', detail: `${alarm} has published; whoever is subscribed got a mail` };
  }
  return { state: 'unknown', detail: `${alarm} has done nothing within a minute` };
}

async function tryReads(ports: AccountChecksPorts, request: Request): Promise<Answer> {
  const lines = await runProbe(ports, { ...probeOf(request), script: READS_SCRIPT });
  if (!lines.includes('end')) return { state: 'unknown', detail: 'the build did not get to its end' };
  const open = lines.filter((line) => /^(?:reads|finds) /.test(line));
  if (open.length === 0) return { state: 'as-assumed', detail: 'nothing that leads to the credentials' };
  return { state: 'differs', detail: `another user ${open.join(', ')}` };
}

async function tryStop(ports: AccountChecksPorts, request: Request): Promise<Answer> {
  const place = probeOf(request);
  const id = await ports.probe.startScript(STOP_SCRIPT);
  try {
    if (!(await waitForLine(ports, { ...place, id, line: 'ready' })))
      return { state: 'unknown', detail: 'the build did not get to its commands' };
  } finally {
    await ports.builds.stop(id);
  }
  // Its last lines come late.
  await ports.clock.sleep(30_000);
  const lines = await probeLines(ports, { ...place, id });
  if (lines.includes('term')) return { state: 'differs', detail: 'SIGTERM reaches the commands of a stopped build' };
  return { state: 'as-assumed', detail: 'the log of a stopped build shows no SIGTERM' };
}

async function tryLimit({ builds }: AccountChecksPorts, request: Request): Promise<Answer> {
  const { environment, maxConcurrentBuilds, release, token } = request;
  if (release === null) return { state: 'unknown', detail: `no release was chosen in ${environment}` };
  const running: string[] = [];
  try {
    for (let n = 0; n <= maxConcurrentBuilds; n += 1) {
      const started = await builds.start({ token: `${token}-${n}`, variables: { [ENV.selfTest]: '1' }, release });
      if (started.kind === 'at-capacity')
        return { state: 'as-assumed', detail: `after ${n} builds: ${started.detail}` };
      if (started.kind === 'not-set-up') return { state: 'unknown', detail: started.detail };
      running.push(started.build.id);
    }
    return { state: 'differs', detail: `${running.length} builds were started at once, none was refused` };
  } finally {
    for (const id of running) await builds.stop(id);
  }
}

function probeOf({ environment }: Request) {
  return { log: resourceNames(environment).buildLogGroup };
}
