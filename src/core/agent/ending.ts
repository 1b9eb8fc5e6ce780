import { oneLine } from '../json-lines.ts';
import type { AgentResult } from '../ports/agent.ts';
import type { ProcessResult } from '../ports/process.ts';
import type { TaskLimits } from './limits.ts';

/** What is said of a run of an agent, by whatever protocol. */
export type AgentVerdict = Pick<AgentResult, 'kind' | 'detail'>;

/** How the program of an agent ended. */
export type AgentProcess = Pick<ProcessResult, 'exitCode' | 'signal' | 'endedBy' | 'stderrTail'>;

/** What one run of an agent may use; null: there is no such limit. */
export interface AgentLimits extends TaskLimits {
  readonly timeoutMs: number;
  readonly silenceMs: number;
  readonly creditLimit: number | null;
}

/** Returns the verdict on a run that the worker ended for what it used; null where it did not. */
export function judgeUse(
  limit: string | null,
  { credits, limits }: { credits: number | null; limits: AgentLimits },
): AgentVerdict | null {
  switch (limit) {
    case 'credits':
      return { kind: limit, detail: `It used ${credits} credits; ${limits.creditLimit} were left.` };
    case 'calls':
      return { kind: limit, detail: `It called more than ${limits.toolCalls} tools in one task.` };
    case 'output':
      return { kind: limit, detail: `It wrote more than ${Math.round(limits.outputBytes / 2 ** 20)} MiB in one task.` };
    default:
      return null;
  }
}

/** Returns the verdict on a run that did not end by itself; null where it did. */
export function judgeStop({
  endedBy,
  asksForLogin,
  limits,
  stderrTail,
}: {
  endedBy: ProcessResult['endedBy'];
  /** It looks as if it waited for a person to log in, and has begun nothing. */
  asksForLogin: boolean;
  limits: Pick<AgentLimits, 'timeoutMs' | 'silenceMs'>;
  stderrTail: string;
}): AgentVerdict | null {
  if (asksForLogin && endedBy !== 'abort' && endedBy !== 'spawn-failure')
    return { kind: 'not-authenticated', detail: 'It asked a person to log in.' };
  switch (endedBy) {
    case 'timeout':
      return { kind: 'timeout', detail: `It was not done after ${duration(limits.timeoutMs)}.` };
    case 'silence':
      return { kind: 'silence', detail: `It wrote nothing for ${duration(limits.silenceMs)}.` };
    case 'abort':
      return { kind: 'aborted', detail: 'It was stopped.' };
    case 'spawn-failure':
      return { kind: 'failed', detail: `It could not be started: ${lastLine(stderrTail)}` };
    default:
      return null;
  }
}

/** Returns the verdict on a task that the model refused. */
export function refused(finalText: string): AgentVerdict {
  return { kind: 'refused', detail: `The model refused the task: ${oneLine(finalText, 200) || 'no reason given'}` };
}

/** The last line of what a program said, for a message. */
export function lastLine(said: string): string {
  return oneLine(said.trim().split('\n').at(-1) ?? '', 200) || 'it said nothing';
}

function duration(ms: number): string {
  if (ms < 1_000) return `${ms} ms`;
  return ms < 120_000 ? `${Math.round(ms / 1_000)} s` : `${Math.round(ms / 60_000)} minutes`;
}
