import { closeSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { removeTree } from '../../adapters/files/remove-tree.ts';
import { isDiskFull } from '../../core/disk-full.ts';
import { errorMessage } from '../../core/errors.ts';
import type { BuildStatus } from '../../core/ports/builds.ts';
import { phaseEnvironment } from './build-environment.ts';
import type { BuildRecord, PhaseRecord } from './build-records.ts';
import { unpackSource } from './build-source.ts';
import { type Buildspec, PHASE_NAMES, type Phase, type PhaseName } from './buildspec.ts';
import { markStopped, runPhase } from './phase-shell.ts';
import { endProcessTree, processRef } from './process-tree.ts';
import { makeSourceFolder, removeSourceFolder } from './source-folder.ts';

export interface BuildRun {
  readonly record: BuildRecord;
  readonly arn: string;
  readonly region: string | null;
  readonly zip: Uint8Array;
  /** Folder of this build: src/, phases/, build.log. */
  readonly folder: string;
  readonly secretVariables: Readonly<Record<string, string>>;
  /** Aborts with the status that the build then ends in: STOPPED or TIMED_OUT. */
  readonly signal: AbortSignal;
  readonly stopGraceMs: number;
  readonly now: () => number;
  /** The record as it is kept now; needs no space on the disk. */
  readonly read: () => BuildRecord;
  readonly change: (change: (record: BuildRecord) => BuildRecord) => BuildRecord;
}

/** Runs the phases of the release's buildspec in CodeBuild's order and returns the status that the build ends in.
 *  A failed install or pre_build ends the build, a failed build still runs post_build; nothing runs after an abort,
 *  and nothing of the build is alive afterwards. */
export async function runBuild(run: BuildRun): Promise<BuildStatus> {
  const output = openSync(join(run.folder, 'build.log'), 'a');
  const log = (text: string) => writeLog(output, `[Container] ${new Date(run.now()).toISOString()} ${text}\n`);
  try {
    const source = await step(run, { name: 'DOWNLOAD_SOURCE', log, work: () => unpack(run) });
    if (source.failure !== null || source.value === null) return endOf(run, 'FAILED');
    return endOf(run, await runPhases(run, { ...source.value, output, log }));
  } finally {
    await endProcessTree(livingGroups(run.read()), run.stopGraceMs);
    for (const problem of await removeWorkFiles(run.folder)) log(problem);
    log('Build ended');
    closeSync(output);
  }
}

/** A full disk costs lines of the log, never the end of the build. */
function writeLog(output: number, text: string): void {
  try {
    writeSync(output, text);
  } catch (error) {
    if (!isDiskFull(error)) throw error;
  }
}

/** Process groups that are still the build's: their number has not gone to another process meanwhile. */
export function livingGroups(record: BuildRecord): number[] {
  return record.groups
    .filter((leader) => [undefined, leader.startedAt].includes(processRef(leader.pid)?.startedAt))
    .map((leader) => leader.pid);
}

/** Removes all of a build but its log; returns what could not be removed, which does not fail the build. */
export async function removeWorkFiles(folder: string): Promise<string[]> {
  const works = { src: () => removeSourceFolder(folder), phases: () => removeTree(join(folder, 'phases')) };
  const problems: string[] = [];
  for (const [name, remove] of Object.entries(works)) {
    try {
      await remove();
    } catch (error) {
      problems.push(`${join(folder, name)} could not be removed: ${errorMessage(error)}`);
    }
  }
  return problems;
}

type Log = (text: string) => void;

interface Source {
  readonly buildspec: Buildspec;
  readonly sourceFolder: string;
}

interface BuildContext extends Source {
  readonly output: number;
  readonly log: Log;
}

async function runPhases(run: BuildRun, context: BuildContext): Promise<BuildStatus> {
  let succeeding = true;
  for (const name of PHASE_NAMES) {
    const phase = context.buildspec.phases[name];
    if (run.signal.aborted) break;
    if (!phase) continue;
    const work = async () => ({ value: null, failure: await runShell(run, { ...context, name, phase, succeeding }) });
    const { failure } = await step(run, { name: name.toUpperCase(), log: context.log, work });
    if (failure === null) continue;
    succeeding = false;
    if (run.signal.aborted || !continuesAfterFailure(name, phase)) break;
  }
  return succeeding ? 'SUCCEEDED' : 'FAILED';
}

function continuesAfterFailure(name: PhaseName, phase: Phase): boolean {
  return phase.onFailure === 'CONTINUE' || (phase.onFailure === 'default' && name === 'build');
}

async function runShell(
  run: BuildRun,
  request: BuildContext & { name: PhaseName; phase: Phase; succeeding: boolean },
): Promise<string | null> {
  const { name, phase, succeeding, buildspec, sourceFolder, output } = request;
  const folder = join(run.folder, 'phases', name);
  const groups: number[] = [];
  const ended = runPhase({
    shell: buildspec.shell,
    phase,
    folder,
    cwd: sourceFolder,
    env: phaseEnvironment({
      ...run,
      sourceFolder,
      logFile: join(run.folder, 'build.log'),
      buildspecVariables: buildspec.variables,
      succeeding,
    }),
    output,
    onStart(pid) {
      groups.push(pid);
      const leader = { pid, startedAt: processRef(pid)?.startedAt ?? '' };
      run.change((record) => ({ ...record, groups: [...record.groups, leader] }));
    },
  });
  await Promise.race([ended, aborted(run.signal)]);
  if (run.signal.aborted) {
    markStopped(folder);
    await endProcessTree(groups, run.stopGraceMs);
  }
  return ended;
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}

async function unpack(run: BuildRun): Promise<{ value: Source | null; failure: string | null }> {
  try {
    const sourceFolder = makeSourceFolder(run.folder);
    return { value: { sourceFolder, buildspec: unpackSource(run.zip, sourceFolder) }, failure: null };
  } catch (error) {
    return { value: null, failure: errorMessage(error) };
  }
}

/** Runs `work` as a phase that record and log show. */
async function step<T>(
  run: BuildRun,
  { name, log, work }: { name: string; log: Log; work: () => Promise<{ value: T; failure: string | null }> },
): Promise<{ value: T; failure: string | null }> {
  const startedAtMs = run.now();
  const open: PhaseRecord = { name, status: 'IN_PROGRESS', startedAtMs, endedAtMs: null, detail: null };
  run.change((record) => ({ ...record, currentPhase: name, phases: [...record.phases, open] }));
  log(`Entering phase ${name}`);
  const result = await work();
  const failure = run.signal.aborted ? `ended: ${String(run.signal.reason)}` : result.failure;
  const status = failure === null ? 'SUCCEEDED' : endOf(run, 'FAILED');
  log(`Phase complete: ${name} State: ${status}${failure === null ? '' : ` (${failure})`}`);
  const closed: PhaseRecord = { ...open, status, endedAtMs: run.now(), detail: failure };
  run.change((record) => ({ ...record, phases: [...record.phases.slice(0, -1), closed] }));
  return { ...result, failure };
}

/** The status given, or the one that the build was aborted with. */
function endOf<T extends BuildStatus>({ signal }: BuildRun, status: T): T | 'STOPPED' | 'TIMED_OUT' {
  if (!signal.aborted) return status;
  return signal.reason === 'TIMED_OUT' ? 'TIMED_OUT' : 'STOPPED';
}
