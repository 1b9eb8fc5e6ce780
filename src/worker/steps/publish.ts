import { runLimitsOf } from '../../core/agent/limits.ts';
import { currencyOf } from '../../core/agent/settings.ts';
import type { ProjectConfig } from '../../core/config.ts';
import { errorMessage } from '../../core/errors.ts';
import { createFinding, type Finding } from '../../core/gates/finding.ts';
import { endingOf } from '../../core/lifecycle/ending.ts';
import { isHeldBy } from '../../core/lock.ts';
import { METRICS, NOBODYS_ADDRESS } from '../../core/names.ts';
import { outcomeOf } from '../../core/outcome.ts';
import type { ArtifactStore } from '../../core/ports/artifacts.ts';
import type { Clock } from '../../core/ports/clock.ts';
import type { GitHub } from '../../core/ports/github.ts';
import type { LockStore } from '../../core/ports/lock-store.ts';
import type { Repository } from '../../core/ports/repository.ts';
import type { Telemetry } from '../../core/ports/telemetry.ts';
import { resultFiles } from '../../core/report/run-artifacts.ts';
import { emptyReport, type FailedCommandReport, type RunReport } from '../../core/report/run-report.ts';
import type { CommandFailure } from '../../core/repository/command-failure.ts';
import { redactTexts } from '../../core/secrets/redact-texts.ts';
import { countRun } from '../../flows/poll/count-metrics.ts';
import { actorFor, type PublishResult, publishOutcome, remedyFor } from '../../flows/poll/publish-outcome.ts';
import type { RunContext } from '../run-context.ts';
import type { RunMonitor } from '../run-monitor.ts';
import type { RunRecorder } from '../run-record.ts';
import type { RunResult } from '../run-result.ts';
import { hasCheckout, type WithCheckout } from '../run-states.ts';
import type { RunSettings } from '../settings.ts';
import { notableChanges } from './notable-changes.ts';
import { ensurePullRequest, type PullRequestContext } from './pull-request.ts';

interface PublishContext extends PullRequestContext {
  readonly monitor: Pick<RunMonitor, 'assertLockHeld' | 'cardColumn'>;
  readonly settings: RunSettings;
  readonly startedAtMs: number;
  readonly startedMonotonicMs: number;
  readonly config: ProjectConfig;
  readonly github: GitHub;
  readonly locks: Pick<LockStore, 'release' | 'get'>;
  readonly repository: Pick<Repository, 'changedFiles' | 'diff' | 'read'>;
  readonly artifacts: ArtifactStore;
  readonly record: Pick<RunRecorder, 'current'>;
  readonly clock: Pick<Clock, 'now' | 'monotonicMs' | 'sleep'>;
  readonly telemetry: Telemetry;
  readonly redact: RunContext['redact'];
  readonly reportProgress: RunContext['reportProgress'];
}

/** Publishes the result everywhere and releases the lock. A run that lost its lock writes nothing. Returns the result as
 *  it was published. Throws FENCE_LOST when the lock is lost meanwhile. */
export async function publishResult(context: PublishContext, reached: RunResult): Promise<RunResult> {
  const { telemetry, record, redact } = context;
  if (reached.kind === 'fence-lost') {
    telemetry.warn('fence lost: stopping without writing', { detail: reached.detail });
    return reached;
  }
  context.reportProgress({ phase: 'publish', text: 'Publishing the result' });
  const ensured = await ensurePullRequest(context, { reached: record.current().reached, result: reached });
  const { result, pullRequest, unopened } = ensured;
  const made = await makeReport(context, result);
  const report = redactTexts({ ...made, findings: [...made.findings, ...ensured.findings] }, redact);
  const notStored = await storeArtifacts(context, report);
  const published = await publishOutcome({
    config: context.config,
    github: context.github,
    report: { ...report, findings: [...report.findings, ...notStored] },
    itemId: context.settings.itemId,
    subjectNumber: context.settings.subjectNumber,
    assertLockHeld: context.monitor.assertLockHeld,
    clock: context.clock,
    stoodIn: context.monitor.cardColumn(),
    pullRequest,
    unopened,
  });
  await recordFailures(context, { report, published });
  countUse(context, report);
  const isReleased = await releaseLock(context, { result, published });
  if (isReleased) countRun(telemetry, result.kind);
  telemetry.info('run finished', {
    outcome: result.kind,
    detail: report.detail,
    pullRequest: published.pullRequest?.url ?? null,
    column: published.card?.column ?? null,
    lockReleased: isReleased,
    artifacts: context.artifacts.location,
  });
  telemetry.flush();
  return result;
}

async function makeReport(context: PublishContext, result: RunResult): Promise<RunReport> {
  const { settings, config, record } = context;
  const { reached, results, logs } = record.current();
  const { attempt } = settings;
  const { failure = null, kind: outcome } = result;
  const usual = outcomeOf(outcome);
  const remedy = result.remedy ?? failure?.remedy ?? usual.remedy;
  const actsNext = result.actsNext ?? failure?.actsNext ?? usual.actsNext;
  const ending = emptyReport({
    outcome,
    detail: result.detail,
    remedy: remedyFor({ outcome, attempt, remedy }, config),
    actsNext: actorFor({ outcome, attempt, actsNext }, config),
    failedCommand: failure === null ? null : failedCommandOf(failure, logs),
    filesAt: sharedPlace(context.artifacts),
    branch: settings.branch,
    specPath: settings.specPath,
    environment: settings.environment,
    buildId: settings.buildId,
    buildUrl: settings.buildUrl,
    attempt,
    startedAtMs: context.startedAtMs,
    // So that a clock that was set meanwhile makes no run longer or shorter.
    finishedAtMs: Math.round(context.startedAtMs + context.clock.monotonicMs() - context.startedMonotonicMs),
  });
  if (!hasCheckout(reached)) return { ...ending, ...results };
  const { changedFiles, findings } = await changesOf(context, reached);
  const all = [...results.findings, ...findings, ...addressFindings(context, reached)];
  return { ...ending, ...results, findings: all, changedFiles };
}

