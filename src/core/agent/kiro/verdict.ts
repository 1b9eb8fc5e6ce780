import { oneLine } from '../../json-lines.ts';
import {
  type AgentLimits,
  type AgentProcess,
  type AgentVerdict,
  judgeStop,
  judgeUse,
  lastLine,
  refused,
} from '../ending.ts';
import { accessRefusalIn, unavailabilityIn } from './service-words.ts';
import type { AgentStreamSummary } from './stream.ts';

/** What the worker counts while kiro-cli runs. */
export type KiroLimit = 'credits' | 'calls' | 'output';

export interface AgentRun {
  readonly process: AgentProcess;
  readonly stream: AgentStreamSummary;
  readonly limits: AgentLimits;
  /** What the worker ended the run for, null for nothing. */
  readonly limit: KiroLimit | null;
  /** True when the worker ended the run because no record came for too long. */
  readonly isSilent: boolean;
}

/** Says how a run of the agent ended. Finished is only what exited with 0 after a record of success at the end of its
 *  turn, with nothing refused or denied: exit code 0 alone also comes with a bad key, a refusal and denied tools. */
export function judgeAgentRun(run: AgentRun): AgentVerdict {
  const { process, stream, limits, limit, isSilent } = run;
  const stopped = judgeStop({
    endedBy: isSilent ? 'silence' : process.endedBy,
    asksForLogin: stream.looksLikeLogin && !stream.hasBegun,
    ...{ limits, stderrTail: process.stderrTail },
  });
  const used = judgeUse(limit, { credits: stream.credits, limits });
  return used ?? stopped ?? judgeAccess(run) ?? judgeService(run) ?? judgeEnd(run);
}

function judgeAccess(run: AgentRun): AgentVerdict | null {
  const line = accessRefusalIn(ownWords(run));
  if (line === null) return null;
  return { kind: 'not-authenticated', detail: `Kiro did not accept the API key: ${oneLine(line, 200)}` };
}

function judgeService(run: AgentRun): AgentVerdict | null {
  const said = unavailabilityIn(ownWords(run));
  if (said === null) return null;
  return { kind: 'unavailable', detail: `Kiro takes no requests (${said.cause}): ${oneLine(said.line, 200)}` };
}

/** What only the agent itself can have said: the error that it reported, or, before it did anything, its standard error. Once
 *  it has begun, what stands there may be of any program that it ran. */
function ownWords({ process, stream }: AgentRun): string {
  if (stream.finish !== null) return '';
  return stream.error ?? (stream.hasBegun ? '' : process.stderrTail);
}

function judgeEnd({ process, stream }: AgentRun): AgentVerdict {
  const { finish } = stream;
  const failed = (detail: string): AgentVerdict => ({ kind: 'failed', detail });
  if (finish?.stopReason === 'refusal' || finish?.status === 'refused') {
    return refused(stream.finalText);
  }
  if (process.exitCode === 4) return failed('The named agent is not available (exit code 4).');
  if (stream.error !== null) return failed(`It reported an error: ${stream.error}`);
  if (process.exitCode === null) return failed(`It was ended by signal ${process.signal}.`);
  if (process.exitCode !== 0)
    return failed(`It ended with exit code ${process.exitCode}: ${lastLine(process.stderrTail)}`);
  if (finish === null) return failed('It ended without saying that it had finished.');
  const [denial] = stream.denials;
  if (denial !== undefined) return { kind: 'denied', detail: `It was not allowed to do what it wanted: ${denial}` };
  if (finish.status !== 'success') return failed(`It finished with status "${finish.status ?? 'none'}".`);
  if (finish.stopReason !== 'end_turn') return failed(`It stopped early (${finish.stopReason ?? 'no reason given'}).`);
  return { kind: 'finished', detail: 'It finished its turn.' };
}
