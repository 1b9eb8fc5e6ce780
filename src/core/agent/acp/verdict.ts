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
  readonly process: AgentProcess;
  readonly turn: TurnEnd;
  readonly session: AcpSummary;
  readonly limits: AgentLimits & { readonly tokenLimit: number | null };
  readonly limit: Limit | null;
  /** No message of the protocol came for too long. */
  readonly isSilent: boolean;
}

/** Says how a run of an ACP agent ended. Finished is only a turn that ended by `end_turn`, after which nothing stands that it was not
 *  allowed; what it changed is for others to judge. */
export function judgeAcpRun(run: AcpRun): AgentVerdict {
  return judgeLimit(run) ?? judgeTurn(run) ?? judgeStopped(run) ?? judgeError(run) ?? judgeExit(run);
}

function judgeLimit({ limit, limits, session }: AcpRun): AgentVerdict | null {
  switch (limit) {
    case 'tokens':
      return { kind: 'tokens', detail: `It used ${session.tokens} tokens; ${limits.tokenLimit} were left.` };
    case 'unread':
      return { kind: 'failed', detail: 'It asked on and on, and read no answer.' };
    default:
      return judgeUse(limit, { credits: session.credits, limits });
  }
}

/** A turn that is over counts, however its program ended then. */
function judgeTurn({ turn, session }: AcpRun): AgentVerdict | null {
  if (turn?.kind !== 'stopped') return null;
  switch (turn.stopReason) {
    case 'end_turn': {
      const rejection = session.rejections.at(-1);
      if (rejection !== undefined && !session.hasRecovered)
        return { kind: 'denied', detail: `It was not allowed to do what it wanted: ${oneLine(rejection, 200)}` };
      return { kind: 'finished', detail: 'It finished its turn.' };
    }
    case 'refusal':
      return refused(session.finalText);
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

function judgeStopped({ process, turn, session, limits, isSilent }: AcpRun): AgentVerdict | null {
  return judgeStop({
    endedBy: isSilent ? 'silence' : turn === null ? process.endedBy : 'exit',
    asksForLogin: session.looksLikeLogin && !session.hasBegun && turn === null,
    ...{ limits, stderrTail: process.stderrTail },
  });
}

function judgeError({ turn }: AcpRun): AgentVerdict | null {
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

function judgeService(words: string): AgentVerdict | null {
  const said = unavailabilityIn(words);
  if (said === null) return null;
  return {
    kind: 'unavailable',
    detail: `The agent's service takes no requests (${said.cause}): ${oneLine(said.line, 200)}`,
  };
}

/** Its program ended before its turn did. Until it had begun, its standard error can be nobody's but its own. */
function judgeExit({ process, session }: AcpRun): AgentVerdict {
  const own = session.hasBegun ? '' : process.stderrTail;
  const refusal = accessRefusalIn(own);
  if (refusal !== null)
    return { kind: 'not-authenticated', detail: `The agent was not let in: ${oneLine(refusal, 200)}` };
  const unavailable = judgeService(own);
  if (unavailable !== null) return unavailable;
  const how = process.exitCode === null ? `by signal ${process.signal}` : `with exit code ${process.exitCode}`;
  return { kind: 'failed', detail: `It ended ${how} before its turn did: ${lastLine(process.stderrTail)}` };
}
