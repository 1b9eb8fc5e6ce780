import { oneLine } from '../../json-lines.ts';
import type { AgentResult } from '../../ports/agent.ts';
import type { ProcessResult } from '../../ports/process.ts';
import { accessRefusalIn, unavailabilityIn } from '../kiro/service-words.ts';
import type { AcpSummary } from './session.ts';

/** JSON-RPC code of ACP for "authentication required". */
const AUTH_REQUIRED = -32000;

/** How far the conversation got: a turn has a stop reason; an error was answered at a `stage`; null: neither came. */
export type TurnEnd =
  | { readonly kind: 'stopped'; readonly stopReason: string }
  | { readonly kind: 'error'; readonly stage: Stage; readonly code: number | null; readonly message: string }
  | null;

export type Stage = 'initialize' | 'session' | 'setting' | 'prompt';

/** What the worker ended a run for. */
export type Limit = 'credits' | 'tokens' | 'calls' | 'output' | 'unread';

export interface AcpRun {
  readonly process: Pick<ProcessResult, 'exitCode' | 'signal' | 'endedBy' | 'stderrTail'>;
  readonly turn: TurnEnd;
  readonly session: AcpSummary;
  readonly limits: {
    readonly timeoutMs: number;
    readonly silenceMs: number;
    readonly creditLimit: number | null;
    readonly tokenLimit: number | null;
    readonly toolCalls: number;
    readonly outputBytes: number;
  };
  readonly limit: Limit | null;
  /** No message of the protocol came for too long. */
  readonly isSilent: boolean;
}

type Verdict = Pick<AgentResult, 'kind' | 'detail'>;

/** Says how a run of an ACP agent ended. Finished is only a turn that ended by `end_turn`, after which nothing stands that it was not
 *  allowed; what it changed is for others to judge. */
export function judgeAcpRun(run: AcpRun): Verdict {
  return judgeLimit(run) ?? judgeTurn(run) ?? judgeStop(run) ?? judgeError(run) ?? judgeExit(run);
}

function judgeLimit({ limit, limits, session }: AcpRun): Verdict | null {
  switch (limit) {
    case 'credits':
      return { kind: 'credits', detail: `It used ${session.credits} credits; ${limits.creditLimit} were left.` };
    case 'tokens':
      return { kind: 'tokens', detail: `It used ${session.tokens} tokens; ${limits.tokenLimit} were left.` };
    case 'calls':
      return { kind: 'calls', detail: `It called more than ${limits.toolCalls} tools in one task.` };
    case 'output':
      return {
        kind: 'output',
        detail: `It wrote more than ${Math.round(limits.outputBytes / 2 ** 20)} MiB in one task.`,
      };
    case 'unread':
      return { kind: 'failed', detail: 'It asked on and on, and read no answer.' };
    default:
      return null;
  }
}

/** A turn that is over counts, however its program ended then. */
function judgeTurn({ turn, session }: AcpRun): Verdict | null {
  if (turn?.kind !== 'stopped') return null;
  switch (turn.stopReason) {
    case 'end_turn': {
      const rejection = session.rejections.at(-1);
      if (rejection !== undefined && !session.hasRecovered)
        return { kind: 'denied', detail: `It was not allowed to do what it wanted: ${oneLine(rejection, 200)}` };
      return { kind: 'finished', detail: 'It finished its turn.' };
    }
    case 'refusal': {
      const reason = oneLine(session.finalText, 200) || 'no reason given';
      return { kind: 'refused', detail: `The model refused the task: ${reason}` };
    }
    case 'max_tokens':
      return {
        kind: 'out-of-tokens',
        detail: 'The model reached its own limit of tokens before it was done (max_tokens).',
      };
    case 'max_turn_requests':
      return {
        kind: 'out-of-requests',
        detail: 'The agent reached its own limit of requests in a turn before it was done (max_turn_requests).',
      };
    case 'cancelled':
      return { kind: 'cancelled', detail: 'The agent says that its turn was cancelled; nobody asked for that.' };
    default:
      return { kind: 'failed', detail: `It stopped for a reason that is not known: ${oneLine(turn.stopReason, 80)}.` };
  }
}

function judgeStop({ process, turn, session, limits, isSilent }: AcpRun): Verdict | null {
  const endedBy = isSilent ? 'silence' : turn === null ? process.endedBy : 'exit';
  if (
    session.looksLikeLogin &&
    !session.hasBegun &&
    turn === null &&
    endedBy !== 'abort' &&
    endedBy !== 'spawn-failure'
  )
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

function judgeError({ turn }: AcpRun): Verdict | null {
  if (turn?.kind !== 'error') return null;
  const { code, stage, message } = turn;
  const words = oneLine(message, 300) || 'without a message';
  if (stage !== 'setting' && (code === AUTH_REQUIRED || accessRefusalIn(message) !== null))
    return { kind: 'not-authenticated', detail: `The agent was not let in: ${words}` };
  const unavailable = judgeService(message);
  if (unavailable !== null) return unavailable;
  const where = {
    initialize: 'at its start',
    session: 'at its session',
    setting: 'at its settings',
    prompt: 'in its turn',
  };
  return {
    kind: 'failed',
    detail: `It reported an error ${where[stage]}${code === null ? '' : ` (${code})`}: ${words}`,
  };
}

function judgeService(words: string): Verdict | null {
  const said = unavailabilityIn(words);
  if (said === null) return null;
  return {
    kind: 'unavailable',
    detail: `The agent's service takes no requests (${said.cause}): ${oneLine(said.line, 200)}`,
  };
}

/** Its program ended before its turn did. Until it had begun, its standard error can be nobody's but its own. */
function judgeExit({ process, session }: AcpRun): Verdict {
  const own = session.hasBegun ? '' : process.stderrTail;
  const refusal = accessRefusalIn(own);
  if (refusal !== null)
    return { kind: 'not-authenticated', detail: `The agent was not let in: ${oneLine(refusal, 200)}` };
  const unavailable = judgeService(own);
  if (unavailable !== null) return unavailable;
  const how = process.exitCode === null ? `by signal ${process.signal}` : `with exit code ${process.exitCode}`;
  return { kind: 'failed', detail: `It ended ${how} before its turn did: ${lastLine(process.stderrTail)}` };
}

function lastLine(said: string): string {
  return oneLine(said.trim().split('\n').at(-1) ?? '', 200) || 'it said nothing';
}

function duration(ms: number): string {
  if (ms < 1_000) return `${ms} ms`;
  return ms < 120_000 ? `${Math.round(ms / 1_000)} s` : `${Math.round(ms / 60_000)} minutes`;
}
