import { oneLine } from '../../json-lines.ts';
import type { AgentResult } from '../../ports/agent.ts';
import type { ProcessResult } from '../../ports/process.ts';
import type { TaskLimits } from '../limits.ts';
import { accessRefusalIn, unavailabilityIn } from './service-words.ts';
import type { AgentStreamSummary } from './stream.ts';

/** What the worker counts while kiro-cli runs. */
export type KiroLimit = 'credits' | 'calls' | 'output';

export interface AgentRun {
  readonly process: Pick<ProcessResult, 'exitCode' | 'signal' | 'endedBy' | 'stderrTail'>;
  readonly stream: AgentStreamSummary;
  readonly limits: TaskLimits & {
    readonly timeoutMs: number;
    readonly silenceMs: number;
    readonly creditLimit: number | null;
  };
  /** What the worker ended the run for, null for nothing. */
  readonly limit: KiroLimit | null;
  /** True when the worker ended the run because no record came for too long. */
  readonly isSilent: boolean;
}

type Verdict = Pick<AgentResult, 'kind' | 'detail'>;

/** Says how a run of the agent ended. Finished is only what exited with 0 after a record of success at the end of its
 *  turn, with nothing refused or denied: exit code 0 alone also comes with a bad key, a refusal and denied tools. */
export function judgeAgentRun(run: AgentRun): Verdict {
  return judgeLimit(run) ?? judgeStop(run) ?? judgeAccess(run) ?? judgeService(run) ?? judgeEnd(run);
}

function judgeLimit({ limit, limits, stream }: AgentRun): Verdict | null {
  switch (limit) {
    case 'credits':
      return { kind: limit, detail: `It used ${stream.credits} credits; ${limits.creditLimit} were left.` };
    case 'calls':
      return { kind: limit, detail: `It called more than ${limits.toolCalls} tools in one task.` };
    case 'output':
      return { kind: limit, detail: `It wrote more than ${Math.round(limits.outputBytes / 2 ** 20)} MiB in one task.` };
    default:
      return null;
  }
}

function judgeStop({ process, stream, limits, isSilent }: AgentRun): Verdict | null {
  const endedBy = isSilent ? 'silence' : process.endedBy;
  if (stream.looksLikeLogin && !stream.hasBegun && endedBy !== 'abort' && endedBy !== 'spawn-failure')
    return { kind: 'not-authenticated', detail: 'It asked a person to log in.' };
  switch (endedBy) {
    case 'timeout':
      return { kind: 'timeout', detail: `It was not done after ${duration(limits.timeoutMs)}.` };
    case 'silence':
      return { kind: 'silence', detail: `It wrote nothing for ${duration(limits.silenceMs)}.` };
    case 'abort':
      return { kind: 'aborted', detail: 'It was stopped.' };
    case 'spawn-failure':
      return { kind: 'failed', detail: `It could not be started: ${lastLine(process.stderrTail)}` };
    default:
      return null;
  }
}

function judgeAccess(run: AgentRun): Verdict | null {
  const line = accessRefusalIn(ownWords(run));
  if (line === null) return null;
  return { kind: 'not-authenticated', detail: `Kiro did not accept the API key: ${oneLine(line, 200)}` };
}

function judgeService(run: AgentRun): Verdict | null {
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

function judgeEnd({ process, stream }: AgentRun): Verdict {
  const { finish } = stream;
  const failed = (detail: string): Verdict => ({ kind: 'failed', detail });
  if (finish?.stopReason === 'refusal' || finish?.status === 'refused') {
    return {
      kind: 'refused',
      detail: `The model refused the task: ${oneLine(stream.finalText, 200) || 'no reason given'}`,
    };
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

function lastLine(text: string): string {
  return oneLine(text.trim().split('\n').at(-1) ?? '', 200) || 'it said nothing';
}

function duration(ms: number): string {
  if (ms < 1_000) return `${ms} ms`;
  return ms < 120_000 ? `${Math.round(ms / 1_000)} s` : `${Math.round(ms / 60_000)} minutes`;
}
