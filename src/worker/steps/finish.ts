import { errorMessage } from '../../core/errors.ts';
import { createFinding, type Finding } from '../../core/gates/finding.ts';
import { METRICS } from '../../core/names.ts';
import { nextEligibleAtMs, outcomeOf } from '../../core/outcome.ts';
import { resultFiles } from '../../core/report/run-artifacts.ts';
import type { RunReport } from '../../core/report/run-report.ts';
import { publishOutcome, remedyFor } from '../../flows/poll/publish-outcome.ts';
import type { Run, RunResult } from '../run-state.ts';
import { reportProgress } from '../run-state.ts';
import { ensurePullRequest } from './pull-request.ts';

/** Tells the ending everywhere and releases the lock. A run that lost its fence writes nothing. Returns the ending. */
export async function finish(run: Run, reached: RunResult): Promise<RunResult> {
  const { ports, settings, state } = run;
  if (reached.kind === 'fence-lost') {
    ports.telemetry.log('warn', 'fence lost: stopping without writing', { detail: reached.detail });
    return reached;
  }
  reportProgress(run, { phase: 'publish', text: 'Telling the result' });
  const ending = await ensurePullRequest(run, reached);
  const changedFiles = state.mergeBase === '' ? [] : await ports.repository.changedFiles();
  const report = redactReport({ ...makeReport(run, ending), changedFiles }, ports.redact);
  const stored = await storeArtifacts(run, report);
  const told = await publishOutcome({
    config: ports.config,
    github: ports.github,
    report: { ...report, findings: [...report.findings, ...stored] },
    itemId: settings.itemId,
    subjectNumber: settings.subjectNumber,
    assertLockHeld: run.assertLockHeld,
  });
  countMetrics(run, report);
  const nowMs = ports.clock.now();
  const backoffMs = ports.config.retryBackoffMinutes * 60_000;
  const released = await ports.locks.release({
    ...settings.holder,
    outcome: ending.kind,
    head: state.head,
    nowMs,
    nextEligibleAtMs: nextEligibleAtMs({ kind: ending.kind, attempts: settings.attempt, backoffMs, nowMs }),
  });
  ports.telemetry.log('info', 'run finished', {
    outcome: ending.kind,
    detail: report.detail,
    pullRequest: told.pullRequest?.url ?? null,
    column: told.column,
    lockReleased: released,
    artifacts: ports.artifacts.location,
  });
  ports.telemetry.flush();
  return ending;
}

function makeReport({ ports, settings, state }: Run, ending: RunResult): RunReport {
  const attempt = settings.attempt;
  const remedy = ending.remedy ?? outcomeOf(ending.kind).remedy;
  return {
    outcome: ending.kind,
    detail: ending.detail,
    remedy: remedyFor({ outcome: ending.kind, attempt, remedy }, ports.config),
    branch: settings.branch,
    specPath: settings.specPath,
    environment: settings.environment,
    buildId: settings.buildId,
    buildUrl: settings.buildUrl,
    attempt,
    startedAtMs: state.startedAtMs,
    finishedAtMs: ports.clock.now(),
    head: state.head,
    tasks: state.tasks,
    gates: state.gates,
    findings: state.findings,
    agentCredits: state.agentCredits,
    changedFiles: [],
  };
}

/** Stores the run's files; what could not be stored comes back as findings, since the ending itself must be told. */
async function storeArtifacts(run: Run, report: RunReport): Promise<Finding[]> {
  const { ports, state } = run;
  const files = new Map<string, string>(Object.entries(resultFiles(report)));
  for (const [name, log] of state.logs) files.set(`logs/${name}`, ports.redact(log));
  const findings: Finding[] = [];
  const note = (rule: 'artifacts/no-diff' | 'artifacts/not-stored', message: string) =>
    findings.push(createFinding(rule, { message: ports.redact(message) }));
  if (state.mergeBase !== '') {
    try {
      files.set('diffs/changes.diff', ports.redact(await ports.repository.diff()));
    } catch (error) {
      note('artifacts/no-diff', `The diff could not be made: ${errorMessage(error)}`);
    }
  }
  for (const [name, content] of files) {
    try {
      await ports.artifacts.put(name, content);
    } catch (error) {
      note('artifacts/not-stored', `${name} could not be stored: ${errorMessage(error)}`);
      ports.telemetry.log('error', 'an artifact could not be stored', { name, error: errorMessage(error) });
    }
  }
  return findings;
}

function countMetrics({ ports, state }: Run, report: RunReport): void {
  const ok = outcomeOf(report.outcome).exitCode === 0;
  ports.telemetry.count(ok ? METRICS.buildsSucceeded : METRICS.buildsFailed, 1);
  ports.telemetry.count(METRICS.runDurationMs, report.finishedAtMs - report.startedAtMs);
  if (state.agentCredits !== null) ports.telemetry.count(METRICS.agentCredits, state.agentCredits);
}

function redactReport(report: RunReport, redact: (text: string) => string): RunReport {
  const clean = (value: unknown): unknown => {
    if (typeof value === 'string') return redact(value);
    if (Array.isArray(value)) return value.map(clean);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, clean(inner)]));
  };
  return clean(report) as RunReport;
}