function failedCommandOf(
  { name, command, source, ended, why, yaml }: CommandFailure,
  logs: ReadonlyMap<string, string>,
): FailedCommandReport {
  // What ran last is what failed.
  const log = [`${name}.log`, `baseline-${name}.log`].find((file) => logs.has(file));
  return { name, command, source, ended, lines: why, log: log === undefined ? null : `logs/${log}`, yaml };
}

/** A folder of one machine tells its readers nothing, and others more than they need to know. */
function sharedPlace({ location }: Pick<ArtifactStore, 'location'>): string | null {
  return location.startsWith('s3://') ? location : null;
}

/** GitHub shows commits of an address that is nobody's as those of a stranger. */
function addressFindings({ config }: PublishContext, { head, mergeBase }: WithCheckout): Finding[] {
  if (config.commitEmail !== NOBODYS_ADDRESS || head === mergeBase) return [];
  const message = `The worker's commits bear the address ${NOBODYS_ADDRESS}, which belongs to no account.`;
  return [createFinding('publish/no-own-address', { message })];
}

/** An outcome is published although its changes cannot be listed. */
async function changesOf(
  { repository, telemetry }: PublishContext,
  reached: WithCheckout,
): Promise<Pick<RunReport, 'changedFiles' | 'findings'>> {
  try {
    return { changedFiles: await repository.changedFiles(), findings: await notableChanges(repository, reached) };
  } catch (error) {
    telemetry.error('the changes could not be listed', { error: errorMessage(error) });
    const message = `The changes could not be listed: ${errorMessage(error)}`;
    return { changedFiles: [], findings: [createFinding('changes/not-examined', { message })] };
  }
}

/** Logs what could not be written to GitHub in whole, and puts it among the run's files. */
async function recordFailures(
  context: PublishContext,
  { report, published }: { report: RunReport; published: PublishResult },
): Promise<void> {
  const { telemetry, artifacts } = context;
  for (const { surface, isFinal, error } of published.failures)
    telemetry.error('a part of the outcome could not be written', { surface, isFinal, error: errorMessage(error) });
  if (published.findings.length === 0) return;
  const whole = redactTexts({ ...report, findings: [...report.findings, ...published.findings] }, context.redact);
  try {
    for (const [name, content] of Object.entries(resultFiles(whole))) await artifacts.put(name, content);
  } catch (error) {
    telemetry.error('an artifact could not be stored', { error: errorMessage(error) });
  }
}

/** Stores the run's files; what could not be stored comes back as findings, since the result itself must be published. */
async function storeArtifacts(context: PublishContext, report: RunReport): Promise<Finding[]> {
  const { artifacts, telemetry, redact } = context;
  const { files, findings } = await filesOfRun(context, report);
  for (const [name, content] of files) {
    try {
      await artifacts.put(name, content);
    } catch (error) {
      const message = redact(`${name} could not be stored: ${errorMessage(error)}`);
      findings.push(createFinding('artifacts/not-stored', { message }));
      telemetry.error('an artifact could not be stored', { name, error: errorMessage(error) });
    }
  }
  return findings;
}

async function filesOfRun({ record, redact, repository }: PublishContext, report: RunReport) {
  const { reached, logs } = record.current();
  const files = new Map<string, string>(Object.entries(resultFiles(report)));
  const findings: Finding[] = [];
  for (const [name, log] of logs) files.set(`logs/${name}`, redact(log));
  if (hasCheckout(reached)) {
    try {
      files.set('diffs/changes.diff', redact(await repository.diff()));
    } catch (error) {
      const message = redact(`The diff could not be made: ${errorMessage(error)}`);
      findings.push(createFinding('artifacts/no-diff', { message }));
    }
  }
  return { files, findings };
}

function countUse({ telemetry }: PublishContext, report: RunReport): void {
  telemetry.count(METRICS.runDurationMs, report.finishedAtMs - report.startedAtMs);
  if (report.agentCredits !== null) telemetry.count(METRICS.agentCredits, report.agentCredits);
}

/** Returns false when the lock was not this build's any more. */
async function releaseLock(
  context: PublishContext,
  { result: { kind }, published: { pending, card } }: { result: RunResult; published: PublishResult },
): Promise<boolean> {
  const { settings, config, locks, clock, record } = context;
  const { results, finishedTasks, hasUnknownUse } = record.current();
  const { agent } = config;
  const currency = currencyOf(agent);
  const row = await locks.get(settings.holder.lockKey);
  if (row === null || !isHeldBy(row, settings.holder)) return false;
  const ending = endingOf({
    row,
    kind,
    attempt: settings.attempt,
    hasProgress: finishedTasks > 0,
    // A run that ended before its checkout ended at the head that it was started for.
    head: results.head ?? settings.head,
    cost: {
      durationMs: clock.monotonicMs() - context.startedMonotonicMs,
      credits: results.agentCredits ?? 0,
      tokens: results.agentTokens ?? 0,
      currency,
      isUncertain: hasUnknownUse,
      limit: runLimitsOf(agent, settings)[currency],
    },
    config,
    nowMs: clock.now(),
  });
  const cardOursUntilMs = card?.oursUntilMs ?? null;
  return locks.release({ ...settings.holder, ...ending, pending, cardOursUntilMs });
}
