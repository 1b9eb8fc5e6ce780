import { limitWords, usedUp } from '../../../core/agent/limits.ts';
import type { FoundSecret } from '../../../core/gates/secrets/found-secret.ts';
import { createSecretJudge, secretFindings } from '../../../core/gates/secrets/secret-policy.ts';
import type { AgentResult } from '../../../core/ports/agent.ts';
import type { Repository, StagedWork } from '../../../core/ports/repository.ts';
import { EXECUTABLE_CONFIGURATION } from '../../../core/repository/protected-paths.ts';
import type { SpecTask } from '../../../core/spec/tasks.ts';
import { isCheckpoint, openRequiredUnits, parseTasks } from '../../../core/spec/tasks.ts';
import type { RunContext } from '../../run-context.ts';
import type { RunRecorder } from '../../run-record.ts';
import { endRun, isEnded, type RunResult } from '../../run-result.ts';
import type { Implemented, Prepared } from '../../run-states.ts';
import { type LookContext, lookAfterTask } from '../finish/look-after-task.ts';
import {
  type ChangesContext,
  changesOfAgent,
  type ForbiddenChange,
  findingOf,
  findingsOfProblems,
  forbiddenChanges,
} from './agent-changes.ts';
import { findServiceFault, noteSuccess, type ServiceContext } from './confirm-service.ts';
import { commitTextOf, isOpen, type PushUnitContext, pushUnit } from './push-unit.ts';
import { type AgentContext, labelOf, limitsOfRun, runAgent, type UnitOfRun, useOf } from './run-agent.ts';
import { whyNoWork } from './substance.ts';

const HOLDS_SECRET = 'contains a secret of the worker';

interface ImplementContext extends AgentContext, ChangesContext, PushUnitContext, ServiceContext, LookContext {
  readonly settings: RunContext['settings'];
  readonly telemetry: ServiceContext['telemetry'];
  readonly repository: AgentContext['repository'] &
    ChangesContext['repository'] &
    PushUnitContext['repository'] &
    LookContext['repository'] &
    Pick<Repository, 'read'>;
  readonly monitor: AgentContext['monitor'] &
    PushUnitContext['monitor'] &
    LookContext['monitor'] &
    Pick<RunContext['monitor'], 'checkCard'>;
  readonly record: AgentContext['record'] &
    PushUnitContext['record'] &
    Pick<RunRecorder, 'reach' | 'updateTask' | 'addFindings'>;
  readonly repositoryUrl: string;
  readonly agent: AgentContext['agent'] & ServiceContext['agent'];
  readonly installation: LookContext['installation'];
  readonly sandbox: LookContext['sandbox'];
}

/** Lets the agent implement each open required unit; the worker checks, ticks, commits and pushes each at once. */
export async function implement(context: ImplementContext, from: Prepared): Promise<Implemented | RunResult> {
  const { monitor } = context;
  const units = openRequiredUnits(from.tasks);
  const pending = new Set<string>();
  let state = from;
  for (const [index, unit] of units.entries()) {
    // The background check of the card is slow; a task that is no longer wanted must not start.
    if (index > 0) await monitor.checkCard();
    const ended = monitor.ended();
    if (ended !== null) return ended;
    if (!isOpen(state.tasks, unit)) {
      context.record.updateTask(unit, { status: 'already done' });
      continue;
    }
    const limit = usedUp(limitsOfRun(context), useOf(context));
    if (limit !== null)
      return endRun({ kind: 'partial', detail: `${labelOf(unit)} was not begun: ${limit} is used up.` });
    const n = index + 1;
    const next = await implementUnit(context, { state, unit, n, m: units.length });
    if (isEnded(next)) return next;
    const pushed = { label: labelOf(unit), n, before: state, after: next, pending };
    state = next;
    context.record.reach(state);
    if (state.repositoryFile?.verifyEachTask) await lookAfterTask(context, pushed);
  }
  const reopened = openRequiredUnits(state.tasks).map(labelOf);
  if (reopened.length === 0) return { ...state, stage: 'implemented' };
  return endRun({ kind: 'partial', detail: `Somebody opened a task again during the run: ${reopened.join(', ')}.` });
}

/** Returns the state with the unit pushed and ticked, or the result that its failure ends the run with. */
async function implementUnit(context: ImplementContext, of: UnitOfRun): Promise<Prepared | RunResult> {
  const { monitor, record } = context;
  const { unit } = of;
  const label = labelOf(unit);
  const result = await runAgent(context, of);
  const ended = monitor.ended();
  if (ended !== null) return drop(context, { unit, result: ended });
  if (result.kind !== 'finished') return drop(context, { unit, result: await agentFailed(context, { label, result }) });
  if (of.n === 1) await noteSuccess(context);

  const work = await context.repository.stage();
  const changes = await changesOfAgent(context, { work, state: of.state });
  const forbidden = forbiddenChanges({ changes, state: of.state });
  if (forbidden.length > 0) return dropForbidden(context, { unit, forbidden });
  record.addFindings(findingsOfProblems(changes));
  const noWork = await whyNoWork(context.repository, { work, changes, head: of.state.head });
  if (noWork !== null && !isCheckpoint(unit.title)) {
    const detail = `The agent finished ${label} ${noWork}.`;
    return drop(context, { unit, result: endRun({ kind: 'agent-changed-nothing', detail }) });
  }
  return commitUnit(context, { of, work, credits: result.credits });
}

