import { createFinding } from '../../../core/gates/finding.ts';
import { applyPolicy, type Policies } from '../../../core/gates/policy.ts';
import type { TestsGateResult } from '../../../core/gates/tests.ts';
import type { Repository } from '../../../core/ports/repository.ts';
import type { Implemented } from '../../run-states.ts';
import type { TestsResult } from '../test.ts';
import { type CommandsContext, recordLogs } from '../test-request.ts';

interface RepeatContext extends Pick<CommandsContext, 'record' | 'monitor' | 'reportProgress'> {
  readonly repository: Pick<Repository, 'renew'>;
}

/** Runs tests and coverage and, where the rules want that of a run that failed, once more from a fresh tree. Returns the last result, which
 *  says how the first one ended: nothing that failed at first passes in silence. */
export async function repeatFailed(
  context: RepeatContext,
  { from, run }: { from: Pick<Implemented, 'repositoryFile'>; run: () => Promise<TestsResult> },
): Promise<TestsResult> {
  const first = await run();
  const { repositoryFile } = from;
  const isRed = first.kind === 'tests-failed' || first.kind === 'coverage-unknown';
  if (!repositoryFile?.repeatFailedTests || !isRed || context.monitor.ended() !== null) return first;
  recordLogs(context, { logs: first.logs, prefix: 'first-' });
  context.reportProgress({ phase: 'verify', text: `Once more, as the rules want it: ${first.detail}` });
  await context.repository.renew();
  const second = await run();
  const { tests } = second.gates;
  if (second.kind !== 'passed' || tests === null)
    return { ...second, detail: `${second.detail} It was run twice; at first: ${first.detail}` };
  return withFirst(second, { tests, first, policies: repositoryFile.gates });
}

const MOST_NAMES = 10;

/** Passed now, and failed before: what that means is for the rules to say. */
function withFirst(
  second: TestsResult,
  { tests, first, policies }: { tests: TestsGateResult; first: TestsResult; policies: Policies },
): TestsResult {
  const names = (first.gates.tests?.failedTests ?? []).map(({ name }) => name);
  const listed =
    names.length === 0
      ? ''
      : ` Failed then: ${names.slice(0, MOST_NAMES).join('; ')}${names.length > MOST_NAMES ? '; …' : ''}.`;
  const message = `At first: ${first.detail}${listed} Repeated: ${second.detail}`;
  const findings = applyPolicy([createFinding('tests/flaky', { message })], policies);
  const isBlocked = findings.some(({ severity }) => severity === 'error');
  const result: TestsGateResult = {
    ...tests,
    findings: [...tests.findings, ...findings],
    ...(isBlocked && { verdict: 'failed', detail: message }),
  };
  const gates = { ...second.gates, tests: result };
  return isBlocked ? { ...second, gates, kind: 'tests-failed', detail: message } : { ...second, gates };
}
