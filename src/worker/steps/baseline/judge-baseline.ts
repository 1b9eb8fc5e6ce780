import path from 'node:path';
import { errorMessage } from '../../../core/errors.ts';
import { createFinding, type Finding } from '../../../core/gates/finding.ts';
import {
  type BaselineVerdict,
  baselineCommit,
  emptyBaseline,
  findVerdict,
  type KnownFailure,
  withVerdict,
} from '../../../core/lifecycle/baseline-record.ts';
import { REPOSITORY_FILE } from '../../../core/names.ts';
import type { Clock } from '../../../core/ports/clock.ts';
import type { LockStore } from '../../../core/ports/lock-store.ts';
import type { Repository } from '../../../core/ports/repository.ts';
import type { Logger } from '../../../core/ports/telemetry.ts';
import { type BaselineRules, STRICT_BASELINE } from '../../../core/repository/baseline/baseline-rules.ts';
import { coverageRunsTests } from '../../../core/repository/baseline/coverage-runs-tests.ts';
import { hasNoTests } from '../../../core/repository/baseline/greenfield.ts';
import type { Commands } from '../../../core/repository/commands.ts';
import { effectiveThresholdPct } from '../../../core/repository/repository-file.ts';
import type { RunContext } from '../../run-context.ts';
import type { RunRecorder } from '../../run-record.ts';
import { endRun, type RunResult } from '../../run-result.ts';
import type { Planned, Prepared } from '../../run-states.ts';
import type { RunSettings } from '../../settings.ts';
import { commandsOrNothing } from '../find-commands.ts';
import { runInstall } from '../test.ts';
import { type CommandsContext, recordLogs, testRequest } from '../test-request.ts';
import { fingerprintOf } from './basis.ts';
import { filesOfCommit } from './commit-files.ts';
import { type Baseline, isUninstalled, measureBaseline } from './measure-baseline.ts';
import { endOf, endOfInstall, verdictOf } from './verdict.ts';

export interface BaselineContext extends CommandsContext {
  readonly settings: Pick<RunSettings, 'coverageThresholdPct' | 'commandEnv' | 'holder'>;
  readonly repository: CommandsContext['repository'] &
    Pick<Repository, 'renew' | 'keepInstalled' | 'paths' | 'read' | 'find'>;
  readonly locks: Pick<LockStore, 'getBaseline' | 'swapBaseline'>;
  readonly record: CommandsContext['record'] & Pick<RunRecorder, 'addFindings'>;
  readonly clock: Pick<Clock, 'now'>;
  readonly telemetry: Pick<Logger, 'warn'>;
  readonly redact: RunContext['redact'];
  readonly release: string;
}

export interface BaselineOf {
  readonly from: Planned;
  /** At the head; null where nothing shows any yet. */
  readonly commands: Commands | null;
  /** What the tools of the commands say of their versions. */
  readonly tools: readonly string[];
  /** Steps of the agent, for each of which the head is installed. */
  readonly steps: number;
}

/** Judges install, tests and coverage of the newest commit that no run of ours made, once for each commit, rules, tools and worker;
 *  then the head is installed for the agent. Returns how the run ends when it does not pass: nothing is spent then. */
export async function judgeBaseline(context: BaselineContext, of: BaselineOf): Promise<Prepared | RunResult> {
  const { from } = of;
  const known = await context.locks.getBaseline(context.settings.holder.lockKey);
  const commit = baselineCommit(known, from.head);
  const paths = await context.repository.paths(commit);
  const commands = commit === from.head ? of.commands : await commandsAt(context, { of, commit, paths });
  if (commands === null) return withoutBaseline(context, { of, commit });
  const basis = await basisOf(context, of);
  const stored = findVerdict(known, { commit, basis });
  if (stored !== null) return goOn(context, { of, verdict: stored, workspace: 'head' });
  context.reportProgress({ phase: 'baseline', text: `Testing ${commit.slice(0, 12)} before the agent starts` });
  const baseline = await measure(context, { of, commands, commit, hasNoTests: hasNoTests(paths) });
  recordLogs(context, { logs: baseline.result.logs, prefix: 'baseline-' });
  const ended = context.monitor.ended() ?? endOf(context, baseline);
  if (ended !== null) return ended;
  const verdict = verdictOf(context, { baseline, commit, basis });
  const isBare = isUninstalled(baseline);
  if (!isBare && (baseline.kind !== 'failed' || baseline.lasts)) await keep(context, verdict);
  if (baseline.firstFailure !== null)
    context.record.addFindings([createFinding('baseline/flaky', { message: `At first: ${baseline.firstFailure}` })]);
  const isHead = commit === from.head;
  const after = isBare && isHead ? { ...of, commands: null } : of;
  return goOn(context, { of: after, verdict, workspace: isHead && !isBare ? 'installed' : 'elsewhere' });
}

interface Judged {
  readonly of: BaselineOf;
  readonly commands: Commands;
  readonly commit: string;
  readonly hasNoTests: boolean;
}

