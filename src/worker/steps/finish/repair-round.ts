import { renderRepairPrompt } from '../../../core/agent/prompt.ts';
import { createSecretJudge, secretFindings } from '../../../core/gates/secrets/secret-policy.ts';
import { TRAILERS } from '../../../core/names.ts';
import type { OutcomeKind } from '../../../core/outcome.ts';
import type { AgentResult } from '../../../core/ports/agent.ts';
import type { Repository } from '../../../core/ports/repository.ts';
import { EXECUTABLE_CONFIGURATION } from '../../../core/repository/protected-paths.ts';
import type { RunContext } from '../../run-context.ts';
import type { RunRecorder } from '../../run-record.ts';
import { isEnded, type RunResult } from '../../run-result.ts';
import type { Implemented } from '../../run-states.ts';
import type { RunSettings } from '../../settings.ts';
import { changesOfAgent, findingsOfProblems, forbiddenChanges, protectedPatterns } from '../agent/agent-changes.ts';
import { endForbidden, endSecrets, secretChanges } from '../agent/implement.ts';
import { type AgentContext, instructAgent } from '../agent/run-agent.ts';
import { whyNoWork } from '../agent/substance.ts';
import { type PushContext, pushOwnCommit } from '../push.ts';

export type RepairAgentContext = AgentContext &
  PushContext & {
    readonly settings: Pick<RunSettings, 'specPath' | 'buildId'>;
    readonly repository: Pick<Repository, 'stage' | 'differences' | 'read'>;
    readonly record: Pick<RunRecorder, 'addFindings' | 'addLog'>;
    readonly ownCommits: RunContext['ownCommits'];
  };

/** Lets the agent work on a repair, with evidence that is free of secrets. */
export function instructRepair(
  context: RepairAgentContext,
  request: { state: Implemented; label: string; evidence: string; round: number; rounds: number },
): Promise<AgentResult> {
  const { config, settings, record } = context;
  const { state, label, evidence, round, rounds } = request;
  record.addLog(`repair-${round}-evidence.log`, evidence);
  const prompt = renderRepairPrompt({
    repository: config.repository,
    branch: settings.branch,
    specFolder: settings.specPath,
    specFiles: state.specFiles,
    testCommand: state.commands?.test ?? null,
    protectedPaths: protectedPatterns(state),
    ...{ evidence, round, rounds },
  });
  const log = `repair-${round}.log`;
  return instructAgent(context, { state, label, prompt, log, progress: { n: round, m: rounds } });
}

/** Commits what the agent changed, and pushes it. Returns the state at that commit, the result that ends the run, or null where nothing was
 *  changed. */
export async function commitRepair(
  context: RepairAgentContext,
  { state, label, round, because }: { state: Implemented; label: string; round: number; because: OutcomeKind },
): Promise<Implemented | RunResult | null> {
  const { repository, record, settings } = context;
  const work = await repository.stage();
  const changes = await changesOfAgent(context, { work, state });
  const forbidden = forbiddenChanges({ changes, state });
  if (forbidden.length > 0) return endForbidden(context, { label, forbidden });
  record.addFindings(findingsOfProblems(changes));
  if ((await whyNoWork(repository, { work, changes, head: state.head })) !== null) return null;
  const tasksFile = `${settings.specPath}/tasks.md`;
  const tasks = await repository.read(state.head, tasksFile);
  const committed = await work.commit({
    message: `Repair what ended as ${because} (round ${round})\n`,
    trailers: [
      [TRAILERS.spec, settings.specPath],
      [TRAILERS.repair, String(round)],
      [TRAILERS.build, settings.buildId],
    ],
    // Boxes stay as they are, whatever the agent ticked.
    contents: new Map(tasks === null ? [] : [[tasksFile, tasks]]),
    judgeSecret: createSecretJudge(state.repositoryFile),
    exclude: EXECUTABLE_CONFIGURATION,
  });
  if (committed.kind === 'holds-secrets')
    return endForbidden(context, { label, forbidden: secretChanges(committed.places) });
  if (committed.kind === 'adds-secrets') return endSecrets(context, { label, state, found: committed.found });
  record.addFindings(secretFindings(committed.told, state.repositoryFile?.gates ?? {}));
  const { head } = committed;
  const notPushed = await pushOwnCommit(context, { commit: head, parent: state.head });
  return notPushed !== null && isEnded(notPushed) ? notPushed : { ...state, head };
}
