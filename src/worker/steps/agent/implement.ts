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

interface ImplementContext extends AgentContext, ChangesContext, PushUnitContext, ServiceContext {
  readonly settings: RunContext['settings'];
  readonly telemetry: ServiceContext['telemetry'];
  readonly repository: AgentContext['repository'] &
    ChangesContext['repository'] &
    PushUnitContext['repository'] &
    Pick<Repository, 'read'>;
  readonly monitor: AgentContext['monitor'] & PushUnitContext['monitor'] & Pick<RunContext['monitor'], 'checkCard'>;
  readonly record: AgentContext['record'] &
    PushUnitContext['record'] &
    Pick<RunRecorder, 'reach' | 'updateTask' | 'addFindings'>;
  readonly repositoryUrl: string;
  readonly agent: AgentContext['agent'] & ServiceContext['agent'];
  readonly installation: AgentContext['installation'] & ServiceContext['installation'];
  readonly sandbox: AgentContext['sandbox'] & ServiceContext['sandbox'];
}

/** Lets the agent implement each open required unit; the worker checks, ticks, commits and pushes each at once. */
export async function implement(context: ImplementContext, from: Prepared): Promise<Implemented | RunResult> {
  const { monitor } = context;
  const units = openRequiredUnits(from.tasks);
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
    const next = await implementUnit(context, { state, unit, n: index + 1, m: units.length });
    if (isEnded(next)) return next;
    state = next;
    context.record.reach(state);
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
  const usedMs = useOf(context).ms;
  const result = await runAgent(context, of);
  const ended = monitor.ended();
  if (ended !== null) return drop(context, { unit, result: ended });
  if (result.kind !== 'finished')
    return drop(context, { unit, result: await agentFailed(context, { label, result, usedMs }) });
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
    const forbidden = committed.places.map(
      (path): ForbiddenChange => ({ rule: 'agent/secret', path, what: HOLDS_SECRET }),
    );
    return dropForbidden(context, { unit, forbidden });
  }
  if (committed.kind === 'adds-secrets') return dropSecrets(context, { of, found: committed.found });
  record.addFindings(secretFindings(committed.told, state.repositoryFile?.gates ?? {}));
  const to: Prepared = { ...state, head: committed.head, tasks: parseTasks(ticked) };
  const pushed = await pushUnit(context, { unit, from: state, to });
  if (isEnded(pushed)) return pushed;
  const commit = pushed.head;
  record.updateTask(unit, { status: 'done', commit, commitUrl: `${context.repositoryUrl}/commit/${commit}`, credits });
  return pushed;
}

/** Drops what the agent made, and says where what looks like a secret is. */
function dropSecrets(
  context: ImplementContext,
  { of: { unit, state }, found }: { of: UnitOfRun; found: readonly FoundSecret[] },
): RunResult {
  context.record.addFindings(secretFindings(found, state.repositoryFile?.gates ?? {}));
  const places = found.slice(0, 5).map(({ path, line, rule }) => `${path}${line === null ? '' : `:${line}`} (${rule})`);
  const detail = `${labelOf(unit)} was not pushed: it would add what has the shape of a secret in ${places.join('; ')}.`;
  return drop(context, { unit, result: endRun({ kind: 'agent-touched-protected', detail }) });
}

/** Drops what the agent made, and names what of it is not allowed. */
function dropForbidden(
  context: ImplementContext,
  { unit, forbidden }: { unit: SpecTask; forbidden: readonly ForbiddenChange[] },
): RunResult {
  context.record.addFindings(forbidden.map(findingOf));
  const first = forbidden.slice(0, 5).map(({ path, what }) => `${path} ${what}`);
  const detail = `While working on ${labelOf(unit)}: ${first.join('; ')}.`;
  return drop(context, { unit, result: endRun({ kind: 'agent-touched-protected', detail }) });
}

/** Leaves what the agent made where it lies, uncommitted; a unit that failed by the agent's own doing is marked so. */
function drop({ record }: ImplementContext, { unit, result }: { unit: SpecTask; result: RunResult }): RunResult {
  if (result.kind.startsWith('agent-')) record.updateTask(unit, { status: 'failed' });
  return result;
}

/** What the agent says of its service is a claim, since programs of the branch may write in its name; so is its silence, since
 *  they may keep it waiting. */
async function agentFailed(
  context: ServiceContext & Pick<AgentContext, 'settings' | 'config'>,
  { label, result: { kind, detail }, usedMs }: { label: string; result: AgentResult; usedMs: number },
): Promise<RunResult> {
  const wasSilent = kind === 'silence';
  const isClaim = wasSilent || kind === 'not-authenticated' || kind === 'unavailable';
  const fault = isClaim ? await findServiceFault(context, { wasSilent }) : null;
  if (fault !== null) return fault;
  const answered = isClaim ? ` A call of the worker's own ${wasSilent ? 'was answered' : 'does not confirm it'}.` : '';
  const limit = limitWords(kind, { ...limitsOfRun(context), usedMs });
  const ended = limit === null ? '' : ` It was ended by ${limit}.`;
  return endRun({
    kind: 'agent-failed',
    detail: `The agent did not finish ${label} (${kind}): ${detail}${ended}${answered}`,
  });
}
