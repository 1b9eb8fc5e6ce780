import * as z from 'zod';
import type { ProjectConfig } from '../config.ts';
import { RECORD_KEYS, readStoredText, type Stored } from './stored-row.ts';

const LedgerText = z.object({
  lockKey: z.string(),
  builds: z.number().min(0),
  agentMinutes: z.number().min(0),
  credits: z.number().min(0),
  // Older rows know no tokens.
  tokens: z.number().min(0).default(0),
  spec: z.string().nullable(),
  rules: z.string().nullable(),
});

/** What the builds of one work item have used up in its life. Kept without end, beside the lock rows and under the same key:
 *  a card that is taken off the board and added again is the same work item. */
export type Ledger = Readonly<z.infer<typeof LedgerText>>;

/** An amount of what the caps count: builds, minutes of builds, credits or tokens of the agent. */
export type Use = Pick<Ledger, 'builds' | 'agentMinutes' | 'credits' | 'tokens'>;

/** Fingerprints of the spec's text without its ticks, and of the rules: while both stay the same, so does what is counted. */
export type Basis = Pick<Ledger, 'spec' | 'rules'>;

/** What one run adds to the ledger of its work item. */
export interface Charge {
  readonly lockKey: string;
  readonly basis: Basis;
  readonly use: Use;
}

type Caps = ProjectConfig['lifetimeCaps'];

const NOTHING: Use = { builds: 0, agentMinutes: 0, credits: 0, tokens: 0 };

/** Returns the ledger of a work item in a JSON text, under the key of its lock. */
export function readLedger(lockKey: string, text: unknown): Stored<Ledger> {
  const remedy = `An operator runs "kiro-worker retry ${lockKey}": then what it has used counts from zero.`;
  const schema = LedgerText.extend({ lockKey: z.literal(lockKey) });
  return { ...readStoredText(schema, { key: RECORD_KEYS.ledger(lockKey), text, remedy }), key: lockKey };
}

/** Returns what counts against the caps now: nothing once the spec's text or the rules have changed. */
export function usedSoFar(ledger: Ledger | null, basis: Basis): Use {
  if (ledger === null || ledger.spec !== basis.spec || ledger.rules !== basis.rules) return NOTHING;
  const { builds, agentMinutes, credits, tokens } = ledger;
  return { builds, agentMinutes, credits, tokens };
}

/** Returns the ledger with a run's use added. */
export function charged(ledger: Ledger | null, { lockKey, basis, use }: Charge): Ledger {
  const before = usedSoFar(ledger, basis);
  return {
    lockKey,
    ...basis,
    builds: before.builds + use.builds,
    agentMinutes: before.agentMinutes + use.agentMinutes,
    credits: before.credits + use.credits,
    tokens: before.tokens + use.tokens,
  };
}

/** Returns the ledger of a work item that an operator lets begin anew. */
export function clearedLedger(lockKey: string): Ledger {
  return { lockKey, spec: null, rules: null, ...NOTHING };
}

/** Returns the caps that are reached, in words such as `20 of 20 builds`; none while the work item may go on. */
export function reachedCaps(use: Use, caps: Caps): string[] {
  return UNITS.filter(({ name }) => use[name] >= caps[name]).map((unit) => amount(unit, { use, caps }));
}

/** Returns what is used of each cap: `3 of 20 builds, 41 of 600 minutes, 12.5 of 500 credits`; of tokens where some were used. */
export function describeUse(use: Use, caps: Caps): string {
  return UNITS.filter(({ name }) => name !== 'tokens' || use.tokens > 0)
    .map((unit) => amount(unit, { use, caps }))
    .join(', ');
}

const UNITS = [
  { name: 'builds', word: 'builds' },
  { name: 'agentMinutes', word: 'minutes' },
  { name: 'credits', word: 'credits' },
  { name: 'tokens', word: 'tokens' },
] as const;

function amount({ name, word }: (typeof UNITS)[number], { use, caps }: { use: Use; caps: Caps }): string {
  return `${Math.round(use[name] * 10) / 10} of ${caps[name]} ${word}`;
}