/** Where that is the head, the agent starts from the same installation. */
async function measure(context: BaselineContext, judged: Judged): Promise<Baseline> {
  const { of, commands, commit, hasNoTests } = judged;
  const { repository } = context;
  const { repositoryFile, head } = of.from;
  const isHead = commit === head;
  const manifest = await repository.read(commit, path.posix.join(commands.folder, 'package.json'));
  return measureBaseline({
    renew: () => repository.renew(commit),
    request: () => testRequest(context, { commands, repositoryFile }),
    rules: repositoryFile?.baseline ?? STRICT_BASELINE,
    hasNoTests,
    isOneRun: coverageRunsTests(commands, manifest && new TextDecoder().decode(manifest)),
    furtherSteps: isHead ? of.steps : 0,
    ...(isHead && { whenInstalled: () => repository.keepInstalled() }),
  });
}

async function commandsAt(
  { repository, settings }: BaselineContext,
  { of, commit, paths }: { of: BaselineOf; commit: string; paths: readonly string[] },
): Promise<Commands | null> {
  const { repositoryFile } = of.from;
  const files = filesOfCommit(repository, commit);
  const found = await commandsOrNothing({ files, repositoryFile, env: settings.commandEnv }, paths);
  // Versions are chosen once for a run.
  const environment = of.commands?.environment;
  return found && environment ? { ...found, environment } : found;
}

async function basisOf(
  { repository, settings, release }: BaselineContext,
  { from, tools }: BaselineOf,
): Promise<string> {
  const { branch, commit } = from.rules;
  const file = await repository.find(commit, REPOSITORY_FILE);
  return fingerprintOf({
    rules: `${branch} ${file?.id ?? 'none'}`,
    tools,
    release,
    thresholdPct: effectiveThresholdPct(settings.coverageThresholdPct, from.repositoryFile),
    commandEnv: settings.commandEnv,
  });
}

/** A verdict that cannot be kept is found again by the next run. */
async function keep({ locks, settings, clock, telemetry }: BaselineContext, verdict: BaselineVerdict): Promise<void> {
  const { lockKey } = settings.holder;
  try {
    const before = await locks.getBaseline(lockKey);
    const after = withVerdict(before ?? emptyBaseline(lockKey), verdict);
    await locks.swapBaseline({ before, after, nowMs: clock.now() });
  } catch (error) {
    telemetry.warn('the verdict on the base line could not be kept', { error: errorMessage(error) });
  }
}

/** What lies in the workspace: the head, the head with what was installed for it, or another commit. */
type Lies = 'head' | 'installed' | 'elsewhere';

/** Ends the run where the base line does not pass; else installs the head for the agent. */
async function goOn(
  context: BaselineContext,
  { of, verdict, workspace }: { of: BaselineOf; verdict: BaselineVerdict; workspace: Lies },
): Promise<Prepared | RunResult> {
  const { from, commands } = of;
  const { kind, detail, remedy, failures, failure } = verdict;
  if (kind === 'failed') return endRun({ kind: 'baseline-failed', detail, remedy, failure });
  if (kind === 'no-tests') context.record.addFindings([nothingYet(detail)]);
  if (workspace === 'elsewhere') await context.repository.renew();
  const failed = workspace === 'installed' ? null : await installForAgent(context, of);
  const tolerated = toleratedOf(failures, from.repositoryFile?.baseline ?? STRICT_BASELINE);
  const baseline = { commit: verdict.commit, verdict };
  return failed ?? { ...from, stage: 'prepared', commands, tolerated, baseline, looksAgain: kind === 'no-tests' };
}

/** Nothing can be tested before the agent; what it makes is looked at again, and has to pass. */
async function withoutBaseline(
  context: BaselineContext,
  { of, commit }: { of: BaselineOf; commit: string },
): Promise<Prepared | RunResult> {
  context.record.addFindings([nothingYet('No file of the branch shows a tool chain or a test.')]);
  const failed = await installForAgent(context, of);
  const baseline = { commit, verdict: null };
  const { commands } = of;
  return failed ?? { ...of.from, stage: 'prepared', commands, tolerated: new Map(), baseline, looksAgain: true };
}

function nothingYet(message: string): Finding {
  return createFinding('baseline/nothing-yet', { message });
}

/** Installs the head, whose files lie in the workspace, and seals it for the agent's steps. Returns how the run ends where that fails,
 *  or null. */
export async function installForAgent(
  context: Omit<BaselineContext, 'settings'> & Pick<CommandsContext, 'settings'>,
  {
    from,
    commands,
    steps,
  }: Pick<BaselineOf, 'commands' | 'steps'> & { readonly from: Pick<Planned, 'repositoryFile'> },
): Promise<RunResult | null> {
  if (steps === 0) return null;
  const { repository, installation } = context;
  if (commands === null) {
    await installation.begin();
    await installation.seal(steps);
    return null;
  }
  const { repositoryFile } = from;
  const whenInstalled = () => repository.keepInstalled();
  const failed = await runInstall(testRequest(context, { commands, repositoryFile }), { steps, whenInstalled });
  if (failed === null) return null;
  recordLogs(context, failed);
  return context.monitor.ended() ?? endOfInstall(context, failed);
}

/** A test that the rules name may fail even where it did not before. */
function toleratedOf(failures: readonly KnownFailure[], { allowFailures }: BaselineRules): ReadonlyMap<string, number> {
  const named = allowFailures.map((name) => [name, 1] as const);
  return new Map([...named, ...failures.map(({ name, count }) => [name, count] as const)]);
}
