import type { CoverageGateResult } from '../../core/gates/coverage/gate.ts';
import type { ChangeResults } from '../../core/gates/results.ts';
import type { TestsGateResult } from '../../core/gates/tests.ts';
import type { Repository } from '../../core/ports/repository.ts';
import type { Commands } from '../../core/repository/commands.ts';
import type { RunContext } from '../run-context.ts';
import type { Implemented } from '../run-states.ts';
import type { RunSettings } from '../settings.ts';
import { type ChangedLinesContext, judgeChangedLines } from './gates/changed-lines.ts';
import { judgeDependencies } from './gates/dependencies.ts';
import { judgeEvidence } from './gates/evidence.ts';
import { judgeSecrets } from './gates/secrets.ts';
import { type IntegrityContext, judgeTestIntegrity } from './gates/test-integrity.ts';
import type { TestsResult } from './test.ts';

/** What gates about the change may look at: objects of git, never the work tree, where untrusted programs ran. */
export interface ChangeContext
  extends Pick<ChangedLinesContext, 'workspaceFiles'>,
    Pick<IntegrityContext, 'createSourceParser'> {
  readonly repository: Pick<
    Repository,
    'objects' | 'read' | 'paths' | 'find' | 'changedFiles' | 'commits' | 'addedSecrets' | 'workspace'
  >;
  readonly settings: Pick<RunSettings, 'specPath'>;
  readonly redact: RunContext['redact'];
  readonly reportProgress: RunContext['reportProgress'];
}

/** What the worker changed on the branch, and what tests and coverage of it came to. */
export interface JudgedChange {
  readonly state: Implemented;
  /** The base line: newest commit that no run of the worker made. */
  readonly from: string;
  readonly head: string;
  /** What was run on the head. */
  readonly commands: Commands;
  readonly tests: TestsGateResult;
  readonly coverage: CoverageGateResult;
  readonly reports: TestsResult['reports'];
}

/** Lets each gate about the change judge what the worker changed, once tests and coverage have passed. What a gate cannot look at is
 *  a finding of its own; what git cannot read is thrown. */
export async function judgeChange(context: ChangeContext, change: JudgedChange): Promise<ChangeResults> {
  const { from, head, state, tests, reports } = change;
  const policies = state.repositoryFile?.gates ?? {};
  const counts = { before: state.baseline.verdict?.counts ?? null, after: tests.counts };
  const { specPath } = context.settings;
  context.reportProgress({ phase: 'verify', text: `Judging ${from.slice(0, 12)}..${head.slice(0, 12)}` });
  return {
    'test-integrity': await judgeTestIntegrity(context, { since: from, until: head, policies, counts }),
    secrets: await judgeSecrets(context, { from, head, file: state.repositoryFile }),
    dependencies: await judgeDependencies(context, { from, head, policies }),
    'changed-lines': await judgeChangedLines(context, change),
    evidence: await judgeEvidence(context, { specPath, head, policies, reports: reports.tests }),
  };
}
