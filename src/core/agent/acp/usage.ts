import { fields } from '../../json-lines.ts';
import { createCreditMeter } from '../kiro/credits.ts';

/** Sums what an agent reports of its use. */
export interface UsageMeter {
  /** Takes `usage` of a prompt's result: the whole turn. */
  addTurn(usage: unknown): void;
  /** Takes `_meta` of an update: `usage` of one request of the model, or Kiro's credits. */
  addMeta(meta: unknown): void;
  /** Tokens in and out, null while none was reported. */
  tokens(): number | null;
  credits(): number | null;
}

/** The result of a turn speaks of all of it, where an agent gives one; updates speak of one request of the model each, and are
 *  summed. What is larger counts, since agents leave out sub-agents in one or the other. */
export function createUsageMeter(): UsageMeter {
  const credits = createCreditMeter();
  let ofTurn: number | null = null;
  let ofRequests: number | null = null;
  return {
    addTurn(usage) {
      const tokens = tokensIn(usage);
      if (tokens !== null) ofTurn = (ofTurn ?? 0) + tokens;
    },
    addMeta(meta) {
      const { usage, kiro } = fields(meta);
      const tokens = tokensIn(usage);
      if (tokens !== null) ofRequests = (ofRequests ?? 0) + tokens;
      const { kind, promptTurnSummaries, meteringUsage } = fields(kiro);
      if (kind === 'turn_completion') credits.add({ session: '', entries: promptTurnSummaries, field: 'usage' });
      if (meteringUsage !== undefined) credits.add({ session: '', entries: meteringUsage, field: 'value' });
    },
    tokens: () => (ofTurn === null ? ofRequests : Math.max(ofTurn, ofRequests ?? 0)),
    credits: () => credits.total(),
  };
}

/** Tokens of a report: its total, which counts every kind; without one, what it names of each. */
function tokensIn(usage: unknown): number | null {
  const report = fields(usage);
  const [total, input, output, read, written] = [
    ['totalTokens', 'total_tokens', 'totalTokenCount'],
    ['inputTokens', 'input_tokens', 'promptTokenCount'],
    ['outputTokens', 'output_tokens', 'candidatesTokenCount'],
    ['cachedReadTokens', 'cache_read_input_tokens'],
    ['cachedWriteTokens', 'cache_creation_input_tokens'],
  ].map((names) => names.map((name) => report[name]).find(isCount));
  if (total === undefined && input === undefined && output === undefined) return null;
  const named = (input ?? 0) + (output ?? 0);
  return total === undefined ? named + (read ?? 0) + (written ?? 0) : Math.max(total, named);
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0;
}