async function commitUnit(
  context: ImplementContext,
  { of, work, credits }: { of: UnitOfRun; work: StagedWork; credits: number | null },
): Promise<Prepared | RunResult> {
  const { settings, record } = context;
  const { unit, state } = of;
  const { ticked, ...text } = commitTextOf(settings, { unit, tasks: state.tasks });
  const judgeSecret = createSecretJudge(state.repositoryFile);
  const committed = await work.commit({ ...text, judgeSecret, exclude: EXECUTABLE_CONFIGURATION });
  if (committed.kind === 'holds-secrets') {
    return dropForbidden(context, { unit, forbidden: secretChanges(committed.places) });
  }
  if (committed.kind === 'adds-secrets') {
    const result = endSecrets(context, { label: labelOf(unit), state, found: committed.found });
    return drop(context, { unit, result });
  }
  record.addFindings(secretFindings(committed.told, state.repositoryFile?.gates ?? {}));
  const to: Prepared = { ...state, head: committed.head, tasks: parseTasks(ticked) };
  const pushed = await pushUnit(context, { unit, from: state, to });
  if (isEnded(pushed)) return pushed;
  const commit = pushed.head;
  record.updateTask(unit, { status: 'done', commit, commitUrl: `${context.repositoryUrl}/commit/${commit}`, credits });
  return pushed;
}

/** Returns how a run ends whose agent would add what looks like a secret, with a finding for each place. */
export function endSecrets(
  { record }: { readonly record: Pick<RunRecorder, 'addFindings'> },
  { label, state, found }: { label: string; state: Pick<Prepared, 'repositoryFile'>; found: readonly FoundSecret[] },
): RunResult {
  record.addFindings(secretFindings(found, state.repositoryFile?.gates ?? {}));
  const places = found.slice(0, 5).map(({ path, line, rule }) => `${path}${line === null ? '' : `:${line}`} (${rule})`);
  const detail = `${label} was not pushed: it would add what has the shape of a secret in ${places.join('; ')}.`;
  return endRun({ kind: 'agent-touched-protected', detail });
}

/** Drops what the agent made, and names what of it is not allowed. */
function dropForbidden(
  context: ImplementContext,
  { unit, forbidden }: { unit: SpecTask; forbidden: readonly ForbiddenChange[] },
): RunResult {
  return drop(context, { unit, result: endForbidden(context, { label: labelOf(unit), forbidden }) });
}

/** Returns how a run ends whose agent changed what it may not change, with a finding for each. */
export function endForbidden(
  { record }: { readonly record: Pick<RunRecorder, 'addFindings'> },
  { label, forbidden }: { label: string; forbidden: readonly ForbiddenChange[] },
): RunResult {
  record.addFindings(forbidden.map(findingOf));
  const first = forbidden.slice(0, 5).map(({ path, what }) => `${path} ${what}`);
  return endRun({ kind: 'agent-touched-protected', detail: `While working on ${label}: ${first.join('; ')}.` });
}

/** Returns the changes that a commit may not have since they hold secrets of the worker. */
export function secretChanges(places: readonly string[]): ForbiddenChange[] {
  return places.map((path) => ({ rule: 'agent/secret', path, what: HOLDS_SECRET }));
}

/** Leaves what the agent made where it lies, uncommitted; a unit that failed by the agent's own doing is marked so. */
function drop({ record }: ImplementContext, { unit, result }: { unit: SpecTask; result: RunResult }): RunResult {
  if (result.kind.startsWith('agent-')) record.updateTask(unit, { status: 'failed' });
  return result;
}

/** Returns how a run ends whose agent did not finish. What it says of its service is a claim, since programs of the branch may write
 *  in its name; so is its silence, since they may keep it waiting. */
export async function agentFailed(
  context: ServiceContext & Pick<AgentContext, 'settings' | 'config' | 'record'>,
  { label, result: { kind, detail, durationMs } }: { label: string; result: AgentResult },
): Promise<RunResult> {
  const wasSilent = kind === 'silence';
  const isClaim = wasSilent || kind === 'not-authenticated' || kind === 'unavailable';
  const fault = isClaim ? await findServiceFault(context, { wasSilent }) : null;
  if (fault !== null) return fault;
  const answered = isClaim ? ` A call of the worker's own ${wasSilent ? 'was answered' : 'does not confirm it'}.` : '';
  // What this run of the agent took is in the sum already.
  const usedMs = useOf(context).ms - durationMs;
  const limit = limitWords(kind, { ...limitsOfRun(context), usedMs });
  const ended = limit === null ? '' : ` It was ended by ${limit}.`;
  return endRun({
    kind: 'agent-failed',
    detail: `The agent did not finish ${label} (${kind}): ${detail}${ended}${answered}`,
  });
}
