import { readFileSync } from 'node:fs';
import { uptime } from 'node:os';
import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { WorkerError } from '../../core/errors.ts';
import type { BuildService, StartResult } from '../../core/ports/builds.ts';
import type { Clock } from '../../core/ports/clock.ts';
import { isSystemError } from '../../core/system-error.ts';
import { type BuildRecord, type BuildRecords, openBuildRecords } from './build-records.ts';
import { arnOf, folderOf, type LocalBuild, viewOf } from './build-view.ts';
import { checkSameRequest, checkVariables, type LocalStartBuild, newRecord } from './new-record.ts';
import { settleRecord } from './orphaned-build.ts';
import { createRunningBuilds, type RunningBuilds } from './running-builds.ts';

export interface LocalBuildsOptions {
  /** Folder of the records and of one folder per build, where `build.log` stays. */
  readonly root: string;
  /** The release that builds run, or the file that holds it. */
  readonly releaseZip: Uint8Array | string;
  readonly projectVariables: Readonly<Record<string, string>>;
  /** Passed to the processes of a build, kept in no record. */
  readonly secretVariables?: Readonly<Record<string, string>>;
  readonly concurrentBuildLimit: number;
  readonly buildTimeoutMs: number;
  /** How long a stopped or timed-out build may clean up between SIGTERM and SIGKILL; 10 s by default. */
  readonly stopGraceMs?: number;
  readonly project?: string;
  readonly region?: string;
  /** Receives each line of a build's log, at most 100 ms late. */
  readonly onOutput?: (buildId: string, line: string) => void;
  readonly onEnd?: BuildListener;
  readonly clock?: Pick<Clock, 'now'>;
  /** How long this machine has been up, in milliseconds: never jumps, and is the same for all processes. */
  readonly uptimeMs?: () => number;
}

export type BuildListener = (build: LocalBuild) => void | Promise<void>;

export interface LocalBuilds extends BuildService {
  readonly project: string;
  start(request: LocalStartBuild): Promise<StartResult>;
  find(token: string): Promise<LocalBuild | null>;
  get(ids: readonly string[]): Promise<LocalBuild[]>;
  /** Newest first. */
  list(limit: number): Promise<LocalBuild[]>;
  /** Resolves when the build has ended and none of its processes is alive. */
  stop(id: string): Promise<void>;
  /** Brings builds up to date whose runner is gone: ends what they left, closes those that have ended. */
  settle(): Promise<void>;
  /** Adds a listener, which receives each build of this process that ends. */
  onEnd(listener: BuildListener): void;
  /** Resolves when no build of this process runs any more; throws what a listener threw. */
  waitForAll(): Promise<void>;
  /** Stops the builds of this process and closes the records. */
  close(): Promise<void>;
}

/** Creates the build service of one machine: CodeBuild's semantics on processes, and records shared by all processes
 *  that name the same root. */
export function createLocalBuilds(options: LocalBuildsOptions): LocalBuilds {
  const { buildTimeoutMs, secretVariables = {}, onOutput, onEnd, clock } = options;
  const { stopGraceMs = 10_000, project = 'kiro-worker-local' } = options;
  const now = () => (clock ? clock.now() : Date.now());
  const { uptimeMs = () => uptime() * 1000 } = options;
  const records = openBuildRecords(options.root);
  const site = { root: resolve(options.root), region: options.region ?? null };
  const running = createRunningBuilds();
  const listen = (listener: BuildListener) => running.onEnd((record) => listener(viewOf(record, site)));
  if (onEnd) listen(onEnd);

  const settle = (record: BuildRecord) => settleRecord(record, { ...site, records, stopGraceMs, now, uptimeMs });
  const view = async (record: BuildRecord) => viewOf(await settle(record), site);
  const launch = (record: BuildRecord, zip: Uint8Array) => {
    const place = { folder: folderOf(record.id, site), arn: arnOf(record.id, site), region: site.region };
    const limits = { buildTimeoutMs, stopGraceMs, now };
    running.launch({ ...place, ...limits, record, records, zip, secretVariables, onOutput });
  };
  const parts: BuildServiceParts = { ...options, project, records, running, settle, view, launch, now, uptimeMs };

  return {
    project,
    start: (request) => startBuild(request, parts),
    async find(token) {
      const record = records.findByToken(token);
      return record ? view(record) : null;
    },
    get: async (ids) => Promise.all([...new Set(ids)].flatMap((id) => records.get(id) ?? []).map(view)),
    list: async (limit) => Promise.all(records.list(limit).map(view)),
    stop: (id) => stopBuild(id, parts),
    async settle() {
      for (const record of records.listRunning()) await settle(record);
    },
    onEnd: listen,
    async waitForAll() {
      await running.whenIdle();
      running.throwFailure();
    },
    async close() {
      running.stopAll();
      await running.whenIdle();
      records.close();
    },
  };
}

interface BuildServiceParts extends LocalBuildsOptions {
  readonly project: string;
  readonly records: BuildRecords;
  readonly running: RunningBuilds;
  readonly now: () => number;
  readonly uptimeMs: () => number;
  /** Brings a record up to date whose runner may be gone. */
  readonly settle: (record: BuildRecord) => Promise<BuildRecord>;
  readonly view: (record: BuildRecord) => Promise<LocalBuild>;
  readonly launch: (record: BuildRecord, zip: Uint8Array) => void;
}

async function startBuild(request: LocalStartBuild, parts: BuildServiceParts): Promise<StartResult> {
  const { releaseZip, concurrentBuildLimit, records, settle, view, launch } = parts;
  checkVariables(request);
  const zip = readRelease(releaseZip);
  if (zip === null) return { kind: 'not-set-up', detail: `There is no release at ${String(releaseZip)}.` };
  for (const record of records.listRunning()) await settle(record);
  const found = findOrInsert(request, parts);
  if (found.kind === 'full') return { kind: 'at-capacity', detail: fullDetail(concurrentBuildLimit) };
  if (found.kind === 'known') checkSameRequest(found.record, request);
  else launch(found.record, zip);
  return { kind: 'started', build: await view(found.record) };
}

async function stopBuild(id: string, { records, running, settle }: BuildServiceParts): Promise<void> {
  if (records.get(id) === null) throw unknownBuild(id);
  let record = records.update(id, (last) => (last.endedAtMs === null ? { ...last, stopAsked: true } : last));
  await running.stop(id);
  while (record.endedAtMs === null) {
    record = await settle(records.get(id) ?? record);
    if (record.endedAtMs === null) await sleep(POLL_MS);
  }
}

/** Finds the build of the token, or inserts its record if there is room; in one transaction across processes. */
function findOrInsert(request: LocalStartBuild, parts: BuildServiceParts): FoundBuild {
  const { records, releaseZip, project, concurrentBuildLimit, now } = parts;
  return records.insert<FoundBuild>(({ running, nextNumber }) => {
    const known = records.findByToken(request.token);
    if (known) return { result: { kind: 'known', record: known } };
    if (running.length >= concurrentBuildLimit) return { result: { kind: 'full' } };
    const record = newRecord(request, {
      project,
      nowMs: now(),
      uptimeMs: parts.uptimeMs(),
      number: nextNumber,
      timeoutMs: parts.buildTimeoutMs,
      variables: parts.projectVariables,
      source: typeof releaseZip === 'string' ? pathToFileURL(releaseZip).href : 'memory:release',
    });
    return { record, result: { kind: 'new', record } };
  });
}

const POLL_MS = 50;

type FoundBuild = { readonly kind: 'known' | 'new'; readonly record: BuildRecord } | { readonly kind: 'full' };

function fullDetail(limit: number): string {
  return `Cannot have more than ${limit} builds in queue for the account`;
}

function readRelease(release: Uint8Array | string): Uint8Array | null {
  if (typeof release !== 'string') return release;
  try {
    return readFileSync(release);
  } catch (error) {
    if (isSystemError(error, 'ENOENT')) return null;
    throw error;
  }
}

function unknownBuild(id: string): WorkerError {
  return new WorkerError({
    code: 'BUILD_SERVICE_FAILED',
    what: `There is no build ${id}.`,
    remedy: 'List the builds with "kiro-worker status".',
  });
}
